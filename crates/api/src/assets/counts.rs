//! `GET /api/assets/counts`: how many, by period (contract 3.8).

use app::assets::CountAssets;
use model::id::LibraryKind;
use model::{AssetFilter, CaptureTime, Direction, Period, WallClock};

use super::filter;
use super::list::LIBRARY_ID;
use crate::models::{AssetCount, Page};
use crate::state::Cx;
use crate::wire::{Answer, ApiError, Input, Place, Reader};

pub(super) const ABOUT: &str = "\
How many assets there are per day, week, month or year of their wall clock; periods without any \
are left out. Filters are those of `list_assets`, and both agree. Page with \
`starting_after_bucket` set to the last `time_bucket`, or, newest first, with \
`local_datetime_before` set to it.

Without filters other than `state` and dates, an answer takes the same time however large the \
library is. With filters it takes as long as it takes to count the assets of the periods on the \
page.";

/// The query.
pub(super) struct Count(CountAssets);

impl Input for Count {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.query("library_id", LIBRARY_ID).id::<LibraryKind>().optional();
        let period = r
            .query("group_by", "Length of the buckets; weeks begin on Monday.")
            .choice::<Period>()
            .default(Period::Month);
        let limit = r.query("limit", "Buckets per page.").integer(1..=200).default(20);
        let direction = r
            .query("order", "Newest or oldest first.")
            .choice::<Direction>()
            .default(Direction::Descending);
        let after = r
            .query("starting_after_bucket", "The last `time_bucket` of the page before.")
            .datetime()
            .example("2024-05-01T00:00:00")
            .optional();
        let (state, area, filter) =
            (filter::state(r), filter::area(r, Place::Query), filter::shared(r, Place::Query));
        let (period, after) = (period?, after?);
        let after = match after.map(|after| bucket_start(after, period)) {
            None => None,
            Some(Some(start)) => Some(start),
            Some(None) => {
                let msg = "not the time_bucket of a bucket of this group_by";
                return r.refuse_query("starting_after_bucket", msg);
            }
        };
        Some(Self(CountAssets {
            library: library?,
            filter: AssetFilter { state: state?, area: area?, ..filter? },
            period,
            direction: direction?,
            after,
            limit: limit?,
        }))
    }
}

fn bucket_start(after: CaptureTime, period: Period) -> Option<WallClock> {
    (after.offset.is_none() && period.begins_at(after.wall)).then_some(after.wall)
}

pub(super) async fn count(
    cx: Cx,
    Count(wanted): Count,
) -> Result<Answer<Page<AssetCount>>, ApiError> {
    let page = cx.state.app.asset_counts(cx.viewer.0, wanted).await?;
    Ok(Answer::ok(Page::of(page, AssetCount::from)))
}
