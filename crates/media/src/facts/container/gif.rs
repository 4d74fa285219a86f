//! GIF: the header and the extensions around the frames (specification version 89a).

use super::super::source::{Bytes, Source, piece};
use super::super::text;
use super::{Blocks, Comment};

/// More blocks than are looked at; an animation may have that many frames.
const MAX_BLOCKS: usize = 1_024;
/// Longer packets and comments are cut.
const LONGEST_BLOCK: usize = 1 << 20;

/// XMP is not kept in sub-blocks but stands there as it is, followed by bytes that lead a reader
/// of sub-blocks, wherever it is, to the end (XMP specification part 3, section 1.1.2).
const XMP: &[u8] = b"\x0bXMP DataXMP";

pub(super) fn walk(source: &mut Source<'_>) -> Blocks {
    let mut blocks = Blocks::default();
    let head = source.up_to(0, 13);
    if !head.starts_with(b"GIF87a") && !head.starts_with(b"GIF89a") {
        return blocks;
    }
    let side = |at| piece::le16(head, at).map(u32::from);
    blocks.size = side(6).zip(side(8));
    let Some(&flags) = head.get(10) else { return blocks };
    let palette = if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 13 + palette;
    let mut is_first_packet = true;
    for _ in 0..MAX_BLOCKS {
        let Some(&[kind, label]) = source.at(at, 2) else { break };
        if kind == 0x2c {
            let Some(end) = frame(source, at) else { break };
            at = end;
            continue;
        }
        if kind != 0x21 {
            break;
        }
        at += 2;
        if label == 0xff && is_first_packet && source.at(at, XMP.len()) == Some(XMP) {
            is_first_packet = false;
            blocks.xmp = packet(source.up_to(at + XMP.len() as u64, LONGEST_BLOCK));
        }
        let (content, end) = sub_blocks(source, at, label == 0xfe);
        if label == 0xfe && blocks.comment.is_none() {
            blocks.comment = text::presentable(&text::decode(&content))
                .map(|text| Comment { text, tag: "GIF:Comment" });
        }
        let Some(end) = end else { break };
        at = end;
    }
    blocks
}

/// The place behind the frame that begins at `at`; its pixels are stepped over.
fn frame(source: &mut Source<'_>, at: u64) -> Option<u64> {
    let flags = *source.at(at, 10)?.last()?;
    let palette = if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    sub_blocks(source, at + 11 + palette, false).1
}

/// What stands before the byte 1, with which the trailer begins and which XML cannot contain.
fn packet(bytes: &[u8]) -> Option<Vec<u8>> {
    let end = bytes.iter().position(|&byte| byte == 1)?;
    Some(bytes[..end].to_vec())
}

/// The bytes of a chain of sub-blocks, if wanted, and the place behind it.
fn sub_blocks(source: &mut Source<'_>, mut at: u64, is_wanted: bool) -> (Vec<u8>, Option<u64>) {
    let mut content = Vec::new();
    for _ in 0..LONGEST_BLOCK / 255 {
        let Some(&[size]) = source.at(at, 1) else { return (content, None) };
        if size == 0 {
            return (content, Some(at + 1));
        }
        if is_wanted {
            content.extend(source.up_to(at + 1, size.into()));
        }
        at += 1 + u64::from(size);
    }
    (content, None)
}
