"""Operations that only the newer client has, so that tests can ask them through the older one too.

The answers of the older generation are checked against the models here, which the newer client
declares by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Dict, List, Literal, Optional

from gumnut.types import AssetResponse
from gumnut.types.shared.asset_variant import AssetVariant
from pydantic import BaseModel

from kit.union import UserSummary

Role = Literal["viewer", "collaborator"]


class MembershipResponse(BaseModel):
    id: str
    library_id: str
    user: UserSummary
    role: Role
    state: Literal["active", "left", "removed"]
    created_at: datetime
    updated_at: datetime
    joined_at: datetime
    ended_at: Optional[datetime] = None
    last_removed_at: Optional[datetime] = None


class MembershipPage(BaseModel):
    data: List[MembershipResponse]
    has_more: bool


class InvitationResponse(BaseModel):
    id: str
    library_id: str
    created_by: UserSummary
    role: Role
    state: Literal["active", "exhausted", "expired", "disabled"]
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    max_joiners: int
    joiner_count: int
    remaining_places: int
    disabled_at: Optional[datetime] = None


class InvitationPage(BaseModel):
    data: List[InvitationResponse]
    has_more: bool


class InvitationLinkResponse(BaseModel):
    invitation: InvitationResponse
    url: str


class AssetVersionResponse(BaseModel):
    id: str
    position: int
    kind: str
    mime_type: str
    width: int
    height: int
    file_size_bytes: int
    checksum: Optional[str] = None
    params: Optional[Dict[str, object]] = None
    version_urls: Optional[Dict[str, AssetVariant]] = None


class Stack(BaseModel):
    id: str
    asset_count: int
    origin: Literal["auto_burst", "user"]
    created_at: datetime
    updated_at: datetime
    primary_asset_id: Optional[str] = None
    asset_ids: Optional[List[str]] = None


class StackPage(BaseModel):
    data: List[Stack]
    has_more: bool


class AssetMoveResult(BaseModel):
    asset_id: str
    outcome: Literal["moved", "already_in_destination", "failed"]
    failure: Optional[Literal["unavailable", "changed_source", "duplicate", "quota", "busy"]] = None


class AssetMoveResponse(BaseModel):
    data: List[AssetMoveResult]


@dataclass(frozen=True)
class Operation:
    """Where to send it, and what comes back; `None` is not checked here."""

    verb: str
    path: str
    answer: Any = None
    # Parameters of the query, where a body is sent too.
    query: tuple[str, ...] = ()
    # Whether the body is a form with a `file` instead of JSON.
    is_form: bool = False


_INVITATIONS = "/api/libraries/invitations"
_VERSIONS = "/api/assets/{asset_id}/versions"
_VERSION = _VERSIONS + "/{version_id}"
_STACKS = "/api/stacks"
_STACK = _STACKS + "/{stack_id}"

OPERATIONS = {
    "assets.move": Operation("POST", "/api/assets/move", AssetMoveResponse),
    "people.bulk_update_people": Operation("POST", "/api/people/bulk-update"),
    "users.update": Operation("PATCH", "/api/users/me"),
    "feedback.submit": Operation("POST", "/api/feedback"),
    "libraries.members.list": Operation("GET", "/api/libraries/{library_id}/members", MembershipPage),
    "libraries.members.update": Operation("PATCH", "/api/libraries/{library_id}/members/{user_id}", MembershipResponse),
    "libraries.members.remove": Operation("DELETE", "/api/libraries/{library_id}/members/{user_id}", MembershipResponse),
    "libraries.members.leave": Operation("POST", "/api/libraries/{library_id}/leave", MembershipResponse),
    "libraries.invitations.list": Operation("GET", _INVITATIONS, InvitationPage),
    "libraries.invitations.create": Operation("POST", _INVITATIONS, InvitationLinkResponse),
    "libraries.invitations.link": Operation("GET", _INVITATIONS + "/{invitation_id}/link", InvitationLinkResponse),
    "libraries.invitations.disable": Operation("POST", _INVITATIONS + "/{invitation_id}/disable", InvitationResponse),
    "libraries.invitations.preview": Operation("POST", _INVITATIONS + "/{invitation_id}/preview"),
    "libraries.invitations.join": Operation("POST", _INVITATIONS + "/{invitation_id}/join"),
    "assets.versions.list": Operation("GET", _VERSIONS, List[AssetVersionResponse]),
    "assets.versions.append": Operation("POST", _VERSIONS, AssetVersionResponse, ("include",), is_form=True),
    "assets.versions.replace": Operation(
        "POST", _VERSION + "/replace", AssetVersionResponse, ("include",), is_form=True
    ),
    "assets.versions.delete": Operation("DELETE", _VERSION, AssetResponse),
    "assets.versions.revert": Operation("POST", _VERSION + "/revert", AssetResponse),
    "stacks.list_stacks": Operation("GET", _STACKS, StackPage),
    "stacks.create_stack": Operation("POST", _STACKS, Stack),
    "stacks.retrieve_stack": Operation("GET", _STACK, Stack),
    "stacks.set_cover": Operation("PATCH", _STACK, Stack),
    "stacks.delete": Operation("DELETE", _STACK),
    "stacks.add_assets_to_stack": Operation("POST", _STACK + "/assets", Stack),
    "stacks.remove_assets": Operation("DELETE", _STACK + "/assets"),
}
