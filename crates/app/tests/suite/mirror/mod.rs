//! Whoever only follows the feeds ends where the server is, whatever many hands do at the same time.

mod deeds;
mod follow;
mod record;

use std::sync::Arc;

use app::Viewer;
use model::{Entity, Event, Scope};
use store::on_both_engines;
use tokio::task::JoinSet;

use crate::books::audit;
use crate::harness::Library;
use crate::sharing::only_library;
use deeds::Hand;
use follow::Mirror;
use record::{Key, Records, Source, shown};

/// Hands work side by side; after each round they rest, and mirrors are held against the truth.
const HANDS: u64 = 3;
const ROUNDS: usize = 20;
const DEEDS: usize = 8;

/// Fails with what differs, and only that.
#[track_caller]
fn assert_same(mirrored: &Records, listed: &Records) {
    let differs = |records: &Records, others: &Records| -> Records {
        let is_other = |key: &Key| records.get(key) != others.get(key);
        records
            .iter()
            .filter(|(key, _)| is_other(key))
            .map(|(key, one)| (*key, one.clone()))
            .collect()
    };
    let (wrong, right) = (differs(mirrored, listed), differs(listed, mirrored));
    assert_eq!(wrong, right, "what the reader believes, and what there is");
}

on_both_engines! {
    async fn readers_of_both_generations_end_where_the_server_is(db: Db) {
        let library = Arc::new(Library::new(db.clone()).await);
        let (app, me) = (library.app.clone(), library.me.clone());
        let libraries = [only_library(&app, &me).await, library.another("Other").await];
        let sources = libraries.map(|library| {
            let me = Viewer { scope: Scope::Selected(vec![library]), ..me.clone() };
            Source { app: app.clone(), me, library }
        });
        let mut mirrors: Vec<(Mirror, Mirror)> = sources.iter()
            .map(|source| (Mirror::by_type(source.clone()), Mirror::whole(source.clone()))).collect();
        let mut resting: Vec<Hand> = (0..HANDS).map(|seed| {
            let random = fastrand::Rng::with_seed(seed);
            Hand { library: library.clone(), sources: sources.clone(), random }
        }).collect();
        for round in 0..ROUNDS {
            let mut hands: JoinSet<Hand> =
                resting.drain(..).map(|hand| hand.do_things(DEEDS)).collect();
            while let Some(done) = hands.join_next().await {
                resting.push(done.unwrap());
                // Not always, so that no event of a worker hides the lack of another.
                if round % 2 == 0 {
                    app.work_until_idle().await.unwrap();
                }
                for (by_type, whole) in &mut mirrors {
                    by_type.sync(library.clock.now()).await;
                    whole.sync(library.clock.now()).await;
                }
            }
            library.clock.advance(1);
            for ((by_type, whole), source) in mirrors.iter_mut().zip(&sources) {
                by_type.sync(library.clock.now()).await;
                whole.sync(library.clock.now()).await;
                let listed = shown(source.everything().await.unwrap());
                for mirror in [&*by_type, whole] {
                    assert_same(&shown(mirror.records.clone()), &listed);
                }
            }
            audit(&db).await;
        }
        for ((by_type, whole), source) in mirrors.iter_mut().zip(&sources) {
            // Whoever comes late ends there too; each event came once, and all met the same ones.
            let mut late = Mirror::whole(source.clone());
            late.sync(library.clock.now()).await;
            assert_same(&shown(late.records.clone()), &shown(whole.records.clone()));
            assert_eq!(late.met, whole.met);
            assert!(whole.met.windows(2).all(|pair| pair[0].cursor < pair[1].cursor));
            let mut met: Vec<Event> = whole.met.clone();
            met.retain(|event| event.change.kind.entity() != Entity::Library);
            by_type.met.sort_by_key(|event| event.cursor);
            assert_eq!(by_type.met, met);
            for mirror in [&*by_type, whole, &late] {
                mirror.assert_every_stack_is_explained();
            }
        }
    }
}
