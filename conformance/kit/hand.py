"""Somebody who does all kinds of things to a library, and keeps a journal of them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import gumnut
import httpx

from kit import photos
from kit.account import Account
from kit.answers import described
from kit.eye import MAIN, TROUBLE, Eye, checksum, patiently
from kit.journal import Album, Asset, Journal, Library, State, changed, visible, without
from kit.photos import Photo

# The server is not there.
DEAD = (gumnut.APIConnectionError, httpx.TransportError)
# With so many assets, more are deleted than uploaded.
MANY = 40
SMALL, LARGE = (64, 48), (1600, 1200)


class Unclear(Exception):
    """An answer that leaves open what happened."""


class Hand:
    """Does one thing after the other, to things of its own: their names begin with its own."""

    def __init__(self, name: str, account: Account, main: str, everybody: tuple[str, str], seed: str) -> None:
        self.prefix = f"{name}-"
        self.account = account
        self.main = main
        # Name and id of an album that all hands fill.
        self.everybody = everybody
        self.eye = Eye(account.url, account.key, self.prefix, main, everybody[0])
        self.chance = random.Random(f"{seed} {name}")
        self.numbers = itertools.count(1)
        self.journal = Journal()
        self.files: dict[str, Photo] = {}
        # Libraries that are to be deleted for good, and those of them of which that was told.
        self.doomed: set[str] = set()
        self.told_doomed: set[str] = set()
        # Versions that must be gone, rows and objects.
        self.removed: set[str] = set()
        self.deeds = 0

    def run(self, is_over: Callable[[], bool]) -> None:
        """Until it is over, or the server is not there. What an answer leaves open is looked up."""
        try:
            while not is_over():
                try:
                    self.chance.choice(self.deeds_of_now())()
                    self.deeds += 1
                except Unclear:
                    self.check()
        except DEAD:
            pass

    def check(self) -> None:
        """Compares what is there with the journal."""
        for library in self.doomed - self.told_doomed:
            # Whether it was done cannot be seen; done twice it is the same.
            patiently(lambda: self.account.call("libraries.delete", library_id=library), 200, 404)
            self.told_doomed.add(library)
        self.journal.compare(self.eye.look(self.doomed))
        there = {thing.id for thing in self.journal.told.values()}
        for asset in self.eye.chains.keys() - there:
            self.removed |= set(self.eye.chains.pop(asset).ids)

    def deeds_of_now(self) -> list[Callable[[], None]]:
        uploads = 1 if len(self._assets()) > MANY else 7
        often = [self.edit, self.edit_many, self.link, self.append, self.trash, self.restore]
        seldom = [self.unlink, self.replace, self.take_back, self.revert, self.upload_again]
        seldom += [self.make_album, self.edit_album, self.drop_album, self.delete, self.delete_many, self.empty_trash]
        seldom += [self.make_library, self.trash_library, self.restore_library, self.drop_library]
        return [self.upload] * uploads + often * 2 + seldom

    # Assets.

    def upload(self, size: tuple[int, int] | None = None) -> None:
        name, library = self._name("jpg"), self.chance.choice([MAIN, MAIN, *self._libraries(is_trashed=False)])
        photo = photos.plain(size=size or self.chance.choice([SMALL] * 5 + [LARGE]), name=name)
        self.files[name] = photo
        after = self.journal.told | {name: Asset(None, library, (checksum(photo.data),))}
        self._do(after, lambda: self.account.try_upload(photo, library_id=self._id(library)), 201, new=name)

    def upload_again(self) -> None:
        for name, asset in self._some(1):
            send = lambda: self.account.try_upload(self.files[name], library_id=self._id(asset.library))  # noqa: E731
            assert self._do(self.journal.told, send)["id"] == asset.id, "the same bytes are the same asset"

    def edit(self) -> None:
        for name, asset in self._some(1):
            fields, change = self._words()
            self._do(changed(self.journal.told, [name], **fields), lambda: self.account.patch(asset.id, **change))

    def edit_many(self) -> None:
        after, updates = self.journal.told, []
        for name, asset in self._some(5):
            fields, change = self._words()
            after = changed(after, [name], **fields)
            updates.append((asset.id, change))
        if updates:
            self._do(after, lambda: self.account.bulk(*updates))

    def trash(self) -> None:
        self._with_ids("assets.trash", lambda state, names: changed(state, names, is_trashed=True))

    def restore(self) -> None:
        self._with_ids("assets.restore", lambda state, names: changed(state, names, is_trashed=False), is_trashed=True)

    def delete(self) -> None:
        for name, asset in self._some(1):
            after = without(self.journal.told, [name])
            self._do(after, lambda: self.account.call("assets.delete", asset_id=asset.id))

    def delete_many(self) -> None:
        self._with_ids("assets.delete_list", without)

    def empty_trash(self) -> None:
        """Of a library of one's own: the main one has things of others."""
        for library in self._libraries(is_trashed=False):
            trashed = [name for name, asset in self._assets().items() if asset.library == library and asset.is_trashed]
            send = lambda: self.account.call("assets.empty_trash", library_id=self._id(library))  # noqa: E731
            self._do(without(self.journal.told, trashed), send)

    # Versions: above the upload there is one at most.

    def append(self) -> None:
        self._render("assets.versions.append", 1, 201)

    def replace(self) -> None:
        self._render("assets.versions.replace", 2, 200)

    def take_back(self) -> None:
        self._unrender("assets.versions.delete", -1)

    def revert(self) -> None:
        self._unrender("assets.versions.revert", 0)

    def _render(self, operation: str, versions: int, status: int) -> None:
        for name, asset in self._some(1, versions=versions, is_trashed=False):
            data = photos.plain(size=(40, 30)).data
            after = changed(self.journal.told, [name], checksums=(asset.checksums[0], checksum(data)))
            fields = {"asset_id": asset.id, "file": ("x.jpg", data), "kind": "edit", "params": "{}"}
            if versions > 1:
                fields["version_id"] = self._version(asset, -1)
            self._do(after, lambda: self.account.call(operation, **fields), status)

    def _unrender(self, operation: str, number: int) -> None:
        for name, asset in self._some(1, versions=2, is_trashed=False):
            version = self._version(asset, number)
            after = changed(self.journal.told, [name], checksums=asset.checksums[:1])
            self._do(after, lambda: self.account.call(operation, asset_id=asset.id, version_id=version))

    def _version(self, asset: Asset, number: int) -> str:
        return self.eye.ask(f"/api/assets/{asset.id}/versions")[number]["id"]

    # Albums, all of them in the main library.

    def make_album(self) -> None:
        name, words = self._name("album"), self._caption()
        send = lambda: self.account.call("albums.create", name=name, description=words, library_id=self.main)  # noqa: E731
        self._do(self.journal.told | {name: Album(None, words)}, send, 201, new=name)

    def edit_album(self) -> None:
        for name, album in self._albums():
            words = self._caption()
            send = lambda: self.account.call("albums.update", album_id=album, description=words)  # noqa: E731
            self._do(changed(self.journal.told, [name], description=words), send)

    def drop_album(self) -> None:
        for name, album in self._albums():
            after = without(self.journal.told, [name])
            for member, asset in self._assets().items():
                after = changed(after, [member], albums=asset.albums - {name})
            self._do(after, lambda: self.account.call("albums.delete", album_id=album))

    def link(self) -> None:
        self._relink("add", lambda albums, name: albums | {name})

    def unlink(self) -> None:
        self._relink("remove", lambda albums, name: albums - {name})

    def _relink(self, verb: str, albums: Callable[[frozenset[str], str], frozenset[str]]) -> None:
        name, album = self.chance.choice([self.everybody, *self._albums()])
        chosen = self._some(5, library=MAIN)
        after = self.journal.told
        for member, asset in chosen:
            after = changed(after, [member], albums=albums(asset.albums, name))
        if chosen:
            ids = [asset.id for _, asset in chosen]
            operation = f"albums.assets_associations.{verb}"
            self._do(after, lambda: self.account.call(operation, album_id=album, asset_ids=ids))

    # Libraries.

    def make_library(self) -> None:
        if len(self._libraries()) < 2:
            name = self._name("library")
            after = self.journal.told | {name: Library(None)}
            self._do(after, lambda: self.account.call("libraries.create", name=name), 201, new=name)

    def trash_library(self) -> None:
        self._move_library("libraries.trash", is_trashed=False)

    def restore_library(self) -> None:
        self._move_library("libraries.restore", is_trashed=True)

    def _move_library(self, operation: str, is_trashed: bool) -> None:
        for name in self._libraries(is_trashed)[:1]:
            after = changed(self.journal.told, [name], is_trashed=not is_trashed)
            self._do(after, lambda: self.account.call(operation, library_id=self._id(name)))

    def drop_library(self) -> None:
        for name in self._libraries(is_trashed=True)[:1]:
            library = self._id(name)
            inside = [one for one, asset in self.journal.told.items() if getattr(asset, "library", None) == name]
            self.doomed.add(library)
            self._do(
                without(self.journal.told, [name, *inside]),
                lambda: self.account.call("libraries.delete", library_id=library),
            )
            self.told_doomed.add(library)

    # How it is done.

    def _do(
        self, after: State, send: Callable[[], httpx.Response], status: int = 200, new: str | None = None
    ) -> dict[str, Any]:
        """Asks for something; with the answer it is done. `new` is the name of what it makes."""
        self.journal.asked = after
        answer = send()
        if answer.status_code in TROUBLE:
            raise Unclear(described(answer, status))
        assert answer.status_code == status, described(answer, status)
        done = answer.json()
        self.journal.answered(new, done["id"] if new else None)
        return done

    def _with_ids(self, operation: str, after: Callable[[State, list[str]], State], **only: Any) -> None:
        """One of the operations that take a list of assets of one library."""
        library = self.chance.choice([MAIN, *self._libraries(is_trashed=False)])
        chosen = self._some(3, library=library, **only)
        if chosen:
            names, ids = [name for name, _ in chosen], [asset.id for _, asset in chosen]
            send = lambda: self.account.call(operation, ids=ids, library_id=self._id(library))  # noqa: E731
            self._do(after(self.journal.told, names), send)

    def _assets(self) -> dict[str, Asset]:
        return {name: thing for name, thing in visible(self.journal.told).items() if isinstance(thing, Asset)}

    def _some(
        self, most: int, library: str | None = None, is_trashed: bool | None = None, versions: int | None = None
    ) -> list[tuple[str, Asset]]:
        """Up to `most` assets that are so, by chance."""
        fitting = [
            (name, asset)
            for name, asset in self._assets().items()
            if library in (None, asset.library)
            and is_trashed in (None, asset.is_trashed)
            and versions in (None, len(asset.checksums))
        ]
        return self.chance.sample(fitting, min(len(fitting), self.chance.randint(1, most)))

    def _albums(self) -> list[tuple[str, str]]:
        """One album by chance, if there is one: its name and id."""
        albums = [(name, album.id or "") for name, album in self.journal.told.items() if isinstance(album, Album)]
        return self.chance.sample(albums, min(len(albums), 1))

    def _libraries(self, is_trashed: bool | None = None) -> list[str]:
        return [
            name
            for name, library in self.journal.told.items()
            if isinstance(library, Library) and is_trashed in (None, library.is_trashed)
        ]

    def _id(self, library: str) -> str:
        return self.main if library == MAIN else self.journal.told[library].id or ""

    def _name(self, end: str) -> str:
        return f"{self.prefix}{next(self.numbers)}.{end}"

    def _caption(self) -> str:
        return f"{self.chance.choice(['Été', 'Lofoten', 'kites'])} {self.chance.random()}"

    def _words(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Something to say of an asset: as the journal keeps it, and as it is sent."""
        what = self.chance.randrange(4)
        if what == 0:
            words = self.chance.choice([None, self._caption()])
            return {"description": words}, {"description": words}
        if what == 1:
            stars = self.chance.choice([None, 0, 3, 5])
            return {"rating": stars}, {"rating": stars}
        if what == 2:
            place = (round(self.chance.uniform(-80, 80), 4), round(self.chance.uniform(-170, 170), 4))
            return {"place": place}, {"latitude": place[0], "longitude": place[1]}
        taken = f"{self.chance.randint(1990, 2024)}-05-06T07:08:09+02:00"
        return {"taken": taken}, {"original_datetime": taken}
