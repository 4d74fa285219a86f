//! MKV and `WebM`: elements in elements (RFC 8794 for EBML, RFC 9559 for Matroska).

use super::super::source::{Bytes, Source};
use super::super::text;
use super::clip::{Clip, Spot, Word};
use super::{Blocks, Turn, iso6709};

/// More elements than stand side by side, before the pixels and behind them.
const MAX_ELEMENTS: usize = 4_096;
/// Texts are cut here, in bytes.
const LONGEST_TEXT: usize = 64 << 10;
/// Nanoseconds of a tick where nothing is said.
const TICK: u64 = 1_000_000;
/// Seconds from 1970 to 2001, where Matroska begins to count.
const EPOCH: i64 = 978_307_200;

const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114d_9b74;
const SEEK: u32 = 0x4dbb;
const SEEK_ID: u32 = 0x53ab;
const SEEK_POSITION: u32 = 0x53ac;
const INFO: u32 = 0x1549_a966;
const TIMESTAMP_SCALE: u32 = 0x002a_d7b1;
const DURATION: u32 = 0x4489;
const DATE_UTC: u32 = 0x4461;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK_ENTRY: u32 = 0xae;
const TRACK_TYPE: u32 = 0x83;
const DEFAULT_DURATION: u32 = 0x0023_e383;
const VIDEO: u32 = 0xe0;
const PIXEL_WIDTH: u32 = 0xb0;
const PIXEL_HEIGHT: u32 = 0xba;
const PROJECTION: u32 = 0x7670;
const PROJECTION_ROLL: u32 = 0x7675;
const CLUSTER: u32 = 0x1f43_b675;
const TAGS: u32 = 0x1254_c367;
const TAG: u32 = 0x7373;
const TARGETS: u32 = 0x63c0;
const TRACK_UID: u32 = 0x63c5;
const SIMPLE_TAG: u32 = 0x67c8;
const TAG_NAME: u32 = 0x45a3;
const TAG_STRING: u32 = 0x4487;
const FILM: u64 = 1;

/// The texts of use.
const NAMES: &[(&str, Word, &str)] = &[
    ("COM.APPLE.QUICKTIME.CREATIONDATE", Word::Created, "Matroska:CreationDate"),
    ("DATE_RECORDED", Word::Created, "Matroska:DateRecorded"),
    ("COM.APPLE.QUICKTIME.MAKE", Word::Make, "Matroska:Make"),
    ("COM.APPLE.QUICKTIME.MODEL", Word::Model, "Matroska:Model"),
    ("DESCRIPTION", Word::Description, "Matroska:Description"),
];
const PLACES: &[&str] = &["COM.APPLE.QUICKTIME.LOCATION.ISO6709", "LOCATION"];

/// An element, or a list of them.
#[derive(Debug, Clone, Copy)]
struct Element {
    id: u32,
    from: u64,
    end: u64,
}

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let mut blocks = Blocks::default();
    let file = Element { id: 0, from: 0, end: u64::MAX };
    let Some(segment) = file.child(source, SEGMENT) else { return blocks };
    let mut tags = None;
    for part in segment.children(source, Some(CLUSTER)) {
        match part.id {
            SEEK_HEAD => tags = tags.or(part.place_of_tags(source)),
            INFO => read_info(source, part, &mut blocks.clip),
            TRACKS => read_tracks(source, part, &mut blocks),
            TAGS => read_tags(source, part, &mut blocks.clip),
            _ => {}
        }
    }
    // Behind the pixels, where the list at the beginning says.
    let behind = tags.and_then(|at| next(source, segment.from.checked_add(at)?, segment.end));
    if let Some(part) = behind.filter(|part| part.id == TAGS) {
        read_tags(source, part, &mut blocks.clip);
    }
    blocks
}

impl Element {
    /// The elements inside, until the first thing that is none, or one of this kind.
    fn children(self, bytes: &mut dyn Bytes, until: Option<u32>) -> Vec<Self> {
        let mut children = Vec::new();
        let mut at = self.from;
        while at < self.end && children.len() < MAX_ELEMENTS {
            let Some(child) = next(bytes, at, self.end) else { break };
            if Some(child.id) == until {
                break;
            }
            children.push(child);
            at = child.end;
        }
        children
    }

    fn child(self, bytes: &mut dyn Bytes, id: u32) -> Option<Self> {
        self.children(bytes, None).into_iter().find(|child| child.id == id)
    }

    /// Its content, if that has at most eight bytes.
    fn short<'a>(&self, bytes: &'a mut dyn Bytes) -> Option<&'a [u8]> {
        let size = usize::try_from(self.end - self.from).ok().filter(|size| *size <= 8)?;
        bytes.at(self.from, size)
    }

    fn number(&self, bytes: &mut dyn Bytes) -> Option<u64> {
        let number = self.short(bytes)?;
        Some(number.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn float(&self, bytes: &mut dyn Bytes) -> Option<f64> {
        let number = self.short(bytes)?;
        let single = || number.try_into().ok().map(f32::from_be_bytes).map(f64::from);
        number.try_into().ok().map(f64::from_be_bytes).or_else(single)
    }

    fn text(&self, bytes: &mut dyn Bytes) -> Option<String> {
        let size = usize::try_from(self.end - self.from).unwrap_or(usize::MAX).min(LONGEST_TEXT);
        text::presentable(&text::decode(text::before_nul(bytes.up_to(self.from, size))))
    }

    /// Where in the segment the tags are, as a list of what is where says.
    fn place_of_tags(self, bytes: &mut dyn Bytes) -> Option<u64> {
        self.children(bytes, None).into_iter().filter(|seek| seek.id == SEEK).find_map(|seek| {
            let id = seek.child(bytes, SEEK_ID)?.number(bytes)?;
            let at = seek.child(bytes, SEEK_POSITION)?.number(bytes)?;
            (id == u64::from(TAGS)).then_some(at)
        })
    }
}

/// The element at `at`, in something that ends at `end`.
fn next(bytes: &mut dyn Bytes, at: u64, end: u64) -> Option<Element> {
    let head = bytes.up_to(at, 12);
    let (id, id_len) = number(head, 4)?;
    let (size, size_len) = number(head.get(id_len..)?, 8)?;
    let from = at + (id_len + size_len) as u64;
    // The marker of the length is part of an id and not of a size.
    let marker = |len: usize| 1_u64 << (7 * len);
    let id = u32::try_from(id | marker(id_len)).ok()?;
    let is_unknown = size == marker(size_len) - 1;
    let size = if is_unknown { u64::MAX } else { size };
    (from <= end).then(|| Element { id, from, end: from.saturating_add(size).min(end) })
}

/// A number that begins with its length, without that; and the length.
fn number(bytes: &[u8], longest: usize) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let len = first.leading_zeros() as usize + 1;
    let rest = bytes.get(1..len).filter(|_| len <= longest)?;
    let first = u64::from(first) & ((1 << (8 - len)) - 1);
    Some((rest.iter().fold(first, |number, &byte| number << 8 | u64::from(byte)), len))
}

fn read_info(bytes: &mut dyn Bytes, info: Element, clip: &mut Clip) {
    let (mut tick, mut ticks) = (TICK, None);
    for part in info.children(bytes, None) {
        match part.id {
            TIMESTAMP_SCALE => tick = part.number(bytes).unwrap_or(TICK),
            DURATION => ticks = part.float(bytes),
            DATE_UTC => {
                let micros = part.number(bytes).map(|nanos| nanos.cast_signed() / 1_000);
                let since_1970 = micros.and_then(|micros| micros.checked_add(EPOCH * 1_000_000));
                clip.created = since_1970.map(|at| (at, "Matroska:DateTimeOriginal"));
            }
            _ => {}
        }
    }
    clip.duration = ticks.map(|ticks| ticks * tick as f64 / 1e9);
}

fn read_tracks(bytes: &mut dyn Bytes, tracks: Element, blocks: &mut Blocks) {
    for track in tracks.children(bytes, None) {
        let parts = track.children(bytes, None);
        let part = |id| parts.iter().copied().find(|part| part.id == id);
        let kind = part(TRACK_TYPE).and_then(|kind| kind.number(bytes));
        let Some(video) = part(VIDEO).filter(|_| kind == Some(FILM) && track.id == TRACK_ENTRY)
        else {
            continue;
        };
        let frame = part(DEFAULT_DURATION).and_then(|nanos| nanos.number(bytes));
        blocks.clip.frame_rate = frame.filter(|nanos| *nanos > 0).map(|nanos| 1e9 / nanos as f64);
        let mut side = |id| u32::try_from(video.child(bytes, id)?.number(bytes)?).ok();
        blocks.size = side(PIXEL_WIDTH).zip(side(PIXEL_HEIGHT));
        let projection = video.child(bytes, PROJECTION);
        let roll = projection.and_then(|it| it.child(bytes, PROJECTION_ROLL)?.float(bytes));
        blocks.turn = Some(turn(roll.unwrap_or(0.0)));
        return;
    }
}

/// A roll in degrees, against the clock.
fn turn(roll: f64) -> Turn {
    let quarters = (roll / 90.0).round();
    let is_turn = (roll - quarters * 90.0).abs() < 1.0 && quarters.abs() <= 4.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 3")]
    let quarters = if is_turn { quarters.rem_euclid(4.0) as u8 } else { 0 };
    Turn::default().anticlockwise(quarters)
}

fn read_tags(bytes: &mut dyn Bytes, tags: Element, clip: &mut Clip) {
    for tag in tags.children(bytes, None).into_iter().filter(|tag| tag.id == TAG) {
        let parts = tag.children(bytes, None);
        // Of a single track, such as its language.
        let targets = parts.iter().copied().find(|part| part.id == TARGETS);
        if targets.is_some_and(|targets| targets.child(bytes, TRACK_UID).is_some()) {
            continue;
        }
        for simple in parts.into_iter().filter(|part| part.id == SIMPLE_TAG) {
            let name = simple.child(bytes, TAG_NAME).and_then(|name| name.text(bytes));
            let value = simple.child(bytes, TAG_STRING).and_then(|value| value.text(bytes));
            if let (Some(name), Some(value)) = (name, value) {
                take(clip, &name, value);
            }
        }
    }
}

fn take(clip: &mut Clip, name: &str, value: String) {
    let known = NAMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
    if let Some(&(_, word, tag)) = known {
        clip.say(word, value, tag);
    } else if PLACES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        let spot = iso6709::parse(&value).map(|(latitude, longitude, altitude)| Spot {
            latitude,
            longitude,
            altitude,
            tag: "Matroska:Location",
        });
        clip.spot = clip.spot.or(spot);
    }
}
