//! What travels of an EXIF block: its values, copied into a new block.
//!
//! A copy of the whole block would take along whatever lies between the directories, so only
//! values that an entry names are copied.

use super::super::exif::{APPLE, EXIF_POINTER, GPS_POINTER, MAKER_NOTE};
use super::super::source::Bytes;
use super::super::tiff::{self, Entry, Order};
use super::{Carried, xmp};

const ORIENTATION: u16 = 0x0112;
const XMP_PACKET: u16 = 0x02bc;
const PROFILE: u16 = 0x8773;
const SHORT: u16 = 3;
const LONG: u16 = 4;

/// Of the first directory only what is said of the shot: in a TIFF it describes the pixels too.
/// From 0x829a on these belong into the second directory, but raws keep them here (TIFF/EP).
const OF_THE_SHOT: &[u16] = &[
    0x010e, 0x010f, 0x0110, 0x011a, 0x011b, 0x0128, 0x0131, 0x0132, 0x013b, 0x013c, 0x4746, 0x4749,
    0x8298, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f, 0x829a, 0x829d, 0x8822, 0x8827, 0x9003, 0x9004,
    0x9204, 0x920a, 0x9291,
];
/// Of the second directory all but these, which are of the original's own pixels and file: colour
/// space, size, sound, a pointer.
const OF_THE_FILE: &[u16] = &[0xa001, 0xa002, 0xa003, 0xa004, 0xa005];

/// Longer values are not facts: previews, private data.
const LONGEST_VALUE: u64 = 16 << 10;
/// A segment of a JPEG holds 65,533 bytes, the block's six first ones included.
const LONGEST_BLOCK: usize = 65_000;
const LONGEST_PACKET: u64 = 4 << 20;

/// A line of a directory with its value.
struct Line {
    tag: u16,
    kind: u16,
    count: u32,
    value: Vec<u8>,
}

/// What travels of a block, or of a whole file that is one.
pub(super) fn carried(bytes: &mut dyn Bytes) -> Carried {
    let mut carried = Carried::default();
    let Some((order, first)) = tiff::header(bytes) else { return carried };
    let (mut main, mut shot, mut gps) = (Vec::new(), Vec::new(), Vec::new());
    for entry in tiff::entries(bytes, order, first) {
        let target = u64::from(entry.offset());
        match entry.tag {
            EXIF_POINTER if shot.is_empty() => shot = lines(bytes, order, target, is_of_the_shot),
            GPS_POINTER if gps.is_empty() => gps = lines(bytes, order, target, |_, _| true),
            XMP_PACKET if carried.xmp.is_none() => {
                carried.xmp =
                    entry.whole(bytes, LONGEST_PACKET).and_then(|packet| xmp::carried(&packet));
            }
            PROFILE if carried.profile.is_none() => {
                carried.profile = entry.whole(bytes, LONGEST_PACKET);
            }
            tag if OF_THE_SHOT.contains(&tag) => main.extend(line(bytes, &entry)),
            _ => {}
        }
    }
    if !(main.is_empty() && shot.is_empty() && gps.is_empty()) {
        carried.exif = Some(block(order, main, shot, gps));
    }
    carried
}

/// Offsets in Apple's notes count from their own start; other makers' would point nowhere.
fn is_of_the_shot(bytes: &mut dyn Bytes, entry: &Entry) -> bool {
    match entry.tag {
        MAKER_NOTE => entry.starts_with(bytes, APPLE),
        tag => !OF_THE_FILE.contains(&tag),
    }
}

fn lines(
    bytes: &mut dyn Bytes,
    order: Order,
    at: u64,
    is_wanted: fn(&mut dyn Bytes, &Entry) -> bool,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for entry in tiff::entries(bytes, order, at) {
        if is_wanted(bytes, &entry) {
            lines.extend(line(bytes, &entry));
        }
    }
    lines
}

fn line(bytes: &mut dyn Bytes, entry: &Entry) -> Option<Line> {
    let (kind, count) = entry.shape();
    let value = entry.whole(bytes, LONGEST_VALUE)?;
    Some(Line { tag: entry.tag, kind, count, value })
}

/// A new block: first directory, then the second, then GPS. Lines that would make it too long are
/// left out.
fn block(order: Order, mut main: Vec<Line>, mut shot: Vec<Line>, mut gps: Vec<Line>) -> Vec<u8> {
    let mut room = LONGEST_BLOCK;
    for lines in [&mut main, &mut gps, &mut shot] {
        lines.retain(|line| match room.checked_sub(12 + line.value.len().next_multiple_of(2)) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        });
    }
    main.push(number(order, ORIENTATION, SHORT, 1));
    let pointers = [(EXIF_POINTER, &shot), (GPS_POINTER, &gps)];
    // The length does not depend on where the pointers point.
    let mut target =
        8 + length(&main) + 12 * pointers.iter().filter(|(_, to)| !to.is_empty()).count();
    for (tag, to) in pointers {
        if !to.is_empty() {
            main.push(number(order, tag, LONG, u32::try_from(target).unwrap_or_default()));
            target += length(to);
        }
    }
    let mut block = match order {
        Order::Little => b"II".to_vec(),
        Order::Big => b"MM".to_vec(),
    };
    block.extend(order.write16(42));
    block.extend(order.write32(8));
    for lines in [main, shot, gps] {
        if !lines.is_empty() {
            write(&mut block, order, lines);
        }
    }
    block
}

fn number(order: Order, tag: u16, kind: u16, number: u32) -> Line {
    let value = match kind {
        SHORT => order.write16(u16::try_from(number).unwrap_or_default()).to_vec(),
        _ => order.write32(number).to_vec(),
    };
    Line { tag, kind, count: 1, value }
}

/// Bytes of a directory: number of lines, lines, pointer to the next, values that do not fit into
/// their line.
fn length(lines: &[Line]) -> usize {
    let outside = |line: &Line| match line.value.len() {
        0..=4 => 0,
        size => size.next_multiple_of(2),
    };
    2 + 12 * lines.len() + 4 + lines.iter().map(outside).sum::<usize>()
}

fn write(block: &mut Vec<u8>, order: Order, mut lines: Vec<Line>) {
    lines.sort_by_key(|line| line.tag);
    let mut values = Vec::new();
    let behind = block.len() + 2 + 12 * lines.len() + 4;
    block.extend(order.write16(u16::try_from(lines.len()).unwrap_or_default()));
    for line in lines {
        block.extend(order.write16(line.tag));
        block.extend(order.write16(line.kind));
        block.extend(order.write32(line.count));
        if line.value.len() <= 4 {
            let mut slot = [0; 4];
            slot[..line.value.len()].copy_from_slice(&line.value);
            block.extend(slot);
        } else {
            let at = behind + values.len();
            block.extend(order.write32(u32::try_from(at).unwrap_or_default()));
            values.extend(&line.value);
            values.resize(values.len().next_multiple_of(2), 0);
        }
    }
    // There is no next directory: that would be the thumbnail.
    block.extend([0; 4]);
    block.extend(values);
}

/// The same block, upright; `None` when it is that already.
pub(super) fn upright(block: &[u8]) -> Option<Vec<u8>> {
    let (order, first) = tiff::header(&mut &*block)?;
    let index = tiff::entries(&mut &*block, order, first)
        .iter()
        .position(|entry| entry.tag == ORIENTATION)?;
    let at = usize::try_from(first).ok()? + 2 + 12 * index + 2;
    let upright =
        [order.write16(SHORT).as_slice(), &order.write32(1), &order.write16(1), &[0, 0]].concat();
    let mut copy = block.to_vec();
    copy.get_mut(at..at + upright.len())?.copy_from_slice(&upright);
    (copy != block).then_some(copy)
}
