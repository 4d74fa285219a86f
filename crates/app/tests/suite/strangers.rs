//! What is somebody else's does not exist.

use app::assets::{Fingerprints, ListAssets, Parts};
use app::{Error, Viewer};
use model::{Action, AssetId, MetadataPatch, Scope, TrashState};
use store::on_both_engines;

use crate::harness::{Library, bergen, viewer};

fn text(err: Error) -> String {
    match err {
        Error::NotFound(text) => text,
        other => panic!("{other:?}"),
    }
}

on_both_engines! {
    async fn a_stranger_sees_what_a_stranger_to_an_unknown_asset_sees(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let task = library.tasks(model::Status::Pending).await[0].id;
        let stranger = viewer(library.app.create_user("sam@example.org".into()).await.unwrap().user);
        let unknown = AssetId::generate();
        let app = &library.app;
        for (theirs, nobodys) in [
            (app.asset(stranger.clone(), id, Parts::ALL).await.map(|_| ()), app.asset(stranger.clone(), unknown, Parts::ALL).await.map(|_| ())),
            (app.update_asset(stranger.clone(), id, MetadataPatch::default()).await.map(|_| ()), app.update_asset(stranger.clone(), unknown, MetadataPatch::default()).await.map(|_| ())),
            (app.delete_asset(stranger.clone(), id).await, app.delete_asset(stranger.clone(), unknown).await),
            (app.tasks_of_asset(stranger.clone(), id).await.map(|_| ()), app.tasks_of_asset(stranger.clone(), unknown).await.map(|_| ())),
            (app.task(stranger.clone(), task).await.map(|_| ()), app.task(stranger.clone(), model::TaskId::generate()).await.map(|_| ())),
        ] {
            assert_eq!(text(theirs.unwrap_err()), text(nobodys.unwrap_err()));
        }
        for change in [
            app.trash_assets(stranger.clone(), None, vec![id]).await,
            app.delete_assets(stranger.clone(), None, vec![id]).await,
        ] {
            change.unwrap();
        }
        assert_eq!(library.asset(id).await.asset.trashed_at, None, "skipped, as an unknown one is");
        let sums = Fingerprints::Sha256(vec![library.asset(id).await.file.unwrap().sha256]);
        assert!(app.existing_assets(stranger.clone(), None, sums).await.unwrap().is_empty());
        let after = ListAssets { after: Some(id), limit: 5, ..ListAssets::default() };
        assert!(matches!(app.assets(stranger.clone(), after).await, Err(Error::Unclear(_))));
        let mine = app.libraries(library.me.clone(), TrashState::Live).await.unwrap()[0].library.id;
        let err = app.library(stranger.clone(), mine).await.unwrap_err();
        assert_eq!(text(err), format!("Library {mine} not found or not accessible by user {}", stranger.user));
        assert!(app.tasks(stranger, app::tasks::ListTasks { limit: 50, ..Default::default() }).await.unwrap().is_empty());
    }

    async fn a_key_reaches_no_further_than_its_scope(db: Db) {
        let library = Library::new(db).await;
        let id = library.photo(bergen(), 1).await.asset.id;
        let other = library.app.create_library(library.me.clone(), model::Name::new("Other").unwrap(), None).await.unwrap();
        let app::Made::New(other) = other else { panic!() };
        let scoped = Viewer { scope: Scope::Selected(vec![other.library.id]), ..library.me.clone() };
        assert!(matches!(library.app.asset(scoped.clone(), id, Parts::default()).await, Err(Error::NotFound(_))));
        let seen = library.app.libraries(scoped.clone(), TrashState::All).await.unwrap();
        assert_eq!(seen.iter().map(|l| l.library.id).collect::<Vec<_>>(), [other.library.id]);
        // Two live libraries: one has to be named, unless the key reaches one only.
        let wanted = ListAssets { limit: 5, ..ListAssets::default() };
        assert!(matches!(library.app.assets(library.me.clone(), wanted.clone()).await, Err(Error::Unclear(_))));
        assert!(library.app.assets(scoped, wanted).await.unwrap().items.is_empty());
        let reader = Viewer { actions: [Action::Read].into_iter().collect(), ..library.me.clone() };
        let refused = library.app.update_asset(reader, id, MetadataPatch::default()).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }

    async fn a_revoked_key_is_dead_at_once(db: Db) {
        let library = Library::new(db).await;
        let name = model::Name::new("k").unwrap();
        let key = library.app.create_key(library.me.clone(), name, model::Actions::ALL, Scope::All).await.unwrap();
        let seen = library.app.authenticate(&key.token).await.unwrap();
        assert_eq!(seen.viewer.user, library.me.user);
        let (start, last) = key.token.split_at(key.token.len() - 1);
        let wrong = format!("{start}{}", if last == "x" { "y" } else { "x" });
        assert!(library.app.authenticate(&wrong).await.is_err());
        library.app.revoke_key(library.me.clone(), key.key.id).await.unwrap();
        assert!(matches!(library.app.authenticate(&key.token).await, Err(Error::Unauthenticated(_))));
        assert!(!library.app.keys(library.me.clone()).await.unwrap()[0].is_active);
    }
}
