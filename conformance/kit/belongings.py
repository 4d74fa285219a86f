"""One of everything: what a person can have, made anew each time it is asked for."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone
from functools import cached_property
from typing import Any

from kit import photos
from kit.account import Account
from kit.answers import accepted

BOX = {"x": 1, "y": 1, "w": 5, "h": 5}
_numbers = itertools.count(1)


class Belongings:
    """Things in one library of somebody who is signed in. `friend`, signed in too, joins libraries."""

    def __init__(self, person: Account, library: str, friend: Account) -> None:
        self.person = person
        self.library = library
        self.friend = friend

    @cached_property
    def lasting(self) -> dict[str, str]:
        """One of everything by its noun, for whoever only looks; the work on the asset is done."""
        asset = self.person.settled(photos.photo(photos.FULL), library_id=self.library)["id"]
        link = accepted(self.person.call("albums.assets_associations.add", album_id=self.album(), asset_ids=[asset]))
        assert link["added_assets"] == [asset]
        person = self.somebody()
        links = accepted(self.person.call("album_assets.list", asset_id=asset, library_id=self.library))
        return {
            "asset": asset,
            "asset version": self.person.get(asset)["current_version_id"],
            "album": links["data"][0]["album_id"],
            "album-asset link": links["data"][0]["id"],
            "person": person,
            "face": self.face(asset, person),
            "stack": self.stack(asset),
            "library": self.library,
            "membership": self.membership()["id"],
            "invitation": self.invitation()[0],
            "user": self.membership()["user"]["id"],
            "API key": self.key(),
            "task": self.person.tasks(asset)[0]["id"],
        }

    def asset(self) -> str:
        return self.person.upload(library_id=self.library)["id"]

    def edited(self) -> tuple[str, str]:
        """An asset and the rendering that it shows."""
        asset = self.asset()
        fields = {"file": ("x.jpg", photos.plain().data), "kind": "edit", "params": "{}"}
        return asset, self._made("assets.versions.append", asset_id=asset, **fields)["id"]

    def album(self, *assets: str) -> str:
        album = self._made("albums.create", library_id=self.library)["id"]
        if assets:
            accepted(self.person.call("albums.assets_associations.add", album_id=album, asset_ids=list(assets)))
        return album

    def link(self) -> str:
        asset = self.asset()
        self.album(asset)
        return accepted(self.person.call("album_assets.list", asset_id=asset, library_id=self.library))["data"][0]["id"]

    def somebody(self) -> str:
        return self._made("people.create", library_id=self.library)["id"]

    def face(self, asset: str | None = None, person: str | None = None) -> str:
        fields = {"asset_id": asset or self.asset(), "person_id": person, "library_id": self.library}
        return self._made("faces.create", bounding_box=BOX, **fields)["id"]

    def stack(self, *assets: str) -> str:
        members = [*assets, *(self.asset() for _ in range(2 - len(assets)))]
        return self._made("stacks.create_stack", asset_ids=members, library_id=self.library)["id"]

    def task(self) -> str:
        return self.person.tasks(self.asset())[0]["id"]

    def key(self) -> str:
        fields = {"name": "x", "actions": ["read"], "library_scope_mode": "all_libraries"}
        return self._made("api_keys.create", **fields)["id"]

    def another_library(self, in_trash: bool = False) -> str:
        library = self._made("libraries.create", name=f"Library {next(_numbers)}")["id"]
        if in_trash:
            accepted(self.person.call("libraries.trash", library_id=library))
        return library

    def invitation(self) -> tuple[str, str]:
        """An invitation into the library, and its secret."""
        return _invitation(self.person, self.library)

    def membership(self) -> dict[str, Any]:
        """The friend, as an active member of the library."""
        return _joined(self.friend, self.invitation())

    def joined(self) -> str:
        """A library of the friend that the person has joined."""
        library = accepted(self.friend.call("libraries.create", name=f"Library {next(_numbers)}"), 201)["id"]
        _joined(self.person, _invitation(self.friend, library))
        return library

    def offer(self) -> tuple[str, str]:
        """An invitation into a library of the friend, and its secret."""
        library = accepted(self.friend.call("libraries.create", name=f"Library {next(_numbers)}"), 201)["id"]
        return _invitation(self.friend, library)

    def _made(self, operation: str, **fields: Any) -> Any:
        return accepted(self.person.call(operation, **fields), 201)


def terms(library: str) -> dict[str, Any]:
    """What to invite on; never twice the same."""
    end = datetime.now(timezone.utc) + timedelta(days=30, seconds=next(_numbers))
    return {"library_id": library, "role": "collaborator", "max_joiners": 5, "expires_at": end.isoformat()}


def _invitation(owner: Account, library: str) -> tuple[str, str]:
    link = accepted(owner.call("libraries.invitations.create", **terms(library)), 201)
    return link["invitation"]["id"], link["url"].partition("#")[2]


def _joined(guest: Account, invitation: tuple[str, str]) -> dict[str, Any]:
    named = {"invitation_id": invitation[0], "secret": invitation[1]}
    return accepted(guest.call("libraries.invitations.join", **named))["membership"]
