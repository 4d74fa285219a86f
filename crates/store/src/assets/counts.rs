//! Assets by day, week, month or year of their wall clock (contract 3.8).

use model::{
    AssetFilter, CaptureBounds, CaptureTime, Direction, LibraryId, Period, PeriodCount,
    PeriodCounts, TrashState, WallClock,
};

use super::list::{begin, in_state};
use crate::db::{Conn, Query, Result};
use crate::kept::days;

/// Days read in the first round, beside those the page needs at least; each round reads twice as
/// many as the one before.
const ROUND: i64 = 32;

/// The first `limit` buckets with assets after the one that begins at `after`, and the beginning
/// of one more when there is one.
///
/// Without filters the days that are kept ready are summed. With filters the rows of these days are
/// counted in an index, and the walk ends with the page.
pub fn counts(
    conn: &mut Conn,
    library: LibraryId,
    filter: &AssetFilter,
    period: Period,
    direction: Direction,
    after: Option<WallClock>,
    limit: i64,
) -> Result<Vec<PeriodCount>> {
    let (mut first, mut last) = days_within(&filter.captured);
    match (after.map(WallClock::day), direction) {
        (Some(after), Direction::Descending) => last = last.min(after - 1),
        (Some(after), Direction::Ascending) => first = first.max(period.next_first_day(after)),
        (None, _) => {}
    }
    let wanted = usize::try_from(limit).unwrap_or_default();
    let mut buckets = PeriodCounts::by(period);
    let mut round = limit + ROUND;
    loop {
        let found = days(conn, library, filter, direction, (first, last), round)?;
        for &(day, count) in &found.counts {
            buckets.add(day, count);
        }
        if found.is_end || buckets.len() > wanted {
            return Ok(buckets.into_vec());
        }
        match (found.reached, direction) {
            (Some(day), Direction::Descending) => last = day - 1,
            (Some(day), Direction::Ascending) => first = day + 1,
            (None, _) => return Ok(buckets.into_vec()),
        }
        round = (round * 2).min(8192);
    }
}

/// A part of the walk.
struct Days {
    counts: Vec<(i64, i64)>,
    /// The day it came to.
    reached: Option<i64>,
    /// Whether nothing comes after.
    is_end: bool,
}

fn days(
    conn: &mut Conn,
    library: LibraryId,
    filter: &AssetFilter,
    direction: Direction,
    span: (i64, i64),
    limit: i64,
) -> Result<Days> {
    let plain =
        AssetFilter { state: filter.state, captured: filter.captured, ..AssetFilter::default() };
    let mut counts = if *filter == plain {
        days::read(conn, library, filter.state, direction, span, limit)?
    } else {
        rows(library, filter, direction, span, limit).all(conn)?
    };
    let reached = counts.last().map(|(day, _)| *day);
    let is_end = i64::try_from(counts.len()).is_ok_and(|found| found < limit);
    if *filter == plain {
        for (day, count) in &mut counts {
            if is_cut(&filter.captured, *day) {
                *count = part_of_day(conn, library, filter, *day, *count)?;
            }
        }
    }
    Ok(Days { counts, reached, is_end })
}

/// Days with matching assets and how many each has, from an index that holds all the filters.
pub(super) fn rows(
    library: LibraryId,
    filter: &AssetFilter,
    direction: Direction,
    (first, last): (i64, i64),
    limit: i64,
) -> Query {
    let order = match direction {
        Direction::Descending => "desc",
        Direction::Ascending => "asc",
    };
    let mut query = Query::new("select local_day, count(*) from ");
    begin(&mut query, library, filter);
    query.bind(" and local_day >= ?", first).bind(" and local_day <= ?", last);
    query.push(&format!(" group by local_day order by local_day {order}")).bind(" limit ?", limit);
    query
}

/// Days that may have assets within the bounds, both ends included.
pub(super) fn days_within(bounds: &CaptureBounds) -> (i64, i64) {
    let first = bounds.after().map_or(i64::MIN, |after| reach(after).0);
    let last = bounds.before().map_or(i64::MAX, |before| reach(before).1);
    (first, last)
}

/// Whether a bound lets some assets of a day through and others not.
fn is_cut(bounds: &CaptureBounds, day: i64) -> bool {
    [bounds.after(), bounds.before()].into_iter().flatten().any(|bound| {
        let (first, last) = reach(bound);
        (first..=last).contains(&day)
    })
}

/// The days a bound goes through: one on the wall clock; as a moment, all that it may be on some
/// wall clock.
fn reach(bound: CaptureTime) -> (i64, i64) {
    let wall = bound.wall.micros();
    bound.instant().map_or((bound.wall.day(), bound.wall.day()), |instant| {
        let (early, late) = (instant.micros() - WallClock::DAY, instant.micros() + WallClock::DAY);
        (early.min(wall).div_euclid(WallClock::DAY), late.max(wall).div_euclid(WallClock::DAY))
    })
}

/// How many assets of a day lie within the bounds, out of `all` it has.
fn part_of_day(
    conn: &mut Conn,
    library: LibraryId,
    filter: &AssetFilter,
    day: i64,
    all: i64,
) -> Result<i64> {
    let bounds = &filter.captured;
    let is_naive = |bound: Option<CaptureTime>| bound.is_none_or(|bound| bound.offset.is_none());
    if !(is_naive(bounds.after()) && is_naive(bounds.before())) {
        let found: Vec<(i64, i64)> =
            rows(library, filter, Direction::Ascending, (day, day), 1).all(conn)?;
        return Ok(found.first().map_or(0, |(_, count)| *count));
    }
    let (start, end) = (day * WallClock::DAY, (day + 1) * WallClock::DAY);
    let from = bounds.after().map_or(start, |after| start.max(after.wall.micros() + 1));
    let to = bounds.before().map_or(end, |before| end.min(before.wall.micros()));
    if from >= to {
        return Ok(0);
    }
    // Most bounds lie at midnight: nearly all of the day is in, or nearly nothing.
    if to - from <= WallClock::DAY / 2 {
        between(conn, library, filter.state, day, (from, to))
    } else {
        let early = between(conn, library, filter.state, day, (start, from))?;
        Ok(all - early - between(conn, library, filter.state, day, (to, end))?)
    }
}

/// Assets of a day from one time to another, itself excluded.
fn between(
    conn: &mut Conn,
    library: LibraryId,
    state: TrashState,
    day: i64,
    (from, to): (i64, i64),
) -> Result<i64> {
    if from >= to {
        return Ok(0);
    }
    let found: Option<(i64,)> = span(library, state, day, (from, to)).one(conn)?;
    Ok(found.map_or(0, |(count,)| count))
}

pub(super) fn span(
    library: LibraryId,
    state: TrashState,
    day: i64,
    (from, to): (i64, i64),
) -> Query {
    let mut query = Query::new("select count(*) from assets where ");
    query
        .bind("library_id = ?", library)
        .bind(" and local_day = ?", day)
        .bind(" and wall >= ?", from)
        .bind(" and wall < ?", to);
    in_state(&mut query, state);
    query
}
