//! Beside others: photographs per second and core of this library, of sharp and of Pillow, in one run;
//! and the still of a long video.
//!
//! `make bench-media` installs the others and tells this program where they are: `BENCH_SHARP` is a
//! folder with `node_modules`, `BENCH_PYTHON` a Python with Pillow, `BENCH_CLIP` where the video is
//! kept. What is not told is left out. Ours makes three JPEGs and the `ThumbHash`, each of the others a
//! JPEG of 1440 pixels and a WebP of 360 of the same quality.
#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod photo;

use std::fs::{self, File};
use std::hint::black_box;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use media::picture::{Buffers, Limits, ladder, video};
use media::{Format, facts};
use photo::{Clock, ms, photos};

/// Photographs in a turn; the sides take turns, so that a busy machine is busy for all of them.
const TURN: u32 = 10;
const TURNS: u32 = 3;

fn main() {
    let folder = std::env::temp_dir().join(format!("heliograph-bench-{}", std::process::id()));
    if fs::create_dir_all(&folder).is_err() {
        return;
    }
    let others = others();
    print!("{:16} {:>12}", "photo", "ours");
    for other in &others {
        print!(" {:>12} {:>6}", other.name, "ratio");
    }
    println!("   (photos per second and core)");
    for (name, source) in photos() {
        let path = folder.join("photo.jpg");
        if fs::write(&path, &source).is_err() {
            continue;
        }
        let mut ours = 0.0;
        let mut theirs = vec![0.0; others.len()];
        for _ in 0..TURNS {
            ours += our_turn(&source);
            for (sum, other) in theirs.iter_mut().zip(&others) {
                *sum += other.turn(&path).unwrap_or(f64::NAN);
            }
        }
        let per_second = |sum: f64| f64::from(TURNS) * 1000.0 / sum;
        print!("{name:16} {:12.1}", per_second(ours));
        for sum in theirs {
            print!(" {:12.1} {:6.2}", per_second(sum), sum / ours);
        }
        println!();
    }
    still();
    // What is left over lies in a folder for such things.
    _ = fs::remove_dir_all(folder);
}

/// Milliseconds of the processor for one photograph.
fn our_turn(source: &[u8]) -> f64 {
    let mut buffers = Buffers::new();
    let mut make = || black_box(ladder(&mut buffers, source, 1, &Limits::default())).is_ok();
    assert!(make(), "it works at all");
    let clock = Clock::start();
    let begun = clock.now();
    for _ in 0..TURN {
        make();
    }
    ms(clock.now().saturating_sub(begun)) / f64::from(TURN)
}

struct Other {
    name: &'static str,
    program: PathBuf,
    script: &'static str,
    /// Where it looks for its packages.
    home: PathBuf,
}

fn others() -> Vec<Other> {
    let told = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let sharp = told("BENCH_SHARP").map(|home| Other {
        name: "sharp",
        program: "node".into(),
        script: "sharp.cjs",
        home,
    });
    let pillow = told("BENCH_PYTHON").map(|program| Other {
        name: "Pillow",
        home: program.clone(),
        program,
        script: "pillow.py",
    });
    sharp.into_iter().chain(pillow).collect()
}

impl Other {
    /// As [`our_turn`]; the script prints it.
    fn turn(&self, photo: &Path) -> Option<f64> {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/bench-media");
        let output = Command::new(&self.program)
            .arg(scripts.join(self.script))
            .arg(photo)
            .arg(TURN.to_string())
            .env("BENCH_HOME", &self.home)
            .output()
            .ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    }
}

/// A minute of 4K: its facts and all variants, on the clock on the wall.
fn still() {
    let Some(clip) = std::env::var_os("BENCH_CLIP").map(PathBuf::from) else { return };
    if !clip.exists() {
        let source = "testsrc2=s=3840x2160:r=30:d=60";
        let made = Command::new("ffmpeg")
            .args(["-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264"])
            .args(["-preset", "ultrafast", "-pix_fmt", "yuv420p"])
            .arg(&clip)
            .status();
        if !made.is_ok_and(|status| status.success()) {
            println!("no ffmpeg that can make a clip");
            return;
        }
    }
    let Ok(file) = File::open(&clip) else { return };
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let begun = Instant::now();
    let known = facts::read(&mut BufReader::new(&file), Format::Mp4);
    let facts_time = begun.elapsed();
    let made = video::ladder(&mut Buffers::new(), &file, Format::Mp4, &Limits::default());
    println!(
        "still and facts of a minute of 4K ({} MiB): {:.0} ms, of it facts {:.1} ms; {}",
        size >> 20,
        ms(begun.elapsed()),
        ms(facts_time),
        made.map_or_else(|err| err.to_string(), |ladder| format!("{:?}", ladder.rungs[0]))
    );
    black_box(known);
}
