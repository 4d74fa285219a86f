//! How the engines run what every page of stacks and every new photograph needs.

use model::{AssetFilter, AssetId, Direction, LibraryId, Origin, StackId, TrashState, WallClock};

use super::{Filter, Shot, Side, neighbours};
use crate::assets::{Parts, page};
use crate::db::{Db, Query};
use crate::on_both_engines;
use crate::testing::{assert_ordered, plan};

async fn check(db: &Db, query: impl Fn() -> Query + Send + 'static, index: &str) {
    assert_ordered(&plan(db, query).await, index);
}

on_both_engines! {
    async fn stacks_are_read_in_order(db: Db) {
        let of = |filter: Filter| move || super::page(LibraryId::generate(), &filter, Some(StackId::generate()), 20);
        check(&db, of(Filter::default()), "stacks_of_library").await;
        let auto = Filter { origin: Some(Origin::AutoBurst), ..Filter::default() };
        check(&db, of(auto), "stacks_of_origin").await;
    }

    async fn members_are_read_in_order(db: Db) {
        for state in [TrashState::Live, TrashState::All] {
            let members = move || {
                let stack = Some(StackId::generate());
                let filter = AssetFilter { stack, state, ..AssetFilter::default() };
                let parts = Parts::default();
                page(LibraryId::generate(), &filter, Direction::Ascending, None, 20, parts)
            };
            check(&db, members, "assets_of_stack").await;
        }
    }

    async fn neighbours_come_from_one_place_of_an_index(db: Db) {
        let around = |side| move || {
            let shot = Shot {
                id: AssetId::generate(),
                library_id: LibraryId::generate(),
                make: "Acme".to_owned(),
                model: "Nine".to_owned(),
                wall: WallClock::from_micros(0),
            };
            neighbours(&shot, side, 100, 1)
        };
        for side in [Side::Before, Side::After] {
            let plan = plan(&db, around(side)).await;
            assert!(plan.contains("assets_of_camera"), "{plan}");
        }
    }
}
