//! What people say about themselves, what they think, and what they may store (contract 3.5, 13, 16).

use app::feedback::NewFeedback;
use app::{Error, Viewer};
use model::{
    FavoriteDisplay, FeedbackKind, LibraryId, Name, Patch, PreferencesPatch, Scope, TrashState,
    User,
};
use store::on_both_engines;

use crate::harness::{Library, bergen, viewer};

impl Library {
    async fn say(&self, patch: PreferencesPatch) -> app::Result<User> {
        self.clock.advance(1);
        self.app.update_me(self.me.clone(), patch).await
    }

    async fn live_in(&self, country: Option<&str>, part: Patch<&str>) -> app::Result<User> {
        let home_subdivision = match part {
            Patch::Set(part) => Patch::Set(part.to_owned()),
            Patch::Clear => Patch::Clear,
            Patch::Keep => Patch::Keep,
        };
        let home_country = country.map(str::to_owned);
        self.say(PreferencesPatch { home_country, home_subdivision, ..Default::default() }).await
    }

    async fn first(&self) -> LibraryId {
        self.app.libraries(self.me.clone(), TrashState::Live).await.unwrap()[0].library.id
    }
}

fn is_invalid<T>(done: app::Result<T>, field: &str) -> bool {
    matches!(done.map(drop), Err(Error::Invalid(place, _)) if place == field)
}

on_both_engines! {
    async fn what_was_said_is_kept_and_the_same_again_changes_nothing(db: Db) {
        let library = Library::new(db).await;
        let before = library.app.me(library.me.clone()).await.unwrap();
        assert_eq!(library.say(PreferencesPatch::default()).await.unwrap(), before);
        let id = library.first().await;
        let patch = PreferencesPatch {
            demo_mode: Some(true),
            favorite_display: Patch::Set(FavoriteDisplay::Rating),
            face_detection: Some(false),
            home_country: Some("US".to_owned()),
            home_subdivision: Patch::Set("CA".to_owned()),
            immich_library: Patch::Set(id),
        };
        let said = library.say(patch.clone()).await.unwrap();
        assert!(said.updated_at > before.updated_at);
        assert_eq!((said.preferences.face_detection, said.preferences.immich_library), (Some(false), Some(id)));
        assert_eq!(library.app.me(library.me.clone()).await.unwrap(), said);
        assert_eq!(library.say(patch).await.unwrap(), said);
        let clear = PreferencesPatch { favorite_display: Patch::Clear, immich_library: Patch::Clear, ..Default::default() };
        let cleared = library.say(clear).await.unwrap().preferences;
        assert_eq!((cleared.favorite_display, cleared.immich_library), (FavoriteDisplay::Favorite, None));
        assert_eq!(cleared.home_country.as_deref(), Some("US"));
    }

    async fn a_home_is_a_place_there_is(db: Db) {
        let library = Library::new(db).await;
        for country in ["us", "XX", "USA", ""] {
            assert!(is_invalid(library.live_in(Some(country), Patch::Keep).await, "home_country"), "{country}");
        }
        assert!(is_invalid(library.live_in(Some("US"), Patch::Keep).await, "home_subdivision"), "required");
        assert!(is_invalid(library.live_in(None, Patch::Set("CA")).await, "home_subdivision"), "of no country");
        assert!(is_invalid(library.live_in(Some("US"), Patch::Set("46")).await, "home_subdivision"));
        library.live_in(Some("US"), Patch::Set("CA")).await.unwrap();
        assert!(is_invalid(library.live_in(None, Patch::Clear).await, "home_subdivision"));
        let moved = library.live_in(Some("NO"), Patch::Keep).await.unwrap().preferences;
        assert_eq!((moved.home_country.as_deref(), moved.home_subdivision), (Some("NO"), None));
        library.live_in(None, Patch::Set("46")).await.unwrap();
    }

    async fn a_program_changes_only_what_programs_may(db: Db) {
        let library = Library::new(db).await;
        let id = library.first().await;
        let key = library.app.create_key(library.me.clone(), Name::new("k").unwrap(), model::Actions::ALL, Scope::All).await.unwrap();
        let program = library.app.authenticate(&key.token).await.unwrap().viewer;
        let before = library.app.me(program.clone()).await.unwrap();
        let patch = PreferencesPatch { demo_mode: Some(true), home_subdivision: Patch::Clear, ..Default::default() };
        assert!(matches!(library.app.update_me(program.clone(), patch).await, Err(Error::Forbidden(_))));
        assert_eq!(library.app.me(program.clone()).await.unwrap(), before);
        let patch = PreferencesPatch { demo_mode: Some(true), immich_library: Patch::Set(id), ..Default::default() };
        assert!(library.app.update_me(program, patch).await.unwrap().preferences.demo_mode);
        let faces = PreferencesPatch { face_detection: Some(true), ..Default::default() };
        assert!(matches!(library.say(faces).await, Err(Error::Conflict(_))));
    }

    async fn a_library_to_prefer_can_be_written_to(db: Db) {
        let library = Library::new(db).await;
        let (first, other) = (library.first().await, library.another("Other").await);
        let stranger = viewer(library.app.create_user("sam@example.org".into()).await.unwrap().user);
        let prefer = |who: Viewer, id| library.app.update_me(who, PreferencesPatch {
            demo_mode: Some(true), immich_library: Patch::Set(id), ..Default::default()
        });
        for (who, id) in [
            (stranger, first),
            (library.me.clone(), LibraryId::generate()),
            (Viewer { scope: Scope::Selected(vec![other]), ..library.me.clone() }, first),
        ] {
            let refused = prefer(who.clone(), id).await;
            let text = format!("Library {id} not found or not accessible by user {}", who.user);
            assert!(matches!(&refused, Err(Error::NotFound(found)) if *found == text), "{refused:?}");
            assert!(!library.app.me(who).await.unwrap().preferences.demo_mode, "nothing changes");
        }
        prefer(library.me.clone(), other).await.unwrap();
        library.app.trash_library(library.me.clone(), other).await.unwrap();
        assert!(prefer(library.me.clone(), other).await.is_err());
        let stale = library.app.me(library.me.clone()).await.unwrap().preferences.immich_library;
        assert_eq!(stale, Some(other), "as it was said");
    }

    async fn feedback_is_kept_for_the_owner(db: Db) {
        let library = Library::new(db).await;
        let say = |message: &str, tools: &[&str]| library.app.submit_feedback(library.me.clone(), NewFeedback {
            kind: FeedbackKind::Suggestion,
            message: message.to_owned(),
            task_completed: Some(false),
            tool_names: tools.iter().map(|name| Name::new(name).unwrap()).collect(),
        });
        say("first", &[]).await.unwrap();
        library.clock.advance(1);
        say("second\nline", &["b", "a"]).await.unwrap();
        let kept = library.app.feedback(10).await.unwrap();
        assert_eq!(kept.iter().map(|one| one.message.as_str()).collect::<Vec<_>>(), ["second\nline", "first"]);
        assert_eq!(kept[0].tool_names.iter().map(Name::as_str).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!((kept[0].user_id, kept[0].task_completed), (library.me.user, Some(false)));
        assert_eq!(library.app.feedback(1).await.unwrap(), kept[..1]);
    }

    async fn a_cap_refuses_uploads_until_it_is_lifted(db: Db) {
        let library = Library::new(db).await;
        let id = library.first().await;
        library.photo(bergen(), 1).await;
        let full = || library.app.check_upload(library.me.clone(), None);
        let email = || Some("kim@example.org".to_owned());
        for limit in [0, 1] {
            library.app.set_account_limit(email(), Some(limit)).await.unwrap();
            assert!(matches!(full().await, Err(Error::StorageFull(_))));
            library.app.set_account_limit(email(), None).await.unwrap();
            library.app.set_library_limit(id, Some(limit)).await.unwrap();
            assert!(matches!(full().await, Err(Error::StorageFull(_))));
            library.app.set_library_limit(id, Some(i64::MAX)).await.unwrap();
            full().await.unwrap();
        }
        assert!(matches!(library.app.set_account_limit(Some("nobody@example.org".into()), None).await, Err(Error::NotFound(_))));
        assert!(matches!(library.app.set_library_limit(LibraryId::generate(), None).await, Err(Error::NotFound(_))));
        let all = library.app.all_accounts().await.unwrap();
        let kim = all.iter().find(|account| account.user.id == library.me.user).unwrap();
        assert_eq!((kim.user.storage_limit_bytes, kim.libraries[0].storage_limit_bytes), (None, Some(i64::MAX)));
    }
}
