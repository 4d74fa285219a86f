//! Stills, of clips that ffmpeg makes.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use media::Format;
use media::picture::{Buffers, Error, Ladder, Limits, Variant, video};
use tempfile::TempDir;

use crate::make::{BLUE, GREEN, RED, WHITE, has_encoder};
use crate::shown::{assert_close, assert_no_metadata, shown};

/// Red, green above blue, white, in ffmpeg's words.
const QUARTERS: &str = "color=0xc81e28:s=320x240:r=10:d=3,\
    drawbox=x=160:y=0:w=160:h=120:c=0x1eb43c:t=fill,\
    drawbox=x=0:y=120:w=160:h=120:c=0x2832be:t=fill,\
    drawbox=x=160:y=120:w=160:h=120:c=0xfafafa:t=fill,format=yuv444p";

/// A clip, or `None` where it cannot be made.
fn clip(folder: &TempDir, name: &str, source: &str, options: &[&str]) -> Option<PathBuf> {
    if !has_encoder("libx264") {
        eprintln!("skipped: no ffmpeg with libx264");
        return None;
    }
    let path = folder.path().join(name);
    let made = Command::new("ffmpeg")
        .args([
            "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264", "-pix_fmt", "yuv420p",
        ])
        .args(options)
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    Some(path)
}

fn ladder(path: &Path) -> Result<Ladder, Error> {
    let name = path.file_name().unwrap().to_str().unwrap();
    let format = Format::from_file_name(name).unwrap();
    let file = File::open(path).unwrap();
    video::ladder(&mut Buffers::new(), &file, format, &Limits::default())
}

#[track_caller]
fn check(path: &Path, size: (u32, u32), expected: [[u8; 3]; 4]) {
    let ladder = ladder(path).unwrap();
    let name = path.display();
    assert_eq!(ladder.shown_size, size, "{name}");
    for rung in &ladder.rungs {
        assert_no_metadata(&rung.jpeg);
        assert!(rung.width.max(rung.height) <= rung.variant.longest_edge().unwrap());
    }
    for (is, expected) in shown(&ladder.rungs[0]).quarters().into_iter().zip(expected) {
        let near = is.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 16);
        assert!(near, "{name}: {is:?} is not {expected:?}");
    }
}

#[test]
fn every_container_shows_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for extension in ["mp4", "mov", "m4v", "3gp", "avi", "mkv", "mts"] {
        let container: &[&str] = if extension == "mts" { &["-f", "mpegts"] } else { &[] };
        let Some(path) = clip(&folder, &format!("a.{extension}"), QUARTERS, container) else {
            return;
        };
        check(&path, (320, 240), [RED, GREEN, BLUE, WHITE]);
    }
}

#[test]
fn a_clip_that_was_turned_is_upright() {
    let folder = tempfile::tempdir().unwrap();
    let Some(path) = clip(&folder, "a.mp4", QUARTERS, &[]) else { return };
    // As a phone writes it: what is on the left was up (ISO/IEC 14496-12, 8.3.2).
    let mut bytes = fs::read(&path).unwrap();
    let track = bytes.windows(4).position(|kind| kind == b"tkhd").unwrap();
    let matrix = [0, 1 << 16, 0, -(1 << 16), 0, 0, 240 << 16, 0, 1 << 30];
    let matrix = matrix.map(i32::to_be_bytes).concat();
    bytes[track + 44..][..36].copy_from_slice(&matrix);
    let turned = folder.path().join("turned.mov");
    fs::write(&turned, bytes).unwrap();
    check(&turned, (240, 320), [BLUE, RED, WHITE, GREEN]);
    let full = video::one(
        &mut Buffers::new(),
        &File::open(&turned).unwrap(),
        Format::Mov,
        Variant::Fullsize,
        &Limits::default(),
    );
    let full = full.unwrap();
    assert_eq!((full.width, full.height), (240, 320));
    assert_no_metadata(&full.jpeg);
}

#[test]
fn pixels_that_are_not_square_become_so() {
    let folder = tempfile::tempdir().unwrap();
    let source = format!("{QUARTERS},setsar=2");
    let Some(path) = clip(&folder, "a.mp4", &source, &[]) else { return };
    check(&path, (640, 240), [RED, GREEN, BLUE, WHITE]);
}

#[test]
fn what_is_black_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let source =
        "color=black:s=160x120:r=10:d=2.5[a];color=white:s=160x120:r=10:d=3[b];[a][b]concat";
    let Some(path) = clip(&folder, "a.mp4", source, &["-g", "5"]) else { return };
    let seen = shown(&ladder(&path).unwrap().rungs[0]).at(80, 60);
    assert_close(seen, [255; 3]);
    // Of a clip that is black all through, that is the still.
    let Some(path) = clip(&folder, "b.mp4", "color=black:s=160x120:r=10:d=0.3", &[]) else {
        return;
    };
    assert_close(shown(&ladder(&path).unwrap().rungs[0]).at(80, 60), [0; 3]);
}

#[test]
fn large_clips_are_shrunk_to_the_rungs() {
    let folder = tempfile::tempdir().unwrap();
    let source = "testsrc2=s=1920x1080:r=5:d=1";
    let Some(path) = clip(&folder, "a.mkv", source, &["-preset", "ultrafast"]) else { return };
    let ladder = ladder(&path).unwrap();
    let sizes = ladder.rungs.each_ref().map(|rung| (rung.width, rung.height));
    assert_eq!((ladder.shown_size, sizes), ((1920, 1080), [(1440, 810), (720, 405), (360, 203)]));
}

#[test]
fn what_is_no_video_ends_with_a_reason() {
    if !has_encoder("libx264") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("a.mp4", &b"\0\0\0\x18ftypisom\0\0\0\0isomiso2"[..]),
        ("b.mkv", b"\x1a\x45\xdf\xa3 nothing more"),
        ("c.mp4", b""),
        ("d.avi", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        ("e.mts", b"#EXTM3U\nhttp://127.0.0.1/\n"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let refused = ladder(&path).unwrap_err();
        assert!(refused.is_corrupt(), "{name}: {refused}");
    }
}

/// Programs that stand for a decoder which was talked into something.
fn possessed(script: &str) -> Result<Ladder, Error> {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("ffmpeg");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut input = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut input, b"\0\0\0\x18ftypisom").unwrap();
    // Once in a test is no leak to speak of.
    let ffmpeg: &'static str = program.to_str().unwrap().to_owned().leak();
    let limits = Limits { ffmpeg, max_decoded_bytes: 4 << 20, ..Limits::DEFAULT };
    video::ladder(&mut Buffers::new(), &input, Format::Mp4, &limits)
}

#[test]
fn a_decoder_gone_mad_costs_one_picture() {
    assert!(possessed("x=flood; while :; do x=$x$x; echo $x; done").unwrap_err().is_too_large());
    assert!(possessed("exit 1").unwrap_err().is_corrupt());
    assert!(possessed("printf 'P6\\n9999 9999\\n255\\nx'").unwrap_err().is_corrupt());
    assert!(
        possessed("ulimit -c 0; exec /bin/sh -c 'exec no-such-thing'").unwrap_err().is_corrupt()
    );
}

#[test]
fn the_samples_have_stills() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let samples = here.ancestors().map(|up| up.join("shared/samples")).find(|dir| dir.is_dir());
    let Some(samples) = samples.filter(|_| has_encoder("libx264")) else { return };
    for (name, size) in [
        ("video/iphone6-rot90.mov", (320, 568)),
        ("video/rotate270.mp4", (60, 80)),
        ("video/android-gps.mp4", (1920, 1080)),
        ("video/iphoneX.mov", (720, 1280)),
        ("video/video.mkv", (80, 44)),
        ("video/webm_480.webm", (480, 270)),
        ("video/3gp_640x360.3gp", (640, 360)),
        ("base/train.mov", (1440, 1080)),
        ("heic/live-IMG_7943.MOV", (480, 640)),
    ] {
        let made = ladder(&samples.join(name)).unwrap();
        assert_eq!(made.shown_size, size, "{name}");
    }
    assert!(ladder(&samples.join("video/sony-a7-xavc.MP4")).unwrap_err().is_corrupt());
}
