//! Every page of people and faces comes from the end of an index.

use model::{
    AssetFilter, AssetId, Direction, FaceId, LibraryId, NameFilter, Named as _, PeopleFilter,
    PeopleSort, PersonId, TrashState,
};

use super::list::{Position, parts};
use crate::assets::{self, Parts};
use crate::db::{Error, Query, Tx};
use crate::faces::{FaceFilter, page};
use crate::on_both_engines;

/// The plan of a statement. The tables are empty, so PostgreSQL is asked whether an index can
/// serve, and SQLite, which looks at no numbers, whether it does.
fn plan(tx: &mut Tx<'_>, query: &Query) -> String {
    if tx.skip_locked() != "" {
        tx.batch(
            "set local enable_seqscan = off; set local enable_bitmapscan = off;
                  set local enable_sort = off",
        )
        .unwrap();
    }
    query.explain(tx).unwrap().join("\n")
}

fn check(plan: &str, sql: &str) {
    assert!(plan.contains("INDEX") || plan.contains("Index"), "{sql}\n{plan}");
    for bad in ["SCAN", "TEMP B-TREE", "Seq Scan", "Sort"] {
        assert!(!plan.contains(bad), "{sql}\n{plan}");
    }
}

on_both_engines! {
    async fn a_page_of_people_needs_no_sort(db: Db) {
        db.write(|tx| {
            for &sort in PeopleSort::ALL {
                for &names in NameFilter::ALL {
                    if sort.is_by_name() && names == NameFilter::Unnamed {
                        continue;
                    }
                    let filter = PeopleFilter { names, without_hidden: true, ..PeopleFilter::default() };
                    let after = Position::at(PersonId::generate(), 3, Some(vec![1]));
                    for after in [None, Some(&after)] {
                        for mut query in parts(LibraryId::generate(), &filter, sort, after) {
                            query.bind(" limit ?", 20);
                            check(&plan(tx, &query), query.sql());
                        }
                    }
                }
            }
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    }

    async fn a_page_of_somebodys_assets_walks_their_index(db: Db) {
        db.write(|tx| {
            for (state, index) in [
                (TrashState::Live, "person_assets_live"),
                (TrashState::All, "person_assets_all"),
            ] {
                let people = vec![PersonId::generate(), PersonId::generate()];
                let filter = AssetFilter { people, state, ..AssetFilter::default() };
                let after = Some(model::Position { key: 5, id: AssetId::generate() });
                let page = assets::page(LibraryId::generate(), &filter, Direction::default(), after,
                                        20, Parts::default());
                let plan = plan(tx, &page);
                check(&plan, page.sql());
                assert!(plan.contains(index), "{plan}");
            }
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    }

    async fn a_page_of_faces_needs_no_sort(db: Db) {
        db.write(|tx| {
            let (asset, person) = (Some(AssetId::generate()), Some(PersonId::generate()));
            for (asset, person) in [(None, None), (asset, None), (None, person), (asset, person)] {
                for after in [None, Some(FaceId::generate())] {
                    let filter = FaceFilter { ids: None, asset, person };
                    let query = page(LibraryId::generate(), &filter, after, 20);
                    check(&plan(tx, &query), query.sql());
                }
            }
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    }
}
