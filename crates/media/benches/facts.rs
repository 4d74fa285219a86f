//! Files per second on one core: our facts beside a resident exiftool that is asked for the same.
//!
//! `cargo bench -p heliograph-media --bench facts [-- FILE…]`; without files the samples beside the
//! checkout, where there are any. Both sides open each file anew; time is that on the processor.
#![expect(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "a bench prints its table, and counts few files"
)]

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use media::{Format, facts};

const OUR_ROUNDS: u32 = 200;
const ROUNDS: u32 = 10;
/// The tags behind the fields that `facts` reads.
const TAGS: &[&str] = &[
    "Make",
    "Model",
    "LensModel",
    "LensID",
    "ExposureTime",
    "FNumber",
    "ISO",
    "FocalLength",
    "ExposureCompensation",
    "DateTimeOriginal",
    "CreateDate",
    "ModifyDate",
    "SubSecTimeOriginal",
    "OffsetTimeOriginal",
    "OffsetTimeDigitized",
    "OffsetTime",
    "CreationDate",
    "GPSLatitude",
    "GPSLongitude",
    "GPSAltitude",
    "GPSDateTime",
    "ImageWidth",
    "ImageHeight",
    "Orientation",
    "Rotation",
    "Rating",
    "Description",
    "Caption-Abstract",
    "ImageDescription",
    "City",
    "State",
    "Country",
    "ContentIdentifier",
    "Duration",
    "VideoFrameRate",
    "ProjectionType",
    "BurstID",
];

fn main() -> io::Result<()> {
    let mut exiftool = Exiftool::start().ok();
    if exiftool.is_none() {
        println!("exiftool is not installed: our side alone");
    }
    println!("{:8} {:>6} {:>12} {:>12} {:>7}", "kind", "files", "ours/s", "exiftool/s", "ratio");
    for (kind, files) in kinds() {
        let ours = ours(&files)?;
        let theirs = exiftool.as_mut().map(|exiftool| exiftool.measure(&files)).transpose()?;
        let theirs_text = theirs.map_or_else(|| "–".to_owned(), |it| format!("{it:.1}"));
        let ratio = theirs.map_or_else(|| "–".to_owned(), |it| format!("{:.0}", ours / it));
        println!("{kind:8} {:6} {ours:12.0} {theirs_text:>12} {ratio:>7}", files.len());
    }
    Ok(())
}

/// The files by their kind.
fn kinds() -> Vec<(&'static str, Vec<PathBuf>)> {
    let named: Vec<PathBuf> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).map(PathBuf::from).collect();
    if !named.is_empty() {
        return vec![("named", named)];
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(samples) = here.ancestors().map(|up| up.join("shared/samples")).find(|it| it.is_dir())
    else {
        return Vec::new();
    };
    let in_folders = |folders: &[&str], wanted: fn(Format) -> bool| -> Vec<PathBuf> {
        let entries = folders.iter().filter_map(|folder| fs::read_dir(samples.join(folder)).ok());
        let paths = entries.flatten().filter_map(|entry| Some(entry.ok()?.path()));
        let is_wanted = |path: &PathBuf| format_of(path).is_some_and(wanted);
        paths.filter(is_wanted).collect()
    };
    vec![
        ("JPEG", in_folders(&["base", "jpeg", "orientation", "tz"], |it| it == Format::Jpeg)),
        ("HEIC", in_folders(&["heic"], |it| it == Format::Heic)),
        ("AVIF", in_folders(&["avif"], |it| it == Format::Avif)),
        ("raw", in_folders(&["raw"], Format::is_raw)),
        (
            "films",
            in_folders(&["base", "heic", "video", "sidecar"], |it| {
                it.media_type() == model::MediaType::Video
            }),
        ),
    ]
}

fn format_of(path: &Path) -> Option<Format> {
    Format::from_file_name(&path.to_string_lossy())
}

/// Our files per second.
fn ours(files: &[PathBuf]) -> io::Result<f64> {
    let before = on_processor("thread-self");
    for _ in 0..OUR_ROUNDS {
        for path in files {
            let format = format_of(path).unwrap_or(Format::Jpeg);
            black_box(facts::read(&mut File::open(path)?, format));
        }
    }
    let spent = on_processor("thread-self").saturating_sub(before);
    Ok(f64::from(OUR_ROUNDS) * files.len() as f64 / spent.as_secs_f64())
}

/// Time that a process or thread had a core for itself, as Linux counts it.
fn on_processor(who: &str) -> Duration {
    let text = fs::read_to_string(format!("/proc/{who}/schedstat")).unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    nanos.map(Duration::from_nanos).unwrap_or_default()
}

/// An exiftool that stays and answers one request after the other.
struct Exiftool {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Exiftool {
    fn start() -> io::Result<Self> {
        let mut process = Command::new("exiftool")
            .args(["-config", "", "-stay_open", "True", "-@", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (requests, answers) = (process.stdin.take(), process.stdout.take());
        let missing = || io::Error::other("no pipe");
        let requests = requests.ok_or_else(missing)?;
        Ok(Self { process, requests, answers: BufReader::new(answers.ok_or_else(missing)?) })
    }

    fn ask(&mut self, path: &Path) -> io::Result<()> {
        write!(self.requests, "-j\n-n\n-{}\n", TAGS.join("\n-"))?;
        write!(self.requests, "{}\n-execute\n", path.display())?;
        self.requests.flush()?;
        let mut line = String::new();
        while !line.starts_with("{ready") {
            line.clear();
            if self.answers.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// Files per second, once its modules are loaded.
    fn measure(&mut self, files: &[PathBuf]) -> io::Result<f64> {
        files.iter().try_for_each(|path| self.ask(path))?;
        let process = self.process.id().to_string();
        let before = on_processor(&process);
        for _ in 0..ROUNDS {
            files.iter().try_for_each(|path| self.ask(path))?;
        }
        let spent = on_processor(&process).saturating_sub(before);
        Ok(f64::from(ROUNDS) * files.len() as f64 / spent.as_secs_f64())
    }
}

impl Drop for Exiftool {
    fn drop(&mut self) {
        let _gone = write!(self.requests, "-stay_open\nFalse\n");
        let _gone = self.process.wait();
    }
}
