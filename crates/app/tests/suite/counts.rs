//! Counts by period: the days that are kept ready and the rows say the same as the list.

use std::collections::BTreeMap;

use app::assets::CountAssets;
use model::{
    Asset, AssetFilter, AssetId, Direction, MetadataPatch, Named as _, Patch, Period, PeriodCount,
    WallClock,
};
use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::TestRunner;
use specimen::Metadata;
use store::on_both_engines;

use crate::harness::{Library, time};
use crate::lists::{any_edit, any_filter, passes};

/// All buckets, page by page.
async fn counted(library: &Library, wanted: &CountAssets) -> Vec<PeriodCount> {
    let mut found: Vec<PeriodCount> = Vec::new();
    loop {
        let after = found.last().map(|bucket| bucket.start);
        let wanted = CountAssets { after, limit: 2, ..wanted.clone() };
        let page = library.app.asset_counts(library.me.clone(), wanted).await.unwrap();
        assert!(page.items.len() == 2 || !page.has_more, "a page with more is full");
        found.extend(page.items);
        if !page.has_more {
            return found;
        }
    }
}

/// The rule: the assets that pass, by the first day of their period.
fn expected(
    all: &[Asset],
    filter: &AssetFilter,
    period: Period,
    direction: Direction,
) -> Vec<PeriodCount> {
    let mut counts = BTreeMap::new();
    for asset in all.iter().filter(|asset| passes(asset, filter)) {
        let start = WallClock::at_midnight(period.first_day(asset.capture.wall.day()));
        *counts.entry(start).or_insert(0) += 1;
    }
    let mut buckets: Vec<PeriodCount> =
        counts.into_iter().map(|(start, count)| PeriodCount { start, count }).collect();
    if direction == Direction::Descending {
        buckets.reverse();
    }
    buckets
}

async fn assert_counts_agree(library: &Library, all: &[Asset], filter: &AssetFilter) {
    for &period in Period::ALL {
        for direction in [Direction::Descending, Direction::Ascending] {
            let wanted =
                CountAssets { filter: filter.clone(), period, direction, ..CountAssets::default() };
            assert_eq!(
                counted(library, &wanted).await,
                expected(all, filter, period, direction),
                "{filter:?} {period:?} {direction:?}"
            );
        }
    }
}

async fn taken_at(library: &Library, id: AssetId, text: &str) {
    let original = Patch::Set(time(text));
    let patch = MetadataPatch { original, ..MetadataPatch::default() };
    library.app.update_asset(library.me.clone(), id, patch).await.unwrap();
}

on_both_engines! {
    async fn counts_agree_with_the_rules(db: Db) {
        let library = Library::new(db).await;
        let mut runner = TestRunner::deterministic();
        let mut ids = Vec::new();
        for seed in 0..24 {
            let id = library.photo(Metadata::default(), seed).await.asset.id;
            let patch = any_edit().new_tree(&mut runner).unwrap().current();
            library.app.update_asset(library.me.clone(), id, patch).await.unwrap();
            ids.push(id);
        }
        for (id, text) in ids.iter().zip(["2023-12-31T23:59:59.999999", "0001-01-01", "9999-12-31", "2024-05-03"]) {
            taken_at(&library, *id, text).await;
        }
        let me = || library.me.clone();
        library.app.trash_assets(me(), None, ids[3..12].to_vec()).await.unwrap();
        library.app.restore_assets(me(), None, ids[3..7].to_vec()).await.unwrap();
        // In the trash an edit moves the asset as well.
        taken_at(&library, ids[10], "2024-06-01").await;
        let gone = vec![ids[11], ids[20]];
        ids.retain(|id| !gone.contains(id));
        library.app.delete_assets(me(), None, gone).await.unwrap();
        let mut all = Vec::new();
        for id in &ids {
            all.push(library.asset(*id).await.asset);
        }
        for _ in 0..24 {
            let filter = any_filter().new_tree(&mut runner).unwrap().current();
            assert_counts_agree(&library, &all, &filter).await;
            let plain = AssetFilter {
                state: filter.state,
                captured: filter.captured,
                ..AssetFilter::default()
            };
            assert_counts_agree(&library, &all, &plain).await;
        }
    }

    async fn a_page_ends_where_the_older_client_goes_on(db: Db) {
        let library = Library::new(db).await;
        for (seed, text) in ["2024-05-01", "2024-05-31T23:59:59", "2024-04-30", "2024-02-29"].into_iter().enumerate() {
            let id = library.photo(Metadata::default(), seed as u64).await.asset.id;
            taken_at(&library, id, text).await;
        }
        let mut months = Vec::new();
        let mut before = None;
        loop {
            let captured = model::CaptureBounds::new(None, before).unwrap();
            let filter = AssetFilter { captured, ..AssetFilter::default() };
            let wanted = CountAssets { filter, limit: 1, ..CountAssets::default() };
            let page = library.app.asset_counts(library.me.clone(), wanted).await.unwrap();
            months.extend(page.items.iter().map(|bucket| (bucket.start.to_string(), bucket.count)));
            before = page.items.last().map(|bucket| model::CaptureTime { wall: bucket.start, offset: None });
            if !page.has_more { break; }
        }
        let expected = [("2024-05-01T00:00:00", 2), ("2024-04-01T00:00:00", 1), ("2024-02-01T00:00:00", 1)];
        assert_eq!(months, expected.map(|(start, count)| (start.to_owned(), count)));
    }
}
