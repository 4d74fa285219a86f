//! `/api/libraries/invitations…` (contract 12).

use app::Made;
use app::invitations::{Invite, ListInvitations};
use model::id::{InvitationKind, LibraryKind};
use model::{CaptureTime, InvitationId, InvitationState, named};

use crate::models::{
    InvitationJoinResponse, InvitationLinkResponse, InvitationPreviewResponse, InvitationResponse,
    Page,
};
use crate::state::{Api, Cx};
use crate::wire::{Answer, ApiError, Input, Needs, Operation, Reader, Verb};

const PATH: &str = "/api/libraries/invitations";
/// More than anybody invites, and whole in JavaScript.
const MOST_JOINERS: i64 = 1_000_000;
/// A secret has 43; what is longer is wrong all the same.
const MOST_SECRET: usize = 1024;

pub(crate) fn operations() -> Vec<Operation<Api>> {
    [as_owner(), as_guest()]
        .into_iter()
        .flatten()
        .map(|operation| operation.tag("invitations"))
        .collect()
}

fn as_owner() -> Vec<Operation<Api>> {
    vec![
        Operation::new("list_invitations", Verb::Get, PATH, Needs::Session, list)
            .about(
                "List invitations",
                "Into the caller's own libraries, newest first; never their secrets.",
            )
            .answers(200, "A page of invitations.")
            .fails(&[400, 404]),
        Operation::new("create_invitation", Verb::Post, PATH, Needs::Session, create)
            .about(
                "Invite people into a library",
                "The same terms again give the same link while it is active, and 409 after.",
            )
            .answers(201, "The invitation and its link.")
            .answers(200, "An active invitation of these terms was there already.")
            .fails(&[404, 409]),
        Operation::new(
            "get_invitation_link",
            Verb::Get,
            "/api/libraries/invitations/{invitation_id}/link",
            Needs::Session,
            link,
        )
        .about("Show the link of an invitation again", "Only while it is active.")
        .answers(200, "The invitation and its link.")
        .fails(&[404, 409]),
        Operation::new(
            "disable_invitation",
            Verb::Post,
            "/api/libraries/invitations/{invitation_id}/disable",
            Needs::Session,
            disable,
        )
        .about("End an invitation", "For good; who joined stays. A repeat changes nothing.")
        .answers(200, "The ended invitation.")
        .fails(&[404]),
    ]
}

fn as_guest() -> Vec<Operation<Api>> {
    vec![
        Operation::new(
            "preview_invitation",
            Verb::Post,
            "/api/libraries/invitations/{invitation_id}/preview",
            Needs::Session,
            preview,
        )
        .about("See what an invitation offers", "Reserves no place.")
        .answers(200, "The offer.")
        .fails(&[404]),
        Operation::new(
            "join_library",
            Verb::Post,
            "/api/libraries/invitations/{invitation_id}/join",
            Needs::Session,
            join,
        )
        .about(
            "Join a library",
            "A repeat takes no other place. An invitation that lets the caller in no more gives \
             409; a wrong secret, an unknown invitation and a library that is not there give one \
             and the same 404.",
        )
        .answers(200, "The caller is in.")
        .fails(&[404, 409]),
    ]
}

named! {
/// Which invitations to list.
pub enum Listed {
    /// Those that let somebody in.
    Active = "active",
    /// Those without a place left.
    Exhausted = "exhausted",
    /// Those whose time is over.
    Expired = "expired",
    /// Those the owner ended.
    Disabled = "disabled",
    /// Any.
    All = "all",
}
}

impl Listed {
    const fn state(self) -> Option<InvitationState> {
        match self {
            Self::Active => Some(InvitationState::Active),
            Self::Exhausted => Some(InvitationState::Exhausted),
            Self::Expired => Some(InvitationState::Expired),
            Self::Disabled => Some(InvitationState::Disabled),
            Self::All => None,
        }
    }
}

impl Input for ListInvitations {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library =
            r.query("library_id", "Only into this library.").id::<LibraryKind>().optional();
        let state = r.query("state", "Invitations in this state.").choice().default(Listed::Active);
        let limit = r.query("limit", "Invitations per page.").integer(1..=200).default(20);
        let after = r
            .query("starting_after_id", "The last invitation of the page before.")
            .id::<InvitationKind>()
            .optional();
        Some(Self { library: library?, state: state?.state(), limit: limit?, after: after? })
    }
}

async fn list(
    cx: Cx,
    wanted: ListInvitations,
) -> Result<Answer<Page<InvitationResponse>>, ApiError> {
    let page = cx.state.app.invitations(cx.viewer.0, wanted).await?;
    Ok(Answer::ok(Page::of(page, InvitationResponse::from)))
}

impl Input for Invite {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let library = r.field("library_id", "Into which library.").id::<LibraryKind>().required();
        let role = r.field("role", "What those who join become.").choice().required();
        let max_joiners = r
            .field("max_joiners", "How many accounts it lets in.")
            .integer(1..=MOST_JOINERS)
            .example(1)
            .required();
        let expires_at = r
            .field("expires_at", "It lets nobody in from this moment on; with an offset.")
            .datetime()
            .then(|time: CaptureTime| time.instant().ok_or("the offset from UTC is missing"))
            .example("2027-01-01T00:00:00Z")
            .required();
        Some(Self {
            library: library?,
            role: role?,
            max_joiners: max_joiners?,
            expires_at: expires_at?,
        })
    }
}

async fn create(cx: Cx, wanted: Invite) -> Result<Answer<InvitationLinkResponse>, ApiError> {
    let urls = &cx.state.urls;
    Ok(match cx.state.app.invite(cx.viewer.0, wanted).await? {
        Made::New(link) => Answer::created(InvitationLinkResponse::new(link, urls)),
        Made::Existing(link) => Answer::ok(InvitationLinkResponse::new(link, urls)),
    })
}

/// An invitation.
struct One(InvitationId);

impl Input for One {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        Some(Self(r.path("invitation_id", "The invitation.").id()))
    }
}

async fn link(cx: Cx, One(id): One) -> Result<Answer<InvitationLinkResponse>, ApiError> {
    let link = cx.state.app.invitation_link(cx.viewer.0, id).await?;
    Ok(Answer::ok(InvitationLinkResponse::new(link, &cx.state.urls)))
}

async fn disable(cx: Cx, One(id): One) -> Result<Answer<InvitationResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.disable_invitation(cx.viewer.0, id).await?.into()))
}

/// An invitation and what opens it.
struct Opened {
    id: InvitationId,
    secret: String,
}

impl Input for Opened {
    fn read(r: &mut Reader<'_>) -> Option<Self> {
        let one = One::read(r);
        let secret = r
            .field("secret", "What stands behind the `#` of the link.")
            .text(MOST_SECRET)
            .required();
        Some(Self { id: one?.0, secret: secret? })
    }
}

async fn preview(
    cx: Cx,
    Opened { id, secret }: Opened,
) -> Result<Answer<InvitationPreviewResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.preview_invitation(cx.viewer.0, id, &secret).await?.into()))
}

async fn join(
    cx: Cx,
    Opened { id, secret }: Opened,
) -> Result<Answer<InvitationJoinResponse>, ApiError> {
    Ok(Answer::ok(cx.state.app.join_library(cx.viewer.0, id, &secret).await?.into()))
}
