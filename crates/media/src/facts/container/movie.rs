//! MP4, MOV, M4V and 3GP: a `moov` box with tracks (ISO/IEC 14496-12; `QuickTime` File Format).
//!
//! Wherever the `moov` box stands, the pixels and the tables of samples are jumped over.

use super::super::source::{Bytes, Fields, Source};
use super::fragments::Fragments;
use super::{Blocks, Turn, quicktime, sony};
use crate::bmff::Atom;

/// More tracks than any real file has.
const MAX_TRACKS: usize = 64;
/// Longer metadata is not read, in bytes.
const LONGEST_PACKET: usize = 4 << 20;
/// Adobe's box for XMP.
pub(super) const XMP: [u8; 16] =
    *b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
/// Seconds from 1904, where these files begin to count, to 1970.
const EPOCH: i64 = 2_082_844_800;

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let mut blocks = Blocks::default();
    let mut notes = None;
    let parts = Atom::FILE.children(source);
    for part in &parts {
        match &part.kind {
            b"moov" => read_movie(source, *part, &parts, &mut blocks),
            b"meta" => notes = notes.or_else(|| sony::notes(source, *part)),
            b"uuid" if blocks.xmp.is_none() => blocks.xmp = xmp(source, *part),
            _ => {}
        }
    }
    if let Some(notes) = notes {
        notes.tell(&mut blocks.clip);
    }
    blocks
}

/// The XMP packet in a box of Adobe's kind.
pub(super) fn xmp(bytes: &mut dyn Bytes, part: Atom) -> Option<Vec<u8>> {
    let is_xmp = part.content(bytes, 16) == XMP;
    is_xmp.then(|| part.behind(16).content(bytes, LONGEST_PACKET).to_vec())
}

/// `beside` are the parts of the file around the movie, among which its fragments may be.
fn read_movie(source: &mut Source<'_>, movie: Atom, beside: &[Atom], blocks: &mut Blocks) {
    let mut tracks = Vec::new();
    let (mut header, mut fragments) = (Times::default(), None);
    for part in movie.children(source) {
        match &part.kind {
            b"mvhd" => header = Times::read(source, part).unwrap_or_default(),
            b"mvex" => fragments = Some(Fragments::read(source, part)),
            b"trak" if tracks.len() < MAX_TRACKS => tracks.push(Track::read(source, part)),
            b"udta" => {
                quicktime::read_user_data(source, part, &mut blocks.clip);
                let packet = part.child(source, *b"XMP_");
                let packet = packet.map(|it| it.content(source, LONGEST_PACKET).to_vec());
                blocks.xmp = blocks.xmp.take().or(packet);
            }
            b"meta" => quicktime::read_keys(source, part, &mut blocks.clip),
            _ => {}
        }
    }
    let clip = &mut blocks.clip;
    clip.created = clip.created.or(header.created.map(|at| (at, "QuickTime:CreateDate")));
    clip.duration = header.seconds();
    let is_shown = |track: &&Track| track.is_video && track.is_enabled;
    let track = tracks.iter().find(is_shown).or(tracks.iter().find(|track| track.is_video));
    if let Some(track) = track {
        blocks.size = track.size;
        blocks.turn = Some(track.turn);
        clip.frame_rate = track.frame_rate();
    }
    let Some(fragments) = fragments else {
        clip.duration = clip.duration.or(track.and_then(|track| track.times.seconds()));
        return;
    };
    let ahead = Times { ticks: fragments.ticks, ..header };
    clip.duration = clip.duration.or(ahead.seconds());
    if let Some(track) = track {
        let scale = track.times.scale;
        clip.frame_rate = clip.frame_rate.or(fragments.frame_rate(track.number, scale));
        clip.duration = clip.duration.or(track.times.seconds());
        if clip.duration.is_none() || clip.frame_rate.is_none() {
            let run = fragments.count(source, beside, track.number);
            let seconds = Times { ticks: run.ticks, ..track.times }.seconds();
            clip.duration = clip.duration.or(seconds);
            clip.frame_rate =
                clip.frame_rate.or(seconds.map(|seconds| run.samples as f64 / seconds));
        }
    }
}

/// What the headers of movies and of media begin with.
#[derive(Debug, Default, Clone, Copy)]
struct Times {
    /// Microseconds since 1970 UTC.
    created: Option<i64>,
    /// Ticks per second.
    scale: u32,
    ticks: u64,
}

impl Times {
    fn read(bytes: &mut dyn Bytes, header: Atom) -> Option<Self> {
        let (version, _) = header.version(bytes)?;
        let width = if version == 1 { 8 } else { 4 };
        let mut fields = Fields(header.behind(4).content(bytes, 28));
        let created = fields.number(width)?;
        let _modified = fields.number(width)?;
        let scale = fields.number32()?;
        let ticks = fields.number(width)?;
        // All ones: unknown.
        let ticks = if ticks == u64::MAX >> (64 - 8 * width) { 0 } else { ticks };
        Some(Self { created: since_1970(created), scale, ticks })
    }

    fn seconds(self) -> Option<f64> {
        (self.scale > 0 && self.ticks > 0).then(|| self.ticks as f64 / f64::from(self.scale))
    }
}

/// Microseconds since 1970 of seconds since 1904; smaller numbers are seconds since 1970, which
/// some write. Nothing was recorded in 1970: who says so did not know.
fn since_1970(seconds: u64) -> Option<i64> {
    let seconds = i64::try_from(seconds).ok()?;
    let seconds = if seconds >= EPOCH { seconds - EPOCH } else { seconds };
    let is_known = seconds >= 365 * 86_400;
    seconds.checked_mul(1_000_000).filter(|_| is_known)
}

/// A track, as far as it is of use.
#[derive(Debug, Default)]
struct Track {
    number: u32,
    is_video: bool,
    is_enabled: bool,
    turn: Turn,
    /// Width and height before turning.
    size: Option<(u32, u32)>,
    times: Times,
    samples: u32,
}

impl Track {
    fn read(source: &mut Source<'_>, part: Atom) -> Self {
        let mut track = Self::default();
        for part in part.children(source) {
            match &part.kind {
                b"tkhd" => track.read_header(source, part).unwrap_or_default(),
                b"mdia" => track.read_media(source, part),
                _ => {}
            }
        }
        track
    }

    fn read_header(&mut self, source: &mut Source<'_>, header: Atom) -> Option<()> {
        let (version, flags) = header.version(source)?;
        self.is_enabled = flags & 1 == 1;
        // Two times, the number, nothing, the duration.
        let (time, times) = if version == 1 { (8, 32) } else { (4, 20) };
        let mut fields = Fields(header.behind(4).content(source, times + 60));
        fields.bytes(2 * time)?;
        self.number = fields.number32()?;
        fields.bytes(4 + time)?;
        let _layer_and_volume = fields.bytes(16)?;
        let mut matrix = [0_i32; 9];
        for number in &mut matrix {
            *number = fields.number32()?.cast_signed();
        }
        self.turn = turn(matrix);
        // Numbers with 16 bits behind the point.
        let (width, height) = (fields.number32()? >> 16, fields.number32()? >> 16);
        self.size = (width > 0 && height > 0).then_some((width, height));
        Some(())
    }

    fn read_media(&mut self, source: &mut Source<'_>, media: Atom) {
        for part in media.children(source) {
            match &part.kind {
                b"mdhd" => self.times = Times::read(source, part).unwrap_or_default(),
                b"hdlr" => self.is_video = part.behind(8).content(source, 4) == b"vide",
                b"minf" if self.is_video => {
                    let tables = part.child(source, *b"stbl").map(|it| it.children(source));
                    for table in tables.unwrap_or_default() {
                        self.read_table(source, table);
                    }
                }
                _ => {}
            }
        }
    }

    fn read_table(&mut self, source: &mut Source<'_>, table: Atom) {
        let mut fields = Fields(table.behind(4).content(source, 64));
        match &table.kind {
            // One size for all samples, then how many there are.
            b"stsz" | b"stz2" => {
                self.samples = fields.number(4).and(fields.number32()).unwrap_or_default();
            }
            // A list whose first entry says how large the encoded frames are.
            b"stsd" if self.size.is_none() => {
                let sides = fields.bytes(4 + 8 + 24).and(fields.number(2).zip(fields.number(2)));
                self.size = sides
                    .and_then(|(width, height)| {
                        Some((u32::try_from(width).ok()?, u32::try_from(height).ok()?))
                    })
                    .filter(|&(width, height)| width > 0 && height > 0);
            }
            _ => {}
        }
    }

    fn frame_rate(&self) -> Option<f64> {
        let seconds = self.times.seconds()?;
        (self.samples > 0).then(|| f64::from(self.samples) / seconds)
    }
}

/// What the left upper corner of a matrix does, if that is a turn by quarters.
fn turn(matrix: [i32; 9]) -> Turn {
    let [across, down, _, back, up, ..] = matrix.map(i32::signum);
    let orientation = match (across, down, back, up) {
        (-1, 0, 0, 1) => 2,
        (-1, 0, 0, -1) => 3,
        (1, 0, 0, -1) => 4,
        (0, 1, 1, 0) => 5,
        (0, 1, -1, 0) => 6,
        (0, -1, -1, 0) => 7,
        (0, -1, 1, 0) => 8,
        _ => 1,
    };
    Turn::of_orientation(orientation).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_is_a_turn() {
        let one = 0x1_0000;
        let turn_of =
            |[a, b, c, d]: [i32; 4]| turn([a, b, 0, c, d, 0, 0, 0, 1 << 30]).orientation();
        assert_eq!(turn_of([one, 0, 0, one]), 1);
        assert_eq!(turn_of([0, one, -one, 0]), 6);
        assert_eq!(turn_of([-one, 0, 0, -one]), 3);
        assert_eq!(turn_of([0, -one, one, 0]), 8);
        assert_eq!(turn_of([one, one, 0, 0]), 1);
    }

    #[test]
    fn seconds_are_counted_from_two_epochs() {
        assert_eq!(since_1970(0), None);
        assert_eq!(since_1970(2_082_844_800), None);
        assert_eq!(since_1970(2_082_844_800 + 1_700_000_000), Some(1_700_000_000_000_000));
        assert_eq!(since_1970(1_700_000_000), Some(1_700_000_000_000_000));
        assert_eq!(since_1970(u64::MAX), None);
    }
}
