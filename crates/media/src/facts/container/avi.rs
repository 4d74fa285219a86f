//! AVI: RIFF chunks in lists (Microsoft's "AVI RIFF File Reference", `OpenDML`).

use super::super::source::{Bytes, Source, piece};
use super::super::text;
use super::Blocks;
use super::clip::{Clip, Word};

/// More chunks than stand side by side in any real file.
const MAX_CHUNKS: usize = 4_096;
const MAX_STREAMS: usize = 64;
/// Longer metadata is not read, in bytes.
const LONGEST_CHUNK: usize = 4 << 20;
/// Texts are cut here, in bytes.
const LONGEST_TEXT: usize = 64 << 10;

/// A chunk, or the content of a list.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    kind: [u8; 4],
    from: u64,
    end: u64,
}

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let mut blocks = Blocks::default();
    let size = source.at(4, 4).and_then(|size| piece::le32(size, 0)).unwrap_or_default();
    let file = Chunk { kind: *b"AVI ", from: 12, end: 8 + u64::from(size) };
    for part in file.children(source) {
        match &part.kind {
            b"hdrl" => read_header(source, part, &mut blocks),
            b"INFO" | b"exif" => read_texts(source, part, &mut blocks.clip),
            b"IDIT" => take(source, part, &mut blocks.clip),
            b"_PMX" => blocks.xmp = Some(part.content(source, LONGEST_CHUNK).to_vec()),
            _ => {}
        }
    }
    blocks
}

impl Chunk {
    fn content<'a>(&self, bytes: &'a mut dyn Bytes, longest: usize) -> &'a [u8] {
        let size = usize::try_from(self.end - self.from).unwrap_or(usize::MAX);
        bytes.up_to(self.from, size.min(longest))
    }

    /// The chunks inside; a list is called by the name it gives itself.
    fn children(self, bytes: &mut dyn Bytes) -> Vec<Self> {
        let mut children = Vec::new();
        let mut at = self.from;
        while at < self.end && children.len() < MAX_CHUNKS {
            let head = bytes.up_to(at, 12);
            let (Some(kind), Some(size)) = (head.first_chunk::<4>(), piece::le32(head, 4)) else {
                break;
            };
            let is_list = kind == b"LIST" || kind == b"RIFF";
            let kind = if is_list {
                piece::of(head, 8, 4).and_then(<[u8]>::first_chunk)
            } else {
                Some(kind)
            };
            let Some(&kind) = kind else { break };
            let end = at.saturating_add(8 + u64::from(size)).min(self.end);
            let from = (at + if is_list { 12 } else { 8 }).min(end);
            children.push(Self { kind, from, end });
            at = at.saturating_add(8 + u64::from(size).next_multiple_of(2));
        }
        children
    }
}

/// Size and speed, and of the first stream of pictures how many there are.
fn read_header(bytes: &mut dyn Bytes, header: Chunk, blocks: &mut Blocks) {
    let mut streams = 0;
    for part in header.children(bytes) {
        match &part.kind {
            b"avih" => {
                let main = part.content(bytes, 56);
                let number = |at| piece::le32(main, at);
                blocks.size = number(32).zip(number(36));
                let micros = number(0).filter(|micros| *micros > 0).map(f64::from);
                blocks.clip.frame_rate = micros.map(|micros| 1e6 / micros);
                let frames = number(16).map(f64::from);
                blocks.clip.duration = micros.zip(frames).map(|(each, count)| each * count / 1e6);
            }
            b"strl" if streams < MAX_STREAMS => {
                streams += 1;
                if let Some(head) = part.children(bytes).into_iter().find(|it| &it.kind == b"strh")
                {
                    read_stream(head.content(bytes, 56), &mut blocks.clip);
                }
            }
            b"IDIT" => take(bytes, part, &mut blocks.clip),
            _ => {}
        }
    }
}

/// A stream of pictures has so many units per so many seconds.
fn read_stream(head: &[u8], clip: &mut Clip) {
    let number = |at| piece::le32(head, at).map(f64::from).filter(|number| *number > 0.0);
    if !head.starts_with(b"vids") {
        return;
    }
    if let (Some(scale), Some(rate)) = (number(20), number(24)) {
        clip.frame_rate = Some(rate / scale);
        clip.duration = number(32).map(|count| count * scale / rate).or(clip.duration);
    }
}

fn read_texts(bytes: &mut dyn Bytes, list: Chunk, clip: &mut Clip) {
    for part in list.children(bytes) {
        take(bytes, part, clip);
    }
}

fn take(bytes: &mut dyn Bytes, part: Chunk, clip: &mut Clip) {
    let (word, tag) = match &part.kind {
        b"IDIT" => (Word::Created, "RIFF:DateTimeOriginal"),
        b"ICRD" => (Word::Created, "RIFF:DateCreated"),
        b"ecor" => (Word::Make, "RIFF:Make"),
        b"emdl" => (Word::Model, "RIFF:Model"),
        b"ISBJ" => (Word::Description, "RIFF:Subject"),
        _ => return,
    };
    let content = text::before_nul(part.content(bytes, LONGEST_TEXT));
    if let Some(text) = text::presentable(&text::decode(content)) {
        clip.say(word, if word == Word::Created { spelled(&text) } else { text }, tag);
    }
}

/// `Mon Mar 10 15:04:43 2003`, as C prints dates, in the order that all other dates have.
fn spelled(text: &str) -> String {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [_weekday, month, day, time, year] = words[..] else { return text.to_owned() };
    let lower = month.to_ascii_lowercase();
    let place =
        MONTHS.to_ascii_lowercase().find(&lower).filter(|at| at % 3 == 0 && lower.len() == 3);
    match place {
        Some(place) => format!("{year}:{:02}:{day:0>2} {time}", place / 3 + 1),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_spelled_in_two_ways() {
        assert_eq!(spelled("Mon Mar 10 15:04:43 2003"), "2003:03:10 15:04:43");
        assert_eq!(spelled("SAT DEC  6 10:01:02 2008"), "2008:12:06 10:01:02");
        assert_eq!(spelled("2008:12:06 10:01:02"), "2008:12:06 10:01:02");
        assert_eq!(spelled("a anF 6 10:01:02 2008"), "a anF 6 10:01:02 2008");
    }
}
