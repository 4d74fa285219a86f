//! The other side: what the program does that is started to develop one file.
//!
//! It is free to panic, to overflow its stack and to ask for too much memory: the walls around it hold,
//! and the server reads what is left of it as damage.

use std::io::{self, Read, Write};
use std::sync::Arc;

use rawler::decoders::RawDecodeParams;
use rawler::rawsource::RawSource;
use rawler::{RawImage, RawlerError};

use super::mosaic;
use super::reply::{Developed, Reply};
use super::sensor::Sensor;
use super::tone::Tone;
use crate::picture::raster::{Layout, Raster};

/// What the program [`Limits::developer`](crate::picture::Limits::developer) is called with, before
/// the edge that [`develop_raw`] is given.
pub const DEVELOP: &str = "develop-raw";

/// Reads a raw file to its end and writes its picture, for a server that started this process to be
/// rid of the file. `longest_edge` is what is wanted of the picture in pixels; 0 stands for all of it.
///
/// Fails when the pipes break. What is wrong with the file is written as the answer, but damage may
/// also end in a panic.
pub fn develop_raw(
    input: &mut impl Read,
    output: &mut impl Write,
    longest_edge: usize,
) -> io::Result<()> {
    // The decoders would take all processors; the server makes other pictures meanwhile.
    _ = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global();
    let mut file = Vec::new();
    input.read_to_end(&mut file)?;
    let reply = match decode(file) {
        Ok(image) => develop(&image, longest_edge),
        Err(RawlerError::Unsupported { what, make, model, .. }) => {
            let camera = [make.as_str(), &model].join(" ");
            Reply::Unsupported(match camera.trim() {
                "" => what,
                camera => format!("{what} ({camera})"),
            })
        }
        Err(RawlerError::DecoderFailed(reason)) => Reply::Corrupt(reason),
    };
    reply.write(output)?;
    output.flush()
}

fn decode(file: Vec<u8>) -> Result<RawImage, RawlerError> {
    let file = RawSource::new_from_shared_vec(Arc::new(file));
    rawler::get_decoder(&file)?.raw_image(&file, &RawDecodeParams::default(), false)
}

fn develop(image: &RawImage, longest_edge: usize) -> Reply {
    let sensor = match Sensor::of(image) {
        Ok(sensor) => sensor,
        Err(reason) => return Reply::Unsupported(reason.to_owned()),
    };
    let tone = Tone::of(&sensor);
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    let (width, height) = sensor.size();
    let mut pixels = Vec::new();
    let mut add = |row: &[[f32; 3]]| pixels.extend(row.iter().flat_map(|pixel| tone.seen(*pixel)));
    let across = mosaic::block(&sensor, longest_edge);
    let raster = if across > 1 {
        mosaic::blocks(&sensor, across, &mut add);
        (width / across, height / across)
    } else {
        mosaic::whole(&sensor, &mut add);
        (width, height)
    };
    let raster =
        Raster { width: side(raster.0), height: side(raster.1), layout: Layout::Rgb, pixels };
    Reply::Picture(Developed { size: (side(width), side(height)), raster })
}
