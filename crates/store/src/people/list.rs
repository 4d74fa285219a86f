//! Pages of people: each order has an index of its own.

use model::{AssetId, LibraryId, Name, NameFilter, PeopleFilter, PeopleSort, Person, PersonId};

use super::COLUMNS;
use crate::db::{Conn, Query, Result, ToCell, containing};

/// Where a page begins: after this person, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    id: PersonId,
    asset_count: i64,
    /// `None` stands after every name.
    name: Option<Vec<u8>>,
}

#[cfg(test)]
impl Position {
    pub(super) const fn at(id: PersonId, asset_count: i64, name: Option<Vec<u8>>) -> Self {
        Self { id, asset_count, name }
    }
}

/// Where person `id` of `library` stands in any list; `None` for one that is not there.
pub fn position(conn: &mut Conn, library: LibraryId, id: PersonId) -> Result<Option<Position>> {
    let sql = "select asset_count, name_sort from people where id = $1 and library_id = $2";
    let found: Option<(i64, Option<Vec<u8>>)> = conn.one(sql, &[&id, &library])?;
    Ok(found.map(|(asset_count, name)| Position { id, asset_count, name }))
}

/// Up to `limit` people of `library` after `after`.
pub fn list(
    conn: &mut Conn,
    library: LibraryId,
    filter: &PeopleFilter,
    sort: PeopleSort,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<Person>> {
    let mut filter = filter.clone();
    if let Some(asset) = filter.asset.take() {
        let shown = on_live(conn, asset)?;
        let is_wanted = |id: &PersonId| filter.ids.as_ref().is_none_or(|ids| ids.contains(id));
        filter.ids = Some(shown.into_iter().filter(is_wanted).collect());
    }
    if filter.ids.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for part in parts(library, &filter, sort, after) {
        let wanted = limit - i64::try_from(found.len()).unwrap_or(limit);
        if wanted > 0 {
            let mut query = part;
            found.extend(query.bind(" limit ?", wanted).all::<Person>(conn)?);
        }
    }
    Ok(found)
}

/// Who is on an asset that is not in the trash.
fn on_live(conn: &mut Conn, asset: AssetId) -> Result<Vec<PersonId>> {
    let sql = "select person_id from person_assets where asset_id = $1 and asset_is_live";
    Ok(conn.all::<(PersonId,)>(sql, &[&asset])?.into_iter().map(|(id,)| id).collect())
}

/// The statements that give a list one after the other. An order by name has two: first those who
/// have one, then the others by id.
pub(super) fn parts(
    library: LibraryId,
    filter: &PeopleFilter,
    sort: PeopleSort,
    after: Option<&Position>,
) -> Vec<Query> {
    let named = NameFilter::Named;
    let unnamed = NameFilter::Unnamed;
    match sort {
        PeopleSort::Newest | PeopleSort::Oldest => {
            vec![by_id(library, filter, filter.names, sort == PeopleSort::Oldest, after)]
        }
        PeopleSort::MostAssets | PeopleSort::FewestAssets => {
            let after = after.map(|after| (after.asset_count, after.id));
            let is_rising = sort == PeopleSort::FewestAssets;
            vec![by_key(library, filter, filter.names, ("asset_count", is_rising), after)]
        }
        PeopleSort::NameAscending | PeopleSort::NameDescending => {
            let is_rising = sort == PeopleSort::NameAscending;
            let (name, id) = after.map_or((None, None), |after| (after.name.clone(), Some(after)));
            let mut parts = Vec::new();
            if filter.names != unnamed && (id.is_none() || name.is_some()) {
                let after = name.clone().zip(id.map(|after| after.id));
                parts.push(by_key(library, filter, named, ("name_sort", is_rising), after));
            }
            if filter.names != named {
                let after = id.filter(|_| name.is_none());
                parts.push(by_id(library, filter, unnamed, is_rising, after));
            }
            parts
        }
    }
}

const fn way(is_rising: bool) -> (&'static str, char) {
    if is_rising { ("asc", '>') } else { ("desc", '<') }
}

fn by_id(
    library: LibraryId,
    filter: &PeopleFilter,
    names: NameFilter,
    is_rising: bool,
    after: Option<&Position>,
) -> Query {
    let (order, beyond) = way(is_rising);
    let mut query = begin(library, filter, names);
    if let Some(after) = after {
        query.bind(&format!(" and id {beyond} ?"), after.id);
    }
    query.push(&format!(" order by id {order}"));
    query
}

fn by_key<K: ToCell + Send + Sync + 'static>(
    library: LibraryId,
    filter: &PeopleFilter,
    names: NameFilter,
    (key, is_rising): (&str, bool),
    after: Option<(K, PersonId)>,
) -> Query {
    let (order, beyond) = way(is_rising);
    let mut query = begin(library, filter, names);
    if let Some((value, id)) = after {
        query.bind(&format!(" and ({key}, id) {beyond} (?, "), value).bind("?)", id);
    }
    query.push(&format!(" order by {key} {order}, id {order}"));
    query
}

fn begin(library: LibraryId, filter: &PeopleFilter, names: NameFilter) -> Query {
    let mut query = Query::new(&format!("select {COLUMNS} from people where "));
    // Written so that no index on the library is taken for the few that are named.
    let is_of = if filter.ids.is_some() { "not (library_id <> ?)" } else { "library_id = ?" };
    query.bind(is_of, library);
    narrow(&mut query, library, filter, names);
    query
}

fn narrow(query: &mut Query, library: LibraryId, filter: &PeopleFilter, names: NameFilter) {
    match names {
        NameFilter::Named => query.push(" and name_sort is not null"),
        NameFilter::Unnamed => query.push(" and name_sort is null"),
        NameFilter::All => query,
    };
    if filter.without_hidden {
        query.push(" and not is_hidden");
    }
    if let Some(ids) = &filter.ids {
        query.bind_each(" and id in (?)", ids.clone());
    }
    if let Some(text) = &filter.name {
        query.bind(" and name_folded like ? escape '\\'", containing(&Name::fold(text)));
    }
    if let Some(album) = filter.album {
        query
            .push(" and id in (select shown.person_id from album_assets member ")
            .push("join person_assets shown on shown.asset_id = member.asset_id ")
            .push("where member.asset_is_live and member.album_id = ")
            .bind("(select id from albums where id = ?", album)
            .bind(" and library_id = ?))", library);
    }
}
