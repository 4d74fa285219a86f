//! Search (contract 7): lists of hits from what is known of the assets, fused into one; or, without
//! words, everything that passes the filters.

use media::{SNIFF_BYTES, sniff};
use model::{Action, AssetFilter, LibraryId, Phrase, Position, fused};
use store::assets::{self, Found, Parts};
use store::db::Conn;
use store::search;

use crate::{App, Error, Page, Result, Viewer, access};

/// How many assets a search by content ranks at most.
const MOST_RANKED: i64 = 200;
/// How many documents are caught up with in one transaction.
const ROUND: i64 = 500;

/// What to search for. Live assets only.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Where; the only one when not named.
    pub library: Option<LibraryId>,
    /// Words; `None` searches by the filter alone.
    pub phrase: Option<Phrase>,
    /// Which assets.
    pub filter: AssetFilter,
    /// How a picture begins that the hits should look like.
    pub picture: Option<Beginning>,
    /// From 1.
    pub page: i64,
    /// 1–200.
    pub limit: i64,
    /// What to read beside the assets.
    pub parts: Parts,
}

/// The first bytes of a file.
#[derive(Debug, Clone)]
pub struct Beginning(pub Vec<u8>);

impl Beginning {
    /// As many as tell what the file is.
    pub const MOST_BYTES: usize = SNIFF_BYTES;
}

impl App {
    /// A page of hits, best first.
    ///
    /// Nothing here can compare pictures: a search by one is refused as unavailable.
    pub async fn search(&self, viewer: Viewer, wanted: Search) -> Result<Page<Found>> {
        if let Some(Beginning(bytes)) = &wanted.picture {
            sniff(bytes).ok_or_else(|| {
                Error::Invalid("image", "not a picture of a known format".to_owned())
            })?;
        } else if wanted.phrase.is_none() && !wanted.filter.is_criterion() {
            return Err(Error::Unclear(
                "give at least one of: query, image, person_ids, a date bound, album_id, ratings, \
                 media_type"
                    .to_owned(),
            ));
        }
        self.read(move |conn| {
            let library = access::chosen_library(conn, &viewer, wanted.library, Action::Read)?.id;
            if wanted.picture.is_some() {
                return Err(Error::Unavailable("searching by a picture is not set up here"));
            }
            let hits = hits(conn, library, &wanted)?;
            let ids = hits.items.iter().map(|hit| hit.id).collect();
            let items = assets::shown(conn, ids, wanted.parts)?;
            Ok(Page { items, has_more: hits.has_more })
        })
        .await
    }

    /// Reads the words of assets that were here before there was an index of words.
    pub(crate) async fn catch_up_with_search(&self) -> Result<()> {
        while self.write(|tx| Ok(search::catch_up(tx, ROUND)?)).await? > 0 {}
        Ok(())
    }
}

fn hits(conn: &mut Conn, library: LibraryId, wanted: &Search) -> Result<Page<Position>> {
    let Search { phrase, filter, limit, .. } = wanted;
    let before = (wanted.page - 1).saturating_mul(*limit);
    let Some(phrase) = phrase else {
        let found = search::by_filter(conn, library, filter, before, limit + 1)?;
        return Ok(Page::of(found, *limit));
    };
    let said = search::by_words(conn, library, phrase, filter, MOST_RANKED)?;
    let named = search::by_names(conn, library, phrase, filter, MOST_RANKED)?;
    let ranked =
        fused(&[said, named]).into_iter().take(usize::try_from(MOST_RANKED).unwrap_or_default());
    let found = ranked.skip(usize::try_from(before).unwrap_or(usize::MAX)).collect();
    Ok(Page::of(found, *limit))
}
