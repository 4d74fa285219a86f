//! MTS and M2TS: a transport stream of packets (ISO/IEC 13818-1), as AVCHD camcorders write it.
//!
//! There is no header and no index. The first packets have the size of the pictures and what the
//! camera noted; how long the film is, the clocks of its first and last packets say.

use super::super::source::{Bytes, Source};
use super::Blocks;

mod avc;
mod notes;

/// What is looked at of the beginning and of the end, in bytes.
const NEAR: usize = 512 << 10;
/// What is gathered of the pictures, in bytes.
const LONGEST_STREAM: usize = 256 << 10;
const PACKET: usize = 188;
const SYNC: u8 = 0x47;
/// Ticks of the clock in a second, and its size in bits.
const TICKS: f64 = 90_000.0;
const CLOCK_BITS: u32 = 33;

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let mut blocks = Blocks::default();
    // Camcorders put four bytes of time code before each packet.
    let skipped = if source.at(4, 1) == Some(&[SYNC]) { 4 } else { 0 };
    let stride = PACKET + skipped;
    let Some(beginning) = Film::read(source.up_to(0, NEAR), stride, skipped, None) else {
        return blocks;
    };
    let len = source.len().unwrap_or_default();
    let far = len.saturating_sub(NEAR as u64);
    let far = far - far % stride as u64;
    let ending = source.up_to(far, NEAR);
    let ending = Film::read(ending, stride, skipped, Some(beginning.program));
    avc::read(&beginning.stream, &mut blocks);
    if let (Some(first), Some(last)) = (beginning.first, ending.and_then(|it| it.last)) {
        // The clock goes round every day.
        let ticks = last.wrapping_sub(first) & ((1 << CLOCK_BITS) - 1);
        let frame = blocks.clip.frame_rate.map_or(0.0, |rate| 1.0 / rate);
        blocks.clip.duration = Some(ticks as f64 / TICKS + frame);
    }
    blocks
}

/// The pictures in a run of packets.
struct Film {
    /// The number their packets have.
    program: u16,
    /// Clocks of the first and of the latest picture.
    first: Option<u64>,
    last: Option<u64>,
    stream: Vec<u8>,
}

impl Film {
    /// Reads the packets of this number, or of the first that has pictures.
    fn read(bytes: &[u8], stride: usize, skipped: usize, program: Option<u16>) -> Option<Self> {
        let mut film: Option<Self> =
            program.map(|program| Self { program, first: None, last: None, stream: Vec::new() });
        for packet in bytes.chunks_exact(stride).map(|packet| &packet[skipped..]) {
            let Some((program, is_start, payload)) = payload(packet) else { continue };
            let header = is_start.then(|| header(payload)).flatten();
            if film.is_none() && header.is_some() {
                film = Some(Self { program, first: None, last: None, stream: Vec::new() });
            }
            let Some(film) = film.as_mut().filter(|film| film.program == program) else { continue };
            let (clock, content) = header.unwrap_or((None, payload));
            film.first = film.first.or(clock);
            film.last = film.last.max(clock);
            if film.stream.len() < LONGEST_STREAM {
                film.stream.extend(content);
            }
        }
        film
    }
}

/// The number of a packet, whether something begins in it, and its content.
fn payload(packet: &[u8]) -> Option<(u16, bool, &[u8])> {
    let &[SYNC, high, low, control, ref rest @ ..] = packet else { return None };
    let number = u16::from_be_bytes([high & 0x1f, low]);
    let content = match control >> 4 & 3 {
        1 => rest,
        3 => rest.get(1 + usize::from(*rest.first()?)..)?,
        _ => return None,
    };
    Some((number, high & 0x40 != 0, content))
}

/// The clock of a run of pictures that begins here, and its content.
fn header(payload: &[u8]) -> Option<(Option<u64>, &[u8])> {
    let &[0, 0, 1, 0xe0..=0xef, _, _, _, flags, len, ref rest @ ..] = payload else { return None };
    let clock = rest.first_chunk().filter(|_| flags & 0x80 != 0).map(|bytes| clock(*bytes));
    Some((clock, rest.get(usize::from(len)..)?))
}

/// Thirty-three bits in three pieces, each with a mark behind it.
fn clock(bytes: [u8; 5]) -> u64 {
    let whole = bytes.iter().fold(0, |whole, &byte| whole << 8 | u64::from(byte));
    (whole >> 33 & 7) << 30 | (whole >> 17 & 0x7fff) << 15 | whole >> 1 & 0x7fff
}
