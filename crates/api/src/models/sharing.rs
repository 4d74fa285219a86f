//! Members and invitations (contract 17.11).

use app::invitations::{Issued, Joined, Link, Preview};
use app::members::Member;
use model::Named as _;
use schemars::JsonSchema;
use serde::Serialize;

use super::account::{LibraryResponse, UserSummary};
use crate::urls::Signer;

/// What somebody is, or was, in a library of somebody else.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MembershipResponse {
    /// `libmem_` and 22 characters.
    id: String,
    /// Where.
    library_id: String,
    /// Who.
    user: UserSummary,
    /// `viewer` or `collaborator`; of a past member the last one.
    role: &'static str,
    /// `active`, `left` or `removed`; only the first grants anything.
    state: &'static str,
    /// When they joined for the first time, UTC.
    created_at: String,
    /// When this changed last, UTC.
    updated_at: String,
    /// When they joined last, UTC.
    joined_at: String,
    /// When they left or were removed, UTC; null while active.
    ended_at: Option<String>,
    /// When the owner removed them last, UTC: older invitations let them in no more.
    last_removed_at: Option<String>,
}

impl From<Member> for MembershipResponse {
    fn from(Member { membership, user }: Member) -> Self {
        Self {
            id: membership.id.to_string(),
            library_id: membership.library_id.to_string(),
            user: user.into(),
            role: membership.role.name(),
            state: membership.state.name(),
            created_at: membership.created_at.to_string(),
            updated_at: membership.updated_at.to_string(),
            joined_at: membership.joined_at.to_string(),
            ended_at: membership.ended_at.map(|moment| moment.to_string()),
            last_removed_at: membership.last_removed_at.map(|moment| moment.to_string()),
        }
    }
}

/// A link that lets a number of accounts into a library, without its secret.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct InvitationResponse {
    /// `libinv_` and 22 characters.
    id: String,
    /// Into which library.
    library_id: String,
    /// Who made it.
    created_by: UserSummary,
    /// What those who join become: `viewer` or `collaborator`.
    role: &'static str,
    /// The first of `disabled`, `expired`, `exhausted` that holds, else `active`.
    state: &'static str,
    /// When it was made, UTC.
    created_at: String,
    /// When it changed last, UTC.
    updated_at: String,
    /// It lets nobody in from this moment on, UTC.
    expires_at: String,
    /// How many accounts it lets in.
    max_joiners: i64,
    /// How many it has let in, those who left included.
    joiner_count: i64,
    /// How many more it lets in.
    remaining_places: i64,
    /// When the owner ended it, UTC.
    disabled_at: Option<String>,
}

impl From<Issued> for InvitationResponse {
    fn from(Issued { invitation, state, created_by }: Issued) -> Self {
        Self {
            id: invitation.id.to_string(),
            library_id: invitation.library_id.to_string(),
            created_by: created_by.into(),
            role: invitation.role.name(),
            state: state.name(),
            created_at: invitation.created_at.to_string(),
            updated_at: invitation.updated_at.to_string(),
            expires_at: invitation.expires_at.to_string(),
            max_joiners: invitation.max_joiners,
            joiner_count: invitation.joiner_count,
            remaining_places: invitation.remaining_places(),
            disabled_at: invitation.disabled_at.map(|moment| moment.to_string()),
        }
    }
}

/// An invitation and its link.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct InvitationLinkResponse {
    /// The invitation.
    invitation: InvitationResponse,
    /// To be passed on; what opens the invitation stands behind the `#`.
    url: String,
}

impl InvitationLinkResponse {
    pub(crate) fn new(Link { issued, secret }: Link, urls: &Signer) -> Self {
        Self { url: urls.invitation(issued.invitation.id, &secret), invitation: issued.into() }
    }
}

/// A library in a few words, for somebody who is not in it yet.
#[derive(Debug, Serialize, JsonSchema)]
struct OfferedLibrary {
    /// `lib_` and 22 characters.
    id: String,
    /// What people call it.
    name: String,
    /// Whose it is.
    owner: UserSummary,
}

/// What an invitation offers to the caller.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct InvitationPreviewResponse {
    /// `libinv_` and 22 characters.
    invitation_id: String,
    /// It lets nobody in from this moment on, UTC.
    expires_at: String,
    /// What the caller would become: `viewer` or `collaborator`.
    offered_role: &'static str,
    /// `joinable`, `already_member`, `expired`, `disabled`, `exhausted`, or
    /// `new_invitation_required` when the owner removed the caller after it was made.
    eligibility: &'static str,
    /// The library.
    library: OfferedLibrary,
    /// What the caller is in it already: `owner`, `collaborator` or `viewer`.
    current_role: Option<&'static str>,
}

impl From<Preview> for InvitationPreviewResponse {
    fn from(preview: Preview) -> Self {
        let Preview { invitation, library, owner, eligibility, current_role } = preview;
        Self {
            invitation_id: invitation.id.to_string(),
            expires_at: invitation.expires_at.to_string(),
            offered_role: invitation.role.name(),
            eligibility: eligibility.name(),
            library: OfferedLibrary {
                id: library.id.to_string(),
                name: library.name,
                owner: owner.into(),
            },
            current_role: current_role.map(model::Named::name),
        }
    }
}

/// What came of joining.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct InvitationJoinResponse {
    /// The library, with what the caller is in it now.
    library: LibraryResponse,
    /// `joined` or `already_member`.
    outcome: &'static str,
    /// Null when the library is the caller's own.
    membership: Option<MembershipResponse>,
}

impl From<Joined> for InvitationJoinResponse {
    fn from(Joined { library, member, was_member }: Joined) -> Self {
        Self {
            library: library.into(),
            outcome: if was_member { "already_member" } else { "joined" },
            membership: member.map(MembershipResponse::from),
        }
    }
}
