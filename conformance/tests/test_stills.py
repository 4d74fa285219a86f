"""Pictures of videos and of HEIF files (contract 2.4, 2.5, OP-17), which ffmpeg decodes."""

from __future__ import annotations

import io
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from kit.account import Account, fetch, fetched
from kit.answers import accepted
from kit.photos import Photo
from kit.samples import SAMPLES

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
EDGES = {"thumbnail": 360, "small": 720, "preview": 1440, "fullsize": 1920}


def made(tmp_path: Path, name: str, *options: str) -> Photo:
    """A blue file of 1920 × 1080 that no other test has."""
    path = tmp_path / name
    comment = ["-metadata", f"comment={secrets.token_hex(8)}"]
    source = ["-f", "lavfi", "-i", "color=0x2040c0:s=1920x1080:r=5:d=2"]
    subprocess.run(["ffmpeg", "-v", "error", *source, *options, *comment, str(path)], check=True)
    # A box that nobody knows, for a container that keeps no comment.
    free = (16).to_bytes(4, "big") + b"free" + secrets.token_bytes(8)
    return Photo(name, path.read_bytes() + free)


def picture(url: str) -> Image.Image:
    answer = fetch(url)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"] == "image/jpeg"
    return Image.open(io.BytesIO(answer.content))


def assert_blue(image: Image.Image) -> None:
    red, green, blue = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    assert abs(red - 0x20) < 12 and abs(green - 0x40) < 12 and abs(blue - 0xC0) < 12, (red, green, blue)


def test_a_video_has_stills(resident: Account, tmp_path: Path) -> None:
    clip = made(tmp_path, "clip.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    uploaded = resident.upload(clip)
    resident.settle(uploaded["id"], seconds=60)
    tasks = resident.tasks(uploaded["id"])
    assert {task["task_type"] for task in tasks} == {"video_thumbnail_extract", "thumbhash"}, tasks
    assert {task["status"] for task in tasks} == {"success"}, tasks
    asset = resident.get(uploaded["id"])
    assert asset["thumbhash"]
    urls = asset["asset_urls"]
    assert set(urls) == {"original"} | {f"{name}_image" for name in EDGES}
    for name, edge in EDGES.items():
        image = picture(urls[f"{name}_image"]["url"])
        assert max(image.size) == edge, name
        assert_blue(image)
    assert fetched(urls["original"]["url"]) == clip.data


def test_the_lean_key_of_a_video(resident: Account, tmp_path: Path) -> None:
    clip = made(tmp_path, "clip.mov", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    asset = resident.upload(clip)
    resident.settle(asset["id"], seconds=60)
    assert set(resident.get(asset["id"], include=[])["asset_urls"]) == {"thumbnail_image"}
    broken = resident.upload(Photo("clip.mp4", clip.data[:2000]))
    resident.settle(broken["id"], seconds=60)
    lean = resident.get(broken["id"], include=[])["asset_urls"]
    assert set(lean) == {"thumbnail_image", "original"}
    assert fetch(lean["thumbnail_image"]["url"]).status_code == 404
    failed = [task for task in resident.tasks(broken["id"]) if task["status"] == "failure"]
    assert failed and all(task["error_message"] for task in failed)


def test_an_avif_has_pictures(resident: Account, tmp_path: Path) -> None:
    options = ("-frames:v", "1", "-c:v", "libaom-av1", "-still-picture", "1", "-cpu-used", "8")
    asset = resident.upload(made(tmp_path, "still.avif", *options))
    for name, edge in EDGES.items():
        image = picture(asset["asset_urls"][name]["url"])
        assert max(image.size) == edge, name
        assert_blue(image)
    resident.settle(asset["id"], seconds=60)
    asset = resident.get(asset["id"])
    assert (asset["width"], asset["height"]) == (1920, 1080) and asset["thumbhash"]


@pytest.mark.skipif(SAMPLES is None, reason="needs the real pictures, which are not part of the repository")
def test_a_heic_is_upright(resident: Account) -> None:
    assert SAMPLES is not None
    path = SAMPLES / "heic" / "IMG_5195.HEIC"
    asset = resident.upload(Photo(path.name, path.read_bytes()))
    preview = picture(asset["asset_urls"]["preview"]["url"])
    assert preview.size == (1115, 1440)
    assert preview.getexif().get(0x0112) is None and "icc_profile" not in preview.info


def test_what_is_done_with_which_kind_of_file(resident: Account) -> None:
    formats = accepted(resident.http.get("/api/server/formats"))
    by_type = {entry["mime_type"]: entry for entry in formats}
    assert len(by_type) == len(formats) and all(entry["stored"] for entry in formats)
    for kind in ("image/jpeg", "image/heic", "image/jxl", "video/mp4"):
        assert by_type[kind]["picture"] and by_type[kind]["decoder_version"], kind
    assert by_type["image/jpeg"]["extensions"][:2] == ["jpg", "jpeg"]
    assert by_type["image/heic"]["decoder"] == "ffmpeg"
