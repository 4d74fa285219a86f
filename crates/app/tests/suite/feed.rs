//! Whoever only follows the feed ends in the same state as the server.

use std::collections::BTreeMap;

use app::events::ReadEvents;
use model::{Caption, Cursor, EventKind, MetadataPatch, Patch};
use specimen::Metadata;
use store::on_both_engines;

use crate::harness::Library;

type State = BTreeMap<uuid::Uuid, Option<model::Instant>>;

/// Reads on from `cursor` and applies what it finds to `state`: re-reads what changed, drops what
/// is gone.
async fn follow(
    library: &Library,
    state: &mut State,
    mut cursor: Option<Cursor>,
) -> Option<Cursor> {
    loop {
        let wanted = ReadEvents { after: cursor, limit: 3, ..ReadEvents::default() };
        let part = library.app.events(library.me.clone(), wanted).await.unwrap();
        for event in &part.events {
            let id = model::AssetId::from_uuid(event.change.entity);
            match library.app.asset(library.me.clone(), id, app::assets::Parts::default()).await {
                Ok(found) => drop(state.insert(event.change.entity, found.asset.trashed_at)),
                Err(_) => drop(state.remove(&event.change.entity)),
            }
        }
        cursor = part.next;
        if !part.has_more {
            return cursor;
        }
    }
}

async fn truth(library: &Library) -> State {
    let filter = model::AssetFilter { state: model::TrashState::All, ..Default::default() };
    let wanted = app::assets::ListAssets { filter, limit: 200, ..Default::default() };
    let page = library.app.assets(library.me.clone(), wanted).await.unwrap();
    page.items.iter().map(|found| (found.asset.id.uuid(), found.asset.trashed_at)).collect()
}

on_both_engines! {
    async fn a_follower_ends_where_the_server_is(db: Db) {
        let library = Library::new(db).await;
        let (mut state, mut cursor) = (State::new(), None);
        let mut ids = Vec::new();
        for round in 0u64..12 {
            let id = library.photo(Metadata::default(), round).await.asset.id;
            ids.push(id);
            let old = ids[usize::try_from(round / 2).unwrap()];
            let caption = Caption::new(format!("{round}")).unwrap();
            let patch = MetadataPatch { description: Patch::Set(caption), ..MetadataPatch::default() };
            // Concurrent writers: an edit, a trash and a restore or deletion.
            let edit = library.app.update_asset(library.me.clone(), id, patch);
            let trash = library.app.trash_assets(library.me.clone(), None, vec![old]);
            let third = async {
                if round % 3 == 0 {
                    library.app.delete_assets(library.me.clone(), None, vec![ids[0], old]).await
                } else {
                    library.app.restore_assets(library.me.clone(), None, vec![old]).await
                }
            };
            let (edited, trashed, done) = tokio::join!(edit, trash, third);
            // The edit may come after the deletion of its asset.
            assert!(matches!(edited, Ok(_) | Err(app::Error::NotFound(_))), "{edited:?}");
            trashed.and(done).unwrap();
            if round % 2 == 0 {
                cursor = follow(&library, &mut state, cursor).await;
            }
        }
        follow(&library, &mut state, cursor).await;
        assert_eq!(state, truth(&library).await);
        let mut from_scratch = State::new();
        follow(&library, &mut from_scratch, None).await;
        assert_eq!(from_scratch, state);
    }

    async fn every_event_comes_once_and_time_never_runs_back(db: Db) {
        let library = Library::new(db).await;
        for seed in 0..5 {
            library.photo(Metadata::default(), seed).await;
        }
        let all = library.events().await;
        assert_eq!(all.len(), 10);
        assert!(all.windows(2).all(|pair| pair[0].cursor < pair[1].cursor));
        assert!(all.windows(2).all(|pair| pair[0].created_at <= pair[1].created_at));
        for (index, event) in all.iter().enumerate() {
            let wanted = ReadEvents { after: Some(event.cursor), limit: 200, ..ReadEvents::default() };
            let rest = library.app.events(library.me.clone(), wanted).await.unwrap().events;
            assert_eq!(rest, all[index + 1..]);
        }
        // A number that another history of this feed has had.
        let lost = Cursor { written_at: model::Instant::from_micros(7), ..all[3].cursor };
        let wanted = ReadEvents { after: Some(lost), limit: 1, ..ReadEvents::default() };
        assert!(library.app.events(library.me.clone(), wanted).await.is_err());
        // A page that ends exactly at the bound is the last one.
        let wanted = ReadEvents { before: Some(all[4].created_at), limit: 4, ..ReadEvents::default() };
        let part = library.app.events(library.me.clone(), wanted).await.unwrap();
        assert_eq!((part.events, part.has_more), (all[..4].to_vec(), false));
        // What a filter hides is not looked through again.
        let entities = Some(vec![model::Entity::Album]);
        let wanted = ReadEvents { after: Some(Cursor::START), entities, limit: 4, ..ReadEvents::default() };
        let part = library.app.events(library.me.clone(), wanted).await.unwrap();
        assert_eq!(part.next, Some(all[9].cursor));
        let since = Some(all[6].created_at);
        let wanted = ReadEvents { since, limit: 200, ..ReadEvents::default() };
        let part = library.app.events(library.me.clone(), wanted).await.unwrap();
        assert_eq!(part.events, all.iter().filter(|event| Some(event.created_at) >= since).cloned().collect::<Vec<_>>());
        let bound = all[4].created_at;
        let wanted = ReadEvents { before: Some(bound), limit: 200, ..ReadEvents::default() };
        let part = library.app.events(library.me.clone(), wanted).await.unwrap();
        assert!(part.events.iter().all(|event| event.created_at < bound) && !part.has_more);
        let future = Cursor { number: i64::MAX, ..all[0].cursor };
        let wanted = ReadEvents { after: Some(future), limit: 1, ..ReadEvents::default() };
        let err = library.app.events(library.me.clone(), wanted).await;
        assert!(matches!(err, Err(app::Error::Unclear(_))));
        assert!(all.iter().any(|event| event.change.kind == EventKind::AssetCreated));
    }
}
