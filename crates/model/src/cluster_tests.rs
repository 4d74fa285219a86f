use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn at(latitude: f64, longitude: f64) -> Coordinates {
    Coordinates::new(latitude, longitude).unwrap()
}

fn world() -> View {
    View::new(at(-90.0, -180.0), at(90.0, 180.0))
}

fn id(number: u128) -> AssetId {
    AssetId::from_uuid(uuid::Uuid::from_u128(number))
}

fn clustered(view: View, size: f64, assets: &[(Coordinates, i64)]) -> Vec<Cluster> {
    let mut clusters = Clusters::of(view, Grid::of(size));
    for (number, (place, wall)) in (0..).zip(assets) {
        clusters.add_one(*place, WallClock::from_micros(*wall), id(number));
    }
    clusters.into_vec()
}

fn counts(view: View, size: f64, places: &[(f64, f64)]) -> Vec<i64> {
    let assets: Vec<_> = places.iter().map(|(lat, lon)| (at(*lat, *lon), 0)).collect();
    clustered(view, size, &assets).iter().map(|cluster| cluster.count).collect()
}

/// Places that like each other, and the lines of grids.
fn any_place() -> impl Strategy<Value = Coordinates> {
    let round = (-900..=900, -1800..=1800)
        .prop_map(|(lat, lon)| at(f64::from(lat) / 10.0, f64::from(lon) / 10.0));
    let near = (0..3, 0..3).prop_map(|(lat, lon)| {
        at(60.39 + f64::from(lat) * 0.000_02, 5.32 + f64::from(lon) * 0.000_02)
    });
    let anywhere = (-90.0..=90.0, -180.0..=180.0).prop_map(|(lat, lon)| at(lat, lon));
    let ends = (
        prop::sample::select(vec![-90.0, 0.0, 90.0]),
        prop::sample::select(vec![-180.0, 0.0, 179.999_999, 180.0]),
    );
    prop_oneof![round, near, anywhere, ends.prop_map(|(lat, lon)| at(lat, lon))]
}

fn any_view() -> impl Strategy<Value = View> {
    prop_oneof![
        Just(world()),
        (any_place(), any_place()).prop_map(|(a, b)| {
            let (south, north) = (a.latitude().min(b.latitude()), a.latitude().max(b.latitude()));
            View::new(at(south, a.longitude()), at(north, b.longitude()))
        })
    ]
}

fn any_size() -> impl Strategy<Value = f64> {
    prop_oneof![
        prop::sample::select(vec![0.0001, 0.1, 1.0, 10.0, 45.0, 360.0, 1e9]),
        (-4.0..2.6).prop_map(|exponent| 10_f64.powf(exponent)),
    ]
}

#[test]
fn what_lies_on_a_line_belongs_to_the_cell_behind_it() {
    for (size, line) in [(10.0, 10.0), (0.1, 10.1), (0.1, -33.3), (0.01, 151.21), (0.0001, 2.3521)]
    {
        let places = [(0.0, line), (0.0, line + size * 0.4), (0.0, line - size * 0.4)];
        assert_eq!(counts(world(), size, &places), [2, 1], "{line} in cells of {size}");
    }
}

#[test]
fn the_ends_of_the_globe_belong_to_the_last_cell() {
    assert_eq!(counts(world(), 10.0, &[(89.0, 179.0), (90.0, 180.0)]), [2]);
    assert_eq!(counts(world(), 400.0, &[(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)]), [3]);
}

#[test]
fn the_latest_represents_and_of_several_the_one_with_the_largest_id() {
    let place = at(1.0, 1.0);
    let found = clustered(world(), 1.0, &[(place, 5), (place, 7), (place, 7), (place, 6)]);
    assert_eq!(
        found.iter().map(|it| (it.count, it.representative)).collect::<Vec<_>>(),
        [(4, id(2))]
    );
}

#[test]
fn the_largest_come_first_and_then_the_smallest_id() {
    let places =
        [(0.0, 20.0), (0.0, 0.0), (0.0, 40.0), (0.0, 40.0)].map(|(lat, lon)| (at(lat, lon), 0));
    let found = clustered(world(), 1.0, &places);
    let order: Vec<_> = found.iter().map(|it| (it.count, it.representative)).collect();
    assert_eq!(order, [(2, id(3)), (1, id(0)), (1, id(1))]);
}

#[test]
fn a_mean_lies_among_its_members_across_the_180th_meridian() {
    let fiji = View::new(at(-20.0, 170.0), at(0.0, -170.0));
    let places = [(at(-10.0, 178.0), 0), (at(-12.0, -179.0), 0), (at(-14.0, -178.0), 0)];
    let found = clustered(fiji, 1000.0, &places);
    assert_eq!(found.len(), 1);
    let (latitude, longitude) = (found[0].latitude, found[0].longitude);
    assert!(
        (latitude + 12.0).abs() < 1e-7 && (longitude + 179.666_666_7).abs() < 1e-7,
        "{found:?}"
    );
    // Cells end at that meridian, so most means have no need of this.
    let found = clustered(fiji, 10.0, &places);
    let means: Vec<_> = found.iter().map(|it| (it.count, it.longitude)).collect();
    assert_eq!(means, [(2, -178.5), (1, 178.0)]);
}

#[test]
fn the_mean_of_one_is_its_place() {
    for (lat, lon) in [(56.153_775, 10.199_317), (-33.870_001, 151.209_999_9), (90.0, -180.0)] {
        let found = clustered(world(), 1.0, &[(at(lat, lon), 0)]);
        assert_eq!((found[0].latitude, found[0].longitude), (lat, lon));
    }
}

proptest! {
    /// The way the store goes: from wide tiles to fine ones, and single assets at the edges.
    #[test]
    fn tiles_give_what_single_assets_give(
        assets in vec((any_place(), 0_i64..4), 0..40),
        view in any_view(),
        size in any_size(),
    ) {
        let mut clusters = Clusters::of(view, Grid::of(size));
        for (number, &(place, wall)) in (0..).zip(&assets) {
            let (wall, id) = (WallClock::from_micros(wall), id(number));
            for tile in Tile::of(place).line() {
                match clusters.add(tile, Members::one(place, wall, id)) {
                    Fit::Whole => break,
                    Fit::Nowhere => {
                        prop_assert!(!view.area().contains(place));
                        break;
                    }
                    Fit::AcrossEdge if tile.is_finest() => clusters.add_one(place, wall, id),
                    Fit::AcrossLines => prop_assert!(!tile.is_finest()),
                    Fit::AcrossEdge => {}
                }
            }
        }
        prop_assert_eq!(clusters.into_vec(), clustered(view, size, &assets));
    }

    #[test]
    fn a_cell_is_as_wide_as_it_was_asked_to_be(place in any_place(), size in any_size()) {
        let grid = Grid::of(size);
        let cell = grid.cell(Spot::of(place));
        let span = |degrees: f64, cell: u64| {
            #[expect(clippy::cast_precision_loss, reason = "cells are few")]
            let start = cell as f64 * size;
            (start - 0.000_031 ..= start + size).contains(&degrees)
        };
        let east = place.longitude() + 180.0;
        // The end of the globe may be the beginning of a cell that is not there.
        prop_assert!(span(east, cell.column) || place.longitude() >= 180.0);
        prop_assert!(span(place.latitude() + 90.0, cell.row) || place.latitude() >= 90.0);
    }

    #[test]
    fn a_cell_lies_in_no_more_tiles_than_said(
        place in any_place(), size in 0.0001..100.0, level in 0..Tile::LEVELS,
    ) {
        let grid = Grid::of(size);
        let tile = Tile::of(place).line().nth(level).unwrap();
        let (mut columns, cell) = (0, grid.cell(Spot::of(place)));
        let mut spot = tile.first();
        // Along one side, from the tile of the place to the west and to the east.
        while grid.cell(spot).column == cell.column && spot.column >= tile.width() {
            spot.column -= tile.width();
        }
        for _ in 0..1000 {
            let last = Spot { column: spot.column + tile.width() - 1, ..spot };
            let cells = grid.cell(spot).column..=grid.cell(last).column;
            if *cells.start() > cell.column { break; }
            columns += usize::from(cells.contains(&cell.column));
            spot.column += tile.width();
        }
        prop_assert!(columns * columns <= grid.most_tiles(tile) || columns >= 1000);
    }

    #[test]
    fn a_cover_holds_all_of_a_view_and_little_else(view in any_view(), place in any_place()) {
        let Some(cover) = view.cover(64) else { return Ok(()) };
        prop_assert!(cover.len() <= 64);
        let holds = cover.iter().any(|tile| tile.finest().contains(&Tile::of(place).code()));
        prop_assert!(holds || !view.area().contains(place));
        for pair in cover.windows(2) {
            prop_assert!(pair[0] != pair[1]);
        }
    }
}

#[test]
fn a_cover_gets_as_close_as_it_may() {
    let at = |lat, lon| Coordinates::new(lat, lon).unwrap();
    let town = View::new(at(60.3, 5.2), at(60.5, 5.5));
    let degrees: f64 =
        town.cover(64).unwrap().iter().map(|tile| f64::from(tile.width()).powi(2)).sum();
    // A town of 0.06 square degrees.
    assert!(degrees.sqrt() < Spot::over(0.4), "{degrees}");
    assert_eq!(View::new(at(-90.0, -180.0), at(90.0, 180.0)).cover(64), None);
}
