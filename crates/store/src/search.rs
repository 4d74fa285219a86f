//! Assets by what they are called, where they are and what took them (contract 7).
//!
//! The one place that asks the full text index of the engine; `kept::documents` fills it.

use model::{AlbumId, AssetFilter, LibraryId, PersonId, Phrase, Position};

use crate::assets::{Walk, begin, demand};
use crate::db::{Conn, FromRow, Query, Result, Row, Tx};
use crate::kept::documents;

/// An asset and its capture time.
struct Hit(Position);

impl FromRow for Hit {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(Position { id: row.take()?, key: row.take()? }))
    }
}

/// The newest `limit` assets that have all the words and pass the filter, newest first.
///
/// Costs what it takes to meet that many, or to see that there are not: the matches of the words, or
/// the newest matches when they are many.
pub fn by_words(
    conn: &mut Conn,
    library: LibraryId,
    phrase: &Phrase,
    filter: &AssetFilter,
    limit: i64,
) -> Result<Vec<Position>> {
    let Some((whole, beginning)) = phrase.parts() else { return Ok(Vec::new()) };
    let query = if conn.has_numbered_documents() {
        in_fts5(library, whole, beginning, filter, limit)
    } else {
        in_tsvector(library, whole, beginning, filter, limit)
    };
    let hits: Vec<Hit> = query.all(conn)?;
    let mut hits: Vec<Position> = hits.into_iter().map(|Hit(at)| at).collect();
    hits.sort_unstable_by_key(|hit| std::cmp::Reverse((hit.key, hit.id)));
    Ok(hits)
}

pub(crate) fn in_fts5(
    library: LibraryId,
    whole: &[String],
    beginning: &str,
    filter: &AssetFilter,
    limit: i64,
) -> Query {
    let asked: Vec<String> =
        whole.iter().chain([&documents::mark(library)]).map(|word| format!("\"{word}\"")).collect();
    let asked = format!("{} AND \"{beginning}\"*", asked.join(" AND "));
    // `cross join` says in which order the tables are gone through.
    let mut query = Query::new(
        "select id, wall from search_words cross join search_documents cross join assets where ",
    );
    query.bind("search_words match ?", asked).push(
        " and search_documents.number = search_words.rowid and id = search_documents.asset_id",
    );
    demand(&mut query, library, filter);
    query.push(" order by search_words.rowid desc").bind(" limit ?", limit);
    query
}

pub(crate) fn in_tsvector(
    library: LibraryId,
    whole: &[String],
    beginning: &str,
    filter: &AssetFilter,
    limit: i64,
) -> Query {
    let mut asked = whole.to_vec();
    asked.push(documents::mark(library));
    let asked = format!("{} & '{beginning}':*", documents::quoted(&asked, " & "));
    let mut query = Query::new(
        "select id, wall from search_documents join assets on assets.id = search_documents.asset_id
         where ",
    );
    query.bind("search_documents.words @@ cast(cast(? as text) as tsquery)", asked);
    demand(&mut query, library, filter);
    query.push(" order by wall desc, id desc").bind(" limit ?", limit);
    query
}

/// The newest `limit` assets that pass the filter, show somebody or are in an album whose name has
/// some of the words, and have the other words themselves; newest first.
///
/// All names of the library are looked at, and of those that fit the 16 that leave the
/// fewest words.
pub fn by_names(
    conn: &mut Conn,
    library: LibraryId,
    phrase: &Phrase,
    filter: &AssetFilter,
    limit: i64,
) -> Result<Vec<Position>> {
    let mut hits = Vec::new();
    for (rest, narrowed) in named(conn, library, phrase, filter)? {
        hits.extend(if rest.parts().is_some() {
            by_words(conn, library, &rest, &narrowed, limit)?
        } else {
            by_filter(conn, library, &narrowed, 0, limit)?
        });
    }
    hits.sort_unstable_by_key(|hit| std::cmp::Reverse((hit.key, hit.id)));
    hits.dedup();
    hits.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(hits)
}

/// People and albums that one search looks into.
const MOST_NAMED: usize = 16;

/// What is left to be found, and among which assets.
fn named(
    conn: &mut Conn,
    library: LibraryId,
    phrase: &Phrase,
    filter: &AssetFilter,
) -> Result<Vec<(Phrase, AssetFilter)>> {
    let people: Vec<(PersonId, String)> = conn.all(
        "select id, name from people where library_id = $1 and name is not null",
        &[&library],
    )?;
    let albums: Vec<(AlbumId, String)> =
        conn.all("select id, name from albums where library_id = $1", &[&library])?;
    let mut found: Vec<(Phrase, AssetFilter)> = Vec::new();
    for (id, name) in people {
        if let Some(rest) = phrase.beside(&name) {
            let people = filter.people.iter().copied().chain([id]).collect();
            found.push((rest, AssetFilter { people, ..filter.clone() }));
        }
    }
    for (id, name) in albums {
        // A search in one album asks for no other.
        if filter.album.is_none_or(|album| album == id)
            && let Some(rest) = phrase.beside(&name)
        {
            found.push((rest, AssetFilter { album: Some(id), ..filter.clone() }));
        }
    }
    found.sort_by_key(|(rest, _)| rest.parts().map_or(0, |(whole, _)| whole.len() + 1));
    found.truncate(MOST_NAMED);
    Ok(found)
}

/// `limit` assets that pass the filter, newest capture first, after the first `offset`.
///
/// What is passed over costs a step in an index each, without its row where the index of capture
/// times says all the filter asks.
pub fn by_filter(
    conn: &mut Conn,
    library: LibraryId,
    filter: &AssetFilter,
    offset: i64,
    limit: i64,
) -> Result<Vec<Position>> {
    let hits: Vec<Hit> = filtered(library, filter, offset, limit).all(conn)?;
    Ok(hits.into_iter().map(|Hit(at)| at).collect())
}

pub(crate) fn filtered(library: LibraryId, filter: &AssetFilter, offset: i64, limit: i64) -> Query {
    let mut query = Query::new("select id, wall from ");
    let Walk { wall, id } = begin(&mut query, library, filter);
    query
        .push(&format!(" order by {wall} desc, {id} desc"))
        .bind(" limit ?", limit)
        .bind(" offset ?", offset);
    query
}

/// Reads the words of up to `limit` assets that were here before there was an index. Returns how
/// many; fewer than `limit` when there are no more.
pub fn catch_up(tx: &mut Tx<'_>, limit: i64) -> Result<usize> {
    documents::catch_up(tx, limit)
}
