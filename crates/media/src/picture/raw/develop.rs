//! The server's side of a development: it starts the other one, and believes nothing it says.

use std::time::Duration;

use super::reply::{Developed, HEAD, Reply};
use super::{DEVELOP, Plan};
use crate::confined::{self, Bounds, Broken, Input, Job};
use crate::picture::raster::area;
use crate::picture::{Error, Limits};

/// Address space for the program itself with all its libraries and tables, before any picture.
const PROGRAM_BYTES: u64 = 1 << 30;

/// How long one picture may take.
const TIME: Duration = Duration::from_mins(1);

/// What the sensor saw, in sRGB and not yet turned. Where an edge is given the raster may be smaller
/// than the picture, but not than that edge.
pub(in super::super) fn develop(
    source: &[u8],
    plan: &Plan,
    edge: Option<u32>,
    limits: &Limits,
) -> Result<Developed, Error> {
    let arguments = [DEVELOP.to_owned(), edge.unwrap_or(0).to_string()];
    let bounds = Bounds {
        // Address space is not memory: what is reserved and copied counts here too.
        memory_bytes: PROGRAM_BYTES.saturating_add(plan.cost().saturating_mul(2)),
        time: TIME,
        // Some decoders give the whole sensor with edges that the header does not count.
        output_bytes: (HEAD as u64).saturating_add(area(plan.size, 4)),
    };
    let input = Input::Bytes(source);
    let job = Job { program: limits.developer, arguments: &arguments, input, bounds };
    let mut reply = Vec::new();
    confined::run(&job, |piece| reply.extend_from_slice(piece)).map_err(|err| sorted(&err))?;
    match Reply::read(reply) {
        Some(Reply::Picture(developed)) if area(developed.size, 1) <= limits.max_pixels => {
            Ok(developed)
        }
        Some(Reply::Picture(_)) => {
            Err(Error::too_large("the raw file has more pixels than it said"))
        }
        Some(Reply::Unsupported(reason)) => {
            Err(Error::unsupported(format!("could not develop the raw file: {}", line(&reason))))
        }
        Some(Reply::Corrupt(reason)) => {
            Err(Error::corrupt(format!("could not develop the raw file: {}", line(&reason))))
        }
        None => Err(Error::corrupt("the raw decoder gave up on these bytes")),
    }
}

/// A text of the other side as the end of a sentence.
fn line(reason: &str) -> String {
    reason.chars().filter(|char| !char.is_control()).take(200).collect()
}

fn sorted(err: &Broken) -> Error {
    match err {
        Broken::Missing(_) => {
            Error::unsupported("raw files without a large preview are not developed on this system")
        }
        Broken::TooSlow(_) | Broken::TooMuch(_) => {
            Error::too_large(format!("the raw decoder was stopped: {err}"))
        }
        Broken::Crashed(_) => {
            Error::corrupt(format!("the raw decoder gave up on these bytes: {err}"))
        }
        Broken::Killed | Broken::System(_) => {
            Error::failed(format!("the raw decoder could not work: {err}"))
        }
    }
}
