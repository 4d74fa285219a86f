//! `/api/libraries/{library_id}/members…` and `…/leave` (contract 12).

use app::members::ListMembers;
use model::id::MembershipKind;
use model::{LibraryId, MemberRole, MembershipState, UserId, named};

use crate::models::{MembershipResponse, Page};
use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Input, Needs, Operation, Reader, Verb};

const LIBRARY: &str = "A library of the caller's own.";
const MEMBER: &str = "/api/libraries/{library_id}/members/{user_id}";

pub(crate) fn operations() -> Vec<Operation<Api>> {
    vec![
        Operation::new(
            "list_members",
            Verb::Get,
            "/api/libraries/{library_id}/members",
            Needs::Session,
            list,
        )
        .about("List members", "Newest first, without the owner. Who is not the owner gets 404.")
        .answers(200, "A page of members.")
        .fails(&[400, 404]),
        Operation::new("update_member", Verb::Patch, MEMBER, Needs::Session, update)
            .about("Give a member another role", "The same role again changes nothing.")
            .answers(200, "The membership after the change.")
            .fails(&[404, 409]),
        Operation::new("remove_member", Verb::Delete, MEMBER, Needs::Session, remove)
            .about(
                "Remove a member",
                "At once. Invitations made before let them in no more. A repeat changes nothing.",
            )
            .answers(200, "The ended membership.")
            .fails(&[404, 409]),
        Operation::new(
            "leave_library",
            Verb::Post,
            "/api/libraries/{library_id}/leave",
            Needs::Session,
            leave,
        )
        .about(
            "Leave a library",
            "Also one in the trash. A repeat changes nothing. Owners cannot leave.",
        )
        .answers(200, "The ended membership.")
        .fails(&[404, 409]),
    ]
    .into_iter()
    .map(|operation| operation.tag("members"))
    .collect()
}

named! {
/// Which memberships to list.
pub enum Listed {
    /// Those that grant something.
    Active = "active",
    /// Of those who went.
    Left = "left",
    /// Of those the owner removed.
    Removed = "removed",
    /// Any.
    All = "all",
}
}

impl Listed {
    const fn state(self) -> Option<MembershipState> {
        match self {
            Self::Active => Some(MembershipState::Active),
            Self::Left => Some(MembershipState::Left),
            Self::Removed => Some(MembershipState::Removed),
            Self::All => None,
        }
    }
}

impl Input for ListMembers {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.path("library_id", LIBRARY).id();
        let state = r.query("state", "Memberships in this state.").choice().default(Listed::Active);
        let limit = r.query("limit", "Members per page.").integer(1..=200).default(20);
        let after = r
            .query("starting_after_id", "The last membership of the page before.")
            .id::<MembershipKind>()
            .optional();
        Some(Self { library, state: state?.state(), limit: limit?, after: after? })
    }
}

async fn list(cx: Cx, wanted: ListMembers) -> Result<Answer<Page<MembershipResponse>>, ApiError> {
    let page = cx.state.app.members(cx.viewer.0, wanted).await?;
    Ok(Answer::ok(Page::of(page, MembershipResponse::from)))
}

/// A member.
struct One {
    library: LibraryId,
    user: UserId,
}

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.path("library_id", LIBRARY).id();
        let user = r.path("user_id", "The account of the member.").id();
        Some(Self { library, user })
    }
}

/// A member and their new role.
struct Update {
    member: One,
    role: MemberRole,
}

impl Input for Update {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let member = One::read(r);
        let role = r.field("role", "What they become.").choice().required();
        Some(Self { member: member?, role: role? })
    }
}

async fn update(cx: Cx, input: Update) -> Result<Answer<MembershipResponse>, ApiError> {
    let Update { member: One { library, user }, role } = input;
    let member = cx.state.app.set_member_role(cx.viewer.0, library, user, role).await?;
    Ok(Answer::ok(member.into()))
}

async fn remove(
    cx: Cx,
    One { library, user }: One,
) -> Result<Answer<MembershipResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.remove_member(cx.viewer.0, library, user).await?.into()))
}

/// A library.
struct Left(LibraryId);

impl Input for Left {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(Self(r.path("library_id", "A library the caller joined.").id()))
    }
}

async fn leave(cx: Cx, Left(library): Left) -> Result<Answer<MembershipResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.leave_library(cx.viewer.0, library).await?.into()))
}
