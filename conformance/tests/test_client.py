"""The official client as people use it, without looking at the wire (checklist 1)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
from datetime import datetime, timezone

import gumnut
import pytest

from kit import ids, photos
from kit.account import Account, fetched


def test_a_morning_with_the_client(account: Account) -> None:
    client, photo = account.sdk, photos.photo(photos.FULL)
    moment = datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    asset = client.assets.create(
        asset_data=(photo.name, io.BytesIO(photo.data)),
        device_asset_id="1",
        device_id="phone",
        file_created_at=moment,
        file_modified_at=moment,
    )
    assert asset.metadata is not None and asset.metadata.description == "From the file"
    assert asset.asset_urls is not None and fetched(asset.asset_urls["original"].url) == photo.data
    updated = client.assets.update_asset(asset.id, description="Rome", latitude=41.9, longitude=12.5)
    assert updated.metadata is not None and updated.metadata.latitude == 41.9
    client.assets.bulk_update_assets(updates=[{"id": asset.id, "change": {"description": None}}])
    again = client.assets.retrieve(asset.id, include=["metadata"])
    assert again.metadata is not None and again.metadata.description == "From the file"
    digest = base64.b64encode(hashlib.sha256(photo.data).digest()).decode()
    assert client.assets.check_existence(checksums=[digest]).assets[0].id == asset.id
    client.assets.trash(ids=[asset.id])
    assert [one.id for one in client.assets.list(state="trashed")] == [asset.id]
    client.assets.restore(ids=[asset.id])
    assert client.events.get(entity_types="asset").data[0].event_type == "asset_created"
    assert client.users.me().id.startswith("intuser_")
    (library,) = client.libraries.list()
    assert client.libraries.retrieve(library.id).asset_count == 1
    client.libraries.update(library.id, description="mine")
    client.assets.delete(asset.id)
    client.assets.empty_trash()
    assert list(client.assets.list(state="all")) == []


def test_the_client_s_exceptions(account: Account) -> None:
    client = account.sdk
    with pytest.raises(gumnut.NotFoundError):
        client.assets.retrieve(ids.unknown())
    with pytest.raises(gumnut.UnprocessableEntityError):
        client.assets.update_asset(ids.unknown(), latitude=1)
    with pytest.raises(gumnut.BadRequestError):
        client.assets.list(starting_after_id=ids.unknown())
    with pytest.raises(gumnut.PermissionDeniedError):
        client.api_keys.list()
    with gumnut.Gumnut(api_key="nonsense", base_url=account.url) as stranger, pytest.raises(gumnut.AuthenticationError):
        stranger.users.me()


def test_the_asynchronous_client(account: Account) -> None:
    made = {account.upload()["id"] for _ in range(5)}

    async def walk() -> set[str]:
        async with gumnut.AsyncGumnut(api_key=account.key, base_url=account.url) as client:
            return {asset.id async for asset in client.assets.list(limit=2)}

    assert asyncio.run(walk()) == made


def test_a_file_without_a_name_is_no_media(account: Account) -> None:
    """The client calls it `upload`, which has no extension."""
    with pytest.raises(gumnut.UnprocessableEntityError):
        account.sdk.assets.create(
            asset_data=photos.plain().data,
            device_asset_id="1",
            device_id="phone",
            file_created_at="2020-01-01",
            file_modified_at="2020-01-01",
        )


def test_names_of_either_generation_give_the_same(account: Account) -> None:
    """18.2: a person under the older and the newer name; the new parameters through either client."""
    made = [account.upload(file_created_at=f"2020-01-0{day}")["id"] for day in (1, 2)]
    assert account.listed(order="asc", media_type="image", ratings=[0], album_filter="all") == made
    person = ids.unknown("person_")
    assert account.listed(person_id=person) == account.listed(person_ids=[person]) == []
    (event, *_) = account.events()
    bound = account.call("events.get").json()["as_of"]
    assert account.events(as_of=bound, created_at_gte=event["created_at"])[0] == event
