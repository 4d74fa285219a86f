//! What is done with which kind of file, told by doing it: `docs/formats.md` is what this test finds.
//!
//! `UPDATE_DOCS=1` writes it. Without the samples, or without ffmpeg, nothing is compared.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use media::picture::{Buffers, Decoder, Limits, ladder, video};
use media::{Format, facts};
use model::{FileFacts, MediaType};

/// What was seen of the samples of one kind.
#[derive(Default)]
struct Seen {
    files: usize,
    with_facts: usize,
    with_picture: usize,
}

const ABOUT: &str = "\
# Kinds of file

Every kind of file in this table can be uploaded, is stored unchanged and served as it came. The table
says what else is done with it. It is written by a test that does it
(`UPDATE_DOCS=1 cargo test -p heliograph-media --test formats`); `GET /api/server/formats` says the same of
a running server, with the versions of its decoders.

- **Facts**: what the file says of itself is read ([metadata.md](metadata.md)).
- **Picture**: what makes its variants and the ThumbHash. A raw file shows the largest preview that the
  camera put into it; one whose previews are all smaller than 1,440 pixels, and than what the sensor saw, is
  developed. A video shows a still: the key frame at 1, 3 or 10 seconds, the first that is not black, else its
  first. Of an animation the first frame is shown.
- **Samples**: of so many real files, how many had facts and how many got a picture. Some are damaged on
  purpose.

HEIC and AVIF are opened here, in Rust; only the HEVC or AV1 in them goes to ffmpeg. Of a photograph of 12
megapixels by an iPhone, ffmpeg 5.1 makes pixels in 0.24 s of the processor; `heif-convert` of libheif 1.15.1,
which Debian 12 has, takes 0.6 s to a JPEG. And one program serves pictures and videos, with one set of walls
around it. What decodes HEVC in Rust alone (`heic`) has a licence that [deny.toml](../deny.toml) does not allow.

`rawler` unpacks raw files and knows the cameras: black, white, the pattern of the filter, white balance, colours.
The rest is done here: blocks of samples become pixels where a smaller picture is wanted, and missing colours are
interpolated where all of it is; the camera's colours become sRGB; and all is made brighter until one pixel in a
hundred is white, at most eight times. Lens corrections and looks of a maker are not applied. `rawler` gives up on
damaged files by panicking, and reserves what a header asks for. So it runs in a process of its own, within the
walls that are around ffmpeg: the server starts its own program once more, for one file. Where that fails a small
preview is shown all the same. Sensors with other colours than red, green and blue, or turned by 45 degrees, are not
developed.

| Kind | Extensions | Facts | Picture | Samples: facts | picture |
|---|---|---|---|---:|---:|
";

#[test]
fn the_document_says_what_happens() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let samples = here.ancestors().map(|up| up.join("shared/samples")).find(|dir| dir.is_dir());
    let (Some(samples), Some(_)) = (samples, Decoder::Ffmpeg.version("ffmpeg")) else {
        eprintln!("skipped: no samples, or no ffmpeg");
        return;
    };
    let found = document(&survey(&samples));
    let path = here.join("../../docs/formats.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let is = fs::read_to_string(&path).unwrap_or_default();
    assert!(is == found, "docs/formats.md is stale: set UPDATE_DOCS=1 and look at what changes");
}

fn document(seen: &BTreeMap<&'static str, Seen>) -> String {
    let mut text = ABOUT.to_owned();
    for format in Format::all() {
        let extensions: Vec<_> = format.extensions().map(|text| format!("`.{text}`")).collect();
        let facts = if format.has_facts() { "yes" } else { "no" };
        let picture = match Decoder::of(format) {
            decoder if format.is_raw() => format!("preview, {}; else rawler", decoder.name()),
            decoder => decoder.name().to_owned(),
        };
        let (facts_seen, pictures_seen) = match seen.get(format.mime_type()) {
            Some(Seen { files, with_facts, with_picture }) => {
                (format!("{with_facts} of {files}"), format!("{with_picture} of {files}"))
            }
            None => ("–".to_owned(), "–".to_owned()),
        };
        writeln!(
            text,
            "| `{}` | {} | {facts} | {picture} | {facts_seen} | {pictures_seen} |",
            format.mime_type(),
            extensions.join(" ")
        )
        .unwrap();
    }
    text
}

/// Facts and pictures of all samples, by the kind that their name says.
fn survey(folder: &Path) -> BTreeMap<&'static str, Seen> {
    let mut seen = BTreeMap::<_, Seen>::new();
    for path in files(folder) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(format) = Format::from_file_name(name) else { continue };
        let entry = seen.entry(format.mime_type()).or_default();
        entry.files += 1;
        let mut file = BufReader::new(File::open(&path).unwrap());
        entry.with_facts += usize::from(facts::read(&mut file, format) != FileFacts::default());
        entry.with_picture += usize::from(has_picture(&path, format));
    }
    seen
}

fn has_picture(path: &Path, format: Format) -> bool {
    let developer = env!("CARGO_BIN_EXE_develop-raw");
    let (mut buffers, limits) = (Buffers::new(), Limits { developer, ..Limits::DEFAULT });
    if format.media_type() == MediaType::Video {
        return video::ladder(&mut buffers, &File::open(path).unwrap(), format, &limits).is_ok();
    }
    ladder(&mut buffers, &fs::read(path).unwrap(), 1, &limits).is_ok()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
