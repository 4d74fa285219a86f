//! `GET /api/people`: which people, in which order (contract 5.1).

use app::people::ListPeople;
use model::id::{AlbumKind, AssetKind, LibraryKind, PersonKind};
use model::{NameFilter, PeopleFilter, PeopleSort};

use super::include;
use crate::assets::LIBRARY_ID;
use crate::wire::{Input, Reader};

pub(super) const ABOUT: &str = "\
People of one library: those who have a name and are not hidden, newest record first. With `ids` \
both restrictions fall. Names are sorted as people sort them, without a name comes last. Page with \
`starting_after_id` set to the id of the last person and everything else unchanged.";

/// Longest text that is looked for in names, in characters.
const MOST_NAME: usize = 255;

/// The query of a list.
pub(super) struct List(pub(super) ListPeople);

impl Input for List {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let limit = r.query("limit", "People per page.").integer(1..=200).default(20);
        let after = r
            .query("starting_after_id", "The last person of the page before.")
            .id::<PersonKind>()
            .optional();
        let sort = r
            .query("sort", "The order; ties are decided by the id.")
            .choice::<PeopleSort>()
            .default(PeopleSort::Newest);
        let filter = filter(r);
        let include = include(r);
        let (sort, filter) = (sort?, filter?);
        if sort.is_by_name() && filter.names == NameFilter::Unnamed {
            return r.refuse_query("sort", "people without a name have no order by name");
        }
        include?;
        Some(Self(ListPeople { library: library?, filter, sort, after: after?, limit: limit? }))
    }
}

fn filter(r: &mut Reader<'_>) -> Option<PeopleFilter> {
    let ids = r
        .query("ids", "Only these. Unknown ones are silently missing.")
        .id::<PersonKind>()
        .list(0..=200)
        .optional();
    let asset = r.query("asset_id", "With a face in this asset.").id::<AssetKind>().optional();
    let album =
        r.query("album_id", "With a face in a member of this album.").id::<AlbumKind>().optional();
    let name = r
        .query("name", "The name contains this, ignoring case.")
        .text(MOST_NAME)
        .then(|text: String| Ok::<_, std::convert::Infallible>(text.trim().to_owned()))
        .optional();
    let names = r
        .query("name_filter", "By whether they have a name; default `named`, with `ids` `all`.")
        .choice::<NameFilter>()
        .optional();
    let with_hidden = r
        .query("include_hidden", "Hidden people too; default false, with `ids` true.")
        .flag()
        .optional();
    let ids = ids?;
    let by_ids = ids.is_some();
    let names = names?.unwrap_or(if by_ids { NameFilter::All } else { NameFilter::Named });
    Some(PeopleFilter {
        ids,
        asset: asset?,
        album: album?,
        name: name?.filter(|text| !text.is_empty()),
        names,
        without_hidden: !with_hidden?.unwrap_or(by_ids),
    })
}
