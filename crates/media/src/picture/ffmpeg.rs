//! What ffmpeg is asked for, and how it is understood.
//!
//! The program decodes what is best decoded in C: HEVC and AV1 of pictures, and videos. It is
//! version 5.1 or newer.

use std::time::Duration;

use super::{Error, Limits};
use crate::confined::{self, Bounds, Broken, Ended, Input, Job};

/// What every run is told before its input. One thread: several pictures are made at a time anyway,
/// and it is the memory of one.
const ALWAYS: [&str; 8] = [
    "-nostdin",
    "-hide_banner",
    "-threads",
    "1",
    "-filter_threads",
    "1",
    "-protocol_whitelist",
    "file,pipe",
];

/// Address space for the program and its libraries, before any picture.
const PROGRAM_BYTES: u64 = 448 << 20;

/// How long one picture may take.
const TIME: Duration = Duration::from_mins(1);

/// Runs ffmpeg with these arguments. `pixels` is how many it holds of the largest picture; `output`
/// how many bytes it is to give.
pub(super) fn run(
    limits: &Limits,
    arguments: &[&str],
    input: Input<'_>,
    pixels: u64,
    output: u64,
    sink: impl FnMut(&[u8]),
) -> Result<Ended, Error> {
    let arguments: Vec<String> =
        ALWAYS.iter().chain(arguments).map(|argument| (*argument).to_owned()).collect();
    let bounds = Bounds {
        // Several frames of up to 4:4:4 in 16 bits, and what they are converted to.
        memory_bytes: PROGRAM_BYTES.saturating_add(pixels.saturating_mul(48)),
        time: TIME,
        output_bytes: output,
    };
    let job = Job { program: limits.ffmpeg, arguments: &arguments, input, bounds };
    confined::run(&job, sink).map_err(|err| sorted(&err))
}

/// The last thing the program complained about, as the end of a sentence.
pub(super) fn complaint(ended: &Ended) -> String {
    let mut lines = ended.log.lines().map(str::trim).filter(|line| !line.is_empty());
    let last = lines.next_back().unwrap_or("it did not say why");
    last.chars().filter(|char| !char.is_control()).take(200).collect()
}

fn sorted(err: &Broken) -> Error {
    match err {
        Broken::Missing(program) => Error::unsupported(format!(
            "{program} is not installed; HEIC, AVIF and videos get pictures once it is \
             (on Debian: apt-get install ffmpeg)"
        )),
        Broken::TooSlow(_) | Broken::TooMuch(_) => {
            Error::too_large(format!("the decoder was stopped: {err}"))
        }
        Broken::Crashed(_) => Error::corrupt(format!("the decoder gave up on these bytes: {err}")),
        Broken::Killed | Broken::System(_) => {
            Error::failed(format!("the decoder could not work: {err}"))
        }
    }
}
