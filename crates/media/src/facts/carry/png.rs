//! Into a PNG: chunks right behind its header, and everything else as it was.

use super::super::container::png::{Chunk, MAX_CHUNKS, next};
use super::{Carried, exif, icc};

const XMP: &[u8] = b"XML:com.adobe.xmp\0";
/// Chunks that say what the colours mean.
const COLOURS: &[&[u8; 4]] = &[b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP"];
/// Where older programs keep EXIF and XMP.
const EXIF_PROFILES: &[&[u8]] = &[b"Raw profile type exif\0", b"Raw profile type APP1\0"];
const XMP_PROFILE: &[u8] = b"Raw profile type xmp\0";

/// `None` when the file makes no sense.
pub(super) fn with(file: &[u8], carried: &Carried) -> Option<Vec<u8>> {
    let chunks = chunks(file);
    let header = chunks.first().filter(|chunk| &chunk.kind == b"IHDR")?;
    let ours = ours(carried, &chunks, content(file, header));
    let mut copy = Vec::with_capacity(file.len() + ours.len());
    let mut at = usize::try_from(header.end()).ok()?;
    copy.extend(file.get(..at)?);
    copy.extend(&ours);
    for chunk in &chunks[1..] {
        let end = usize::try_from(chunk.end()).ok()?;
        let content = content(file, chunk);
        let begins_with = |keyword: &&[u8]| content.starts_with(keyword);
        let (is_exif, is_xmp) = match &chunk.kind {
            b"eXIf" => (true, false),
            b"tEXt" | b"zTXt" | b"iTXt" => (
                EXIF_PROFILES.iter().any(begins_with),
                begins_with(&XMP) || begins_with(&XMP_PROFILE),
            ),
            _ => (false, false),
        };
        let upright = || exif::upright(content).filter(|_| &chunk.kind == b"eXIf");
        if (is_exif && carried.exif.is_some()) || (is_xmp && carried.xmp.is_some()) {
            // Ours stands in its place.
        } else if let Some(block) = upright() {
            push(&mut copy, *b"eXIf", &[&block]);
        } else {
            copy.extend(file.get(at..end)?);
        }
        at = end;
    }
    copy.extend(file.get(at..)?);
    Some(copy)
}

/// The chunks that are all there, until the end.
fn chunks(file: &[u8]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut at = 8;
    while let Some(chunk) = next(&mut &*file, at)
        && chunks.len() < MAX_CHUNKS
        && &chunk.kind != b"IEND"
        && chunk.end() <= file.len() as u64
    {
        at = chunk.end();
        chunks.push(chunk);
    }
    chunks
}

fn ours(carried: &Carried, chunks: &[Chunk], header: &[u8]) -> Vec<u8> {
    let mut ours = Vec::new();
    let has_colours = chunks.iter().any(|chunk| COLOURS.contains(&&chunk.kind));
    let channels = match header.get(9) {
        Some(0 | 4) => 1,
        _ => 3,
    };
    // The profile has to stand before palette and pixels.
    if let Some(profile) = &carried.profile
        && !has_colours
        && icc::fits(profile, channels)
    {
        push(&mut ours, *b"iCCP", &[&icc::deflated(profile)]);
    }
    if let Some(block) = &carried.exif {
        push(&mut ours, *b"eXIf", &[block]);
    }
    if let Some(packet) = &carried.xmp {
        // Not compressed, no language, no translated keyword.
        push(&mut ours, *b"iTXt", &[XMP, &[0; 4], packet]);
    }
    ours
}

fn content<'f>(file: &'f [u8], chunk: &Chunk) -> &'f [u8] {
    let from = usize::try_from(chunk.from).unwrap_or(usize::MAX);
    file.get(from..from.saturating_add(chunk.size)).unwrap_or_default()
}

/// Appends a chunk; one that would be too long is left out.
fn push(to: &mut Vec<u8>, kind: [u8; 4], parts: &[&[u8]]) {
    let size: usize = parts.iter().map(|part| part.len()).sum();
    if let Ok(size) = u32::try_from(size) {
        to.extend(size.to_be_bytes());
        let begin = to.len();
        to.extend(kind);
        to.extend(parts.concat());
        let sum = checksum(&to[begin..]);
        to.extend(sum.to_be_bytes());
    }
}

/// CRC-32 of kind and content (PNG specification, annex D). Blocks are small, so bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}
