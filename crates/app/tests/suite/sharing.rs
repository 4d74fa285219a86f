//! Others in a library: what they reach, how they come in, how they go (contract 1.6, 12).

use app::assets::{ListAssets, Parts};
use app::invitations::{Invite, Link, ListInvitations};
use app::members::ListMembers;
use app::{App, Error, Made, Viewer};
use model::{
    Eligibility, InvitationId, InvitationState, LibraryId, MemberRole, MembershipState,
    MetadataPatch, Name, Role, Scope, TrashState,
};
use store::db::Db;
use store::on_both_engines;

use crate::harness::{Library, bergen, viewer};

const DAY: i64 = 24 * 60 * 60;

pub(crate) async fn person(app: &App, name: &str) -> Viewer {
    viewer(app.create_user(format!("{name}@example.org")).await.unwrap().user)
}

pub(crate) async fn only_library(app: &App, viewer: &Viewer) -> LibraryId {
    let all = app.libraries(viewer.clone(), TrashState::Live).await.unwrap();
    all.iter().find(|view| view.role == Role::Owner).unwrap().library.id
}

impl Library {
    async fn mine(&self) -> LibraryId {
        only_library(&self.app, &self.me).await
    }

    async fn try_invite(
        &self,
        role: MemberRole,
        max_joiners: i64,
        days: i64,
    ) -> app::Result<Made<Link>> {
        let library = self.mine().await;
        let expires_at = self.clock.now().plus_seconds(days * DAY);
        self.app.invite(self.me.clone(), Invite { library, role, max_joiners, expires_at }).await
    }

    async fn invite(&self, role: MemberRole, max_joiners: i64) -> Link {
        // So that no two of them have the same terms.
        self.clock.advance(1);
        match self.try_invite(role, max_joiners, 30).await.unwrap() {
            Made::New(link) => link,
            Made::Existing(link) => panic!("{link:?} was there already"),
        }
    }

    async fn member(&self, name: &str, role: MemberRole) -> Viewer {
        let guest = person(&self.app, name).await;
        let link = self.invite(role, 1).await;
        join(&self.app, &guest, &link).await.unwrap();
        guest
    }
}

/// Lets `guest` into a library of `owner`.
pub(crate) async fn befriend(
    library: &Library,
    owner: &Viewer,
    id: LibraryId,
    guest: &Viewer,
    role: MemberRole,
) {
    let expires_at = library.clock.now().plus_seconds(DAY);
    let terms = Invite { library: id, role, max_joiners: 1, expires_at };
    let (Made::New(link) | Made::Existing(link)) =
        library.app.invite(owner.clone(), terms).await.unwrap();
    join(&library.app, guest, &link).await.unwrap();
}

async fn join(app: &App, guest: &Viewer, link: &Link) -> app::Result<app::invitations::Joined> {
    app.join_library(guest.clone(), link.issued.invitation.id, &link.secret).await
}

async fn eligibility(app: &App, guest: &Viewer, link: &Link) -> Eligibility {
    let id = link.issued.invitation.id;
    app.preview_invitation(guest.clone(), id, &link.secret).await.unwrap().eligibility
}

fn refusal<T: std::fmt::Debug>(done: app::Result<T>) -> String {
    match done.unwrap_err() {
        Error::NotFound(text) => format!("404 {text}"),
        Error::Forbidden(_) => "403".to_owned(),
        Error::Conflict(_) => "409".to_owned(),
        Error::Unclear(_) => "400".to_owned(),
        other => panic!("{other:?}"),
    }
}

fn list_in(library: Option<LibraryId>) -> ListAssets {
    ListAssets { library, limit: 10, ..ListAssets::default() }
}

async fn drop_libraries_of(db: &Db, owner: &Viewer) {
    let owner = owner.user;
    let sql = "delete from libraries where owner_id = $1";
    db.write(move |tx| tx.execute(sql, &[&owner]).map(drop)).await.unwrap();
}

on_both_engines! {
    async fn the_role_decides_what_a_member_does(db: Db) {
        let library = Library::new(db).await;
        let (app, id) = (&library.app, library.photo(bergen(), 1).await.asset.id);
        let mine = library.mine().await;
        let looker = library.member("looker", MemberRole::Viewer).await;
        let helper = library.member("helper", MemberRole::Collaborator).await;
        for guest in [&looker, &helper] {
            app.asset(guest.clone(), id, Parts::default()).await.unwrap();
            assert_eq!(app.assets(guest.clone(), list_in(Some(mine))).await.unwrap().items.len(), 1);
            assert_eq!(app.tasks_of_asset(guest.clone(), id).await.unwrap().len(), 2);
            let rename = app.update_library(guest.clone(), mine, Some(Name::new("x").unwrap()), None).await;
            assert_eq!(refusal(rename), "403");
            assert_eq!(refusal(app.delete_asset(guest.clone(), id).await), "403");
            assert_eq!(refusal(app.empty_trash(guest.clone(), Some(mine)).await), "403");
            let seen = app.library(guest.clone(), mine).await.unwrap();
            assert_eq!((seen.owner.id, seen.library.asset_count), (library.me.user, 1));
        }
        let edit = |guest: &Viewer| app.update_asset(guest.clone(), id, MetadataPatch::default());
        assert_eq!(refusal(edit(&looker).await), "403");
        edit(&helper).await.unwrap();
        assert_eq!(refusal(app.trash_assets(looker.clone(), Some(mine), vec![id]).await), "403");
        assert_eq!(refusal(app.check_upload(looker.clone(), Some(mine)).await), "403");
        app.trash_assets(helper.clone(), Some(mine), vec![id]).await.unwrap();
        assert!(library.asset(id).await.asset.trashed_at.is_some());
        assert_eq!(app.upload_target(helper.clone(), Some(mine)).await.unwrap(), mine);

        // A credential that may less than the role, and one that reaches elsewhere.
        let reader = Viewer { actions: [model::Action::Read].into_iter().collect(), ..helper.clone() };
        assert_eq!(refusal(edit(&reader).await), "403");
        let elsewhere = Viewer { scope: Scope::Selected(vec![only_library(app, &helper).await]), ..helper.clone() };
        assert!(refusal(edit(&elsewhere).await).starts_with("404"));
    }

    async fn joined_libraries_are_listed_and_disturb_no_default(db: Db) {
        let library = Library::new(db.clone()).await;
        library.photo(bergen(), 1).await;
        let (app, mine) = (&library.app, library.mine().await);
        let guest = library.member("guest", MemberRole::Collaborator).await;
        let theirs = only_library(app, &guest).await;
        let all = app.libraries(guest.clone(), TrashState::All).await.unwrap();
        let seen: Vec<_> = all.iter().map(|view| (view.library.id, view.role, view.owner.id)).collect();
        assert_eq!(seen.len(), 2);
        assert!(seen.contains(&(theirs, Role::Owner, guest.user)));
        assert!(seen.contains(&(mine, Role::Collaborator, library.me.user)));
        assert!(app.assets(guest.clone(), list_in(None)).await.unwrap().items.is_empty(), "their own");

        drop_libraries_of(&db, &guest).await;
        assert_eq!(app.assets(guest.clone(), list_in(None)).await.unwrap().items.len(), 1, "the joined one");
        let write = app.trash_assets(guest.clone(), None, vec![]).await;
        assert_eq!(refusal(write), "400", "for reads only");
        assert_eq!(refusal(app.check_upload(guest.clone(), None).await), "400");
        let made = app.upload_target(guest.clone(), None).await.unwrap();
        assert_eq!(only_library(app, &guest).await, made, "an upload makes a library of their own");
        assert_eq!(app.upload_target(guest.clone(), None).await.unwrap(), made, "once");
        let scoped = Viewer { scope: Scope::Selected(vec![]), ..guest.clone() };
        assert_eq!(refusal(app.upload_target(scoped, None).await), "400");
    }

    async fn two_uploads_at_once_make_one_default_library(db: Db) {
        let library = Library::new(db.clone()).await;
        let guest = person(&library.app, "guest").await;
        drop_libraries_of(&db, &guest).await;
        let (a, b) = tokio::join!(
            library.app.upload_target(guest.clone(), None), library.app.upload_target(guest.clone(), None),
        );
        assert_eq!(a.unwrap(), b.unwrap());
    }

    async fn who_reads_several_joined_libraries_names_one(db: Db) {
        let library = Library::new(db.clone()).await;
        let guest = library.member("guest", MemberRole::Viewer).await;
        drop_libraries_of(&db, &guest).await;
        library.app.assets(guest.clone(), list_in(None)).await.unwrap();
        let other = person(&library.app, "other").await;
        let at = library.clock.now().plus_seconds(DAY);
        let theirs = only_library(&library.app, &other).await;
        let terms = Invite { library: theirs, role: MemberRole::Viewer, max_joiners: 1, expires_at: at };
        let Made::New(link) = library.app.invite(other, terms).await.unwrap() else { panic!() };
        join(&library.app, &guest, &link).await.unwrap();
        assert_eq!(refusal(library.app.assets(guest, list_in(None)).await), "400");
    }

    async fn places_are_never_oversold(db: Db) {
        let library = Library::new(db).await;
        let link = library.invite(MemberRole::Viewer, 3).await;
        let mut guests = Vec::new();
        for number in 0..8 {
            guests.push(person(&library.app, &format!("guest{number}")).await);
        }
        let mut joining = tokio::task::JoinSet::new();
        // Everybody tries twice at the same time.
        for guest in guests.iter().chain(&guests) {
            let (app, guest, link) = (library.app.clone(), guest.clone(), link.clone());
            joining.spawn(async move { (guest.user, join(&app, &guest, &link).await) });
        }
        let mut inside = Vec::new();
        let mut admissions = 0;
        while let Some(done) = joining.join_next().await {
            match done.unwrap() {
                (user, Ok(joined)) => {
                    inside.push(user);
                    admissions += i64::from(!joined.was_member);
                }
                (_, Err(err)) => assert!(matches!(err, Error::Conflict(_)), "{err:?}"),
            }
        }
        inside.sort_unstable();
        inside.dedup();
        assert_eq!((inside.len(), admissions), (3, 3));
        let wanted = ListInvitations { library: None, state: None, after: None, limit: 5 };
        let listed = library.app.invitations(library.me.clone(), wanted).await.unwrap().items;
        assert_eq!((listed[0].invitation.joiner_count, listed[0].state), (3, InvitationState::Exhausted));
    }

    async fn one_person_joins_by_two_links_at_once(db: Db) {
        let library = Library::new(db).await;
        let links = [library.invite(MemberRole::Viewer, 1).await, library.invite(MemberRole::Viewer, 1).await];
        let guest = person(&library.app, "guest").await;
        let (a, b) = tokio::join!(join(&library.app, &guest, &links[0]), join(&library.app, &guest, &links[1]));
        let (a, b) = (a.unwrap(), b.unwrap());
        assert!(a.was_member != b.was_member);
        assert_eq!(a.member.unwrap().membership.id, b.member.unwrap().membership.id);
    }

    async fn joining_again_changes_nothing(db: Db) {
        let library = Library::new(db).await;
        let link = library.invite(MemberRole::Collaborator, 1).await;
        let guest = person(&library.app, "guest").await;
        assert_eq!(eligibility(&library.app, &guest, &link).await, Eligibility::Joinable);
        let first = join(&library.app, &guest, &link).await.unwrap();
        assert_eq!((first.was_member, first.library.role), (false, Role::Collaborator));
        library.clock.advance(60);
        let again = join(&library.app, &guest, &link).await.unwrap();
        assert!(again.was_member);
        assert_eq!(again.member, first.member);
        let mine = join(&library.app, &library.me, &link).await.unwrap();
        assert_eq!((mine.was_member, mine.member, mine.library.role), (true, None, Role::Owner));
        assert_eq!(eligibility(&library.app, &library.me, &link).await, Eligibility::AlreadyMember);
        // Who leaves may come back to the place they took.
        library.app.leave_library(guest.clone(), first.library.library.id).await.unwrap();
        let back = join(&library.app, &guest, &link).await.unwrap();
        assert!(!back.was_member);
        let (before, after) = (first.member.unwrap().membership, back.member.unwrap().membership);
        assert_eq!((after.id, after.state), (before.id, MembershipState::Active));
        assert!(after.joined_at > before.joined_at);
    }

    async fn a_removal_is_at_once_and_outlives_old_invitations(db: Db) {
        let library = Library::new(db).await;
        let (app, mine) = (&library.app, library.mine().await);
        let id = library.photo(bergen(), 1).await.asset.id;
        let link = library.invite(MemberRole::Viewer, 5).await;
        let guest = person(app, "guest").await;
        join(app, &guest, &link).await.unwrap();
        app.asset(guest.clone(), id, Parts::default()).await.unwrap();
        let removed = app.remove_member(library.me.clone(), mine, guest.user).await.unwrap().membership;
        assert_eq!(removed.state, MembershipState::Removed);
        let unknown = refusal(app.asset(guest.clone(), model::AssetId::generate(), Parts::default()).await);
        assert_eq!(refusal(app.asset(guest.clone(), id, Parts::default()).await), unknown);
        library.clock.advance(60);
        let again = app.remove_member(library.me.clone(), mine, guest.user).await.unwrap().membership;
        assert_eq!(again, removed, "the cutoff stays");
        assert_eq!(app.leave_library(guest.clone(), mine).await.unwrap().membership, removed);
        assert_eq!(eligibility(app, &guest, &link).await, Eligibility::NewInvitationRequired);
        assert_eq!(refusal(join(app, &guest, &link).await), "409");
        let newer = library.invite(MemberRole::Viewer, 5).await;
        assert!(!join(app, &guest, &newer).await.unwrap().was_member);
        app.asset(guest, id, Parts::default()).await.unwrap();
    }

    async fn an_invitation_ends(db: Db) {
        let library = Library::new(db).await;
        let (app, guest) = (&library.app, person(&library.app, "guest").await);
        let mine = library.mine().await;
        let link = library.invite(MemberRole::Viewer, 1).await;
        let id = link.issued.invitation.id;
        let again = Invite { library: mine, role: MemberRole::Viewer, max_joiners: 1, expires_at: link.issued.invitation.expires_at };
        let same = app.invite(library.me.clone(), again).await.unwrap();
        assert_eq!(same, Made::Existing(link.clone()));
        assert_eq!(app.invitation_link(library.me.clone(), id).await.unwrap(), link);
        let disabled = app.disable_invitation(library.me.clone(), id).await.unwrap();
        assert_eq!(disabled.state, InvitationState::Disabled);
        library.clock.advance(60);
        assert_eq!(app.disable_invitation(library.me.clone(), id).await.unwrap(), disabled);
        assert_eq!(eligibility(app, &guest, &link).await, Eligibility::Disabled);
        assert_eq!(refusal(join(app, &guest, &link).await), "409");
        assert_eq!(refusal(app.invitation_link(library.me.clone(), id).await), "409");
        assert_eq!(refusal(app.invite(library.me.clone(), again).await), "409");

        let short = library.invite(MemberRole::Viewer, 2).await;
        library.clock.advance(30 * DAY);
        assert_eq!(eligibility(app, &guest, &short).await, Eligibility::Expired);
        assert_eq!(refusal(join(app, &guest, &short).await), "409");
        assert!(matches!(library.try_invite(MemberRole::Viewer, 1, 0).await, Err(Error::Invalid("expires_at", _))));
        for (state, expected) in [
            (Some(InvitationState::Active), 0),
            (Some(InvitationState::Expired), 1),
            (Some(InvitationState::Disabled), 1),
            (Some(InvitationState::Exhausted), 0),
            (None, 2),
        ] {
            let wanted = ListInvitations { library: Some(mine), state, after: None, limit: 5 };
            let listed = app.invitations(library.me.clone(), wanted).await.unwrap().items;
            assert_eq!(listed.len(), expected, "{state:?}");
            assert!(listed.iter().all(|one| state.is_none_or(|state| one.state == state)));
        }
    }

    async fn a_wrong_secret_opens_nothing(db: Db) {
        let library = Library::new(db).await;
        let (app, guest) = (&library.app, person(&library.app, "guest").await);
        let (link, other) = (library.invite(MemberRole::Viewer, 1).await, library.invite(MemberRole::Viewer, 1).await);
        let id = link.issued.invitation.id;
        let unknown = refusal(app.join_library(guest.clone(), InvitationId::generate(), &link.secret).await);
        for wrong in [other.secret.as_str(), "", "x"] {
            assert_eq!(refusal(app.join_library(guest.clone(), id, wrong).await), unknown);
            assert_eq!(refusal(app.preview_invitation(guest.clone(), id, wrong).await), unknown);
        }
        for done in [
            app.invitation_link(guest.clone(), id).await.map(drop),
            app.disable_invitation(guest.clone(), id).await.map(drop),
        ] {
            assert_eq!(refusal(done), unknown, "somebody else's");
        }
        join(app, &guest, &link).await.unwrap();
    }

    async fn only_the_owner_looks_after_members(db: Db) {
        let library = Library::new(db).await;
        let (app, mine) = (&library.app, library.mine().await);
        let guest = library.member("guest", MemberRole::Collaborator).await;
        let second = library.member("second", MemberRole::Viewer).await;
        let all = |state, after| ListMembers { library: mine, state, after, limit: 1 };
        let hidden = format!("404 Library {mine} not found or not accessible by user {}", guest.user);
        assert_eq!(refusal(app.members(guest.clone(), all(None, None)).await), hidden);
        assert_eq!(refusal(app.remove_member(guest.clone(), mine, second.user).await), hidden);
        let terms = Invite { library: mine, role: MemberRole::Viewer, max_joiners: 1, expires_at: library.clock.now().plus_seconds(DAY) };
        assert_eq!(refusal(app.invite(guest.clone(), terms).await), hidden);

        let first_page = app.members(library.me.clone(), all(None, None)).await.unwrap();
        assert_eq!((first_page.items[0].user.id, first_page.has_more), (second.user, true));
        let after = Some(first_page.items[0].membership.id);
        let next = app.members(library.me.clone(), all(None, after)).await.unwrap();
        assert_eq!((next.items[0].user.id, next.has_more), (guest.user, false));
        let nowhere = Some(model::MembershipId::generate());
        assert_eq!(refusal(app.members(library.me.clone(), all(None, nowhere)).await), "400");

        let owner = library.me.user;
        assert_eq!(refusal(app.remove_member(library.me.clone(), mine, owner).await), "409");
        assert_eq!(refusal(app.set_member_role(library.me.clone(), mine, owner, MemberRole::Viewer).await), "409");
        assert_eq!(refusal(app.leave_library(library.me.clone(), mine).await), "409");
        let nobody = person(app, "nobody").await;
        assert!(refusal(app.remove_member(library.me.clone(), mine, nobody.user).await).starts_with("404"));
        assert!(refusal(app.leave_library(nobody, mine).await).starts_with("404"));

        let before = app.set_member_role(library.me.clone(), mine, guest.user, MemberRole::Collaborator).await.unwrap();
        library.clock.advance(60);
        let same = app.set_member_role(library.me.clone(), mine, guest.user, MemberRole::Collaborator).await.unwrap();
        assert_eq!(same, before);
        let lesser = app.set_member_role(library.me.clone(), mine, guest.user, MemberRole::Viewer).await.unwrap();
        assert!(lesser.membership.updated_at > before.membership.updated_at);
        assert_eq!(refusal(app.check_upload(guest.clone(), Some(mine)).await), "403");
        app.leave_library(guest.clone(), mine).await.unwrap();
        assert_eq!(refusal(app.set_member_role(library.me.clone(), mine, guest.user, MemberRole::Viewer).await), "409");
        let left = app.members(library.me.clone(), all(Some(MembershipState::Left), None)).await.unwrap();
        assert_eq!(left.items[0].user.id, guest.user);
    }

    async fn a_key_reaches_a_joined_library_while_its_person_does(db: Db) {
        let library = Library::new(db).await;
        let (app, mine) = (&library.app, library.mine().await);
        let id = library.photo(bergen(), 1).await.asset.id;
        let guest = library.member("guest", MemberRole::Collaborator).await;
        let stranger = person(app, "stranger").await;
        let name = || Name::new("k").unwrap();
        let scope = Scope::Selected(vec![mine]);
        let refused = app.create_key(stranger, name(), model::Actions::ALL, scope.clone()).await;
        assert!(refusal(refused).starts_with("404"));
        let token = app.create_key(guest.clone(), name(), model::Actions::ALL, scope).await.unwrap().token;
        let program = app.authenticate(&token).await.unwrap().viewer;
        app.asset(program.clone(), id, Parts::default()).await.unwrap();
        assert_eq!(app.assets(program.clone(), list_in(None)).await.unwrap().items.len(), 1);
        app.leave_library(guest, mine).await.unwrap();
        assert!(refusal(app.asset(program, id, Parts::default()).await).starts_with("404"));
    }
}
