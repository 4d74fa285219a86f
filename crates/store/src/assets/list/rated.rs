//! Pages of assets with some stars. Few of very many have any, so a page is put together from the
//! first ones of each number of stars, which an index has in order.

use model::{AssetFilter, Direction, LibraryId, Position, TrashState};

use super::{Members, Walk, demand, turn};
use crate::db::Query;

/// Whether a page is made this way: members of something are few already, and so is the trash.
/// Zero stars also mean none, which most assets have.
pub(super) fn is_sparse(filter: &AssetFilter) -> bool {
    !filter.ratings.is_empty()
        && filter.ratings.iter().all(|rating| rating.stars() > 0)
        && filter.state == TrashState::Live
        && filter.ids.is_none()
        && filter.stack.is_none()
        && Members::all_of(filter).next().is_none()
}

/// Goes on after `from`: the whole page.
pub(super) fn drive(
    query: &mut Query,
    library: LibraryId,
    filter: &AssetFilter,
    direction: Direction,
    after: Option<Position>,
    limit: i64,
) {
    let others = AssetFilter { ratings: Vec::new(), ..filter.clone() };
    query.push("(");
    for (before, rating) in filter.ratings.iter().enumerate() {
        query.push(if before == 0 { "" } else { " union all " });
        query
            .push("select * from (select id as asset_id, wall as asset_wall from assets where ")
            .bind("rating = ?", rating.stars());
        demand(query, library, &others);
        turn(query, &Walk { wall: "wall", id: "id" }, direction, after, limit);
        query.push(&format!(") of_rating_{before}"));
    }
    // On SQLite this join has a fixed order.
    query.push(") rated cross join assets where id = asset_id");
    turn(query, &Walk { wall: "asset_wall", id: "asset_id" }, direction, None, limit);
}
