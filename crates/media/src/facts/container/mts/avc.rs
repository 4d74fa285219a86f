//! H.264: the size of the pictures (ITU-T H.264, section 7.3.2.1.1), and where the notes lie.

use super::super::Blocks;
use super::notes;

/// Parts that are looked at.
const MAX_PARTS: usize = 64;
/// Chroma formats and depths follow for these profiles.
const HIGH_PROFILES: [u32; 4] = [100, 110, 122, 244];

/// Reads the parts of a stream until size and notes are known.
pub(super) fn read(stream: &[u8], blocks: &mut Blocks) {
    let starts = memchr::memmem::find_iter(stream, b"\0\0\x01").take(MAX_PARTS);
    let mut are_noted = false;
    for start in starts {
        let part = &stream[start + 3..];
        let Some((head, content)) = part.split_first() else { break };
        match head & 0x1f {
            7 if blocks.size.is_none() => {
                if let Some(pictures) = pictures(&unescaped(content)) {
                    blocks.size = Some(pictures.size);
                    blocks.clip.frame_rate = pictures.rate;
                }
            }
            6 if !are_noted => are_noted = notes::read(&unescaped(content), &mut blocks.clip),
            _ => {}
        }
    }
}

/// A part, up to the next one, without the bytes that keep it from looking like two.
fn unescaped(part: &[u8]) -> Vec<u8> {
    let end = memchr::memmem::find(part, b"\0\0\x01").unwrap_or(part.len()).min(4_096);
    let mut content = Vec::with_capacity(end);
    let mut zeros = 0;
    for &byte in &part[..end] {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        content.push(byte);
    }
    content
}

struct Pictures {
    size: (u32, u32),
    rate: Option<f64>,
}

/// Bits, the high one first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Option<u32> {
        let mut number = 0;
        for _ in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            number = number << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(number)
    }

    fn flag(&mut self) -> Option<bool> {
        Some(self.take(1)? == 1)
    }

    /// A number whose length the zeros before it say.
    fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        let rest = if zeros < 32 { self.take(zeros)? } else { return None };
        ((1_u32 << zeros) - 1).checked_add(rest)
    }

    fn skip_golombs(&mut self, count: u32) -> Option<()> {
        (0..count).try_for_each(|_| self.golomb().map(|_| ()))
    }
}

/// Sides beyond these are damage.
const LONGEST_SIDE: u32 = 16_384;

fn pictures(parameters: &[u8]) -> Option<Pictures> {
    let bits = &mut Bits { bytes: parameters, at: 0 };
    let profile = bits.take(8)?;
    bits.take(16)?;
    bits.golomb()?;
    let mut chroma = 1;
    if HIGH_PROFILES.contains(&profile) {
        chroma = bits.golomb()?;
        if chroma == 3 {
            bits.take(1)?;
        }
        bits.skip_golombs(2)?;
        bits.take(1)?;
        if bits.flag()? {
            for list in 0..if chroma == 3 { 12 } else { 8 } {
                if bits.flag()? {
                    skip_scaling(bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    bits.golomb()?;
    match bits.golomb()? {
        0 => bits.skip_golombs(1)?,
        1 => {
            bits.take(1)?;
            bits.skip_golombs(2)?;
            let count = bits.golomb()?;
            bits.skip_golombs(count.min(255))?;
        }
        _ => {}
    }
    bits.golomb()?;
    bits.take(1)?;
    let across = bits.golomb()?.checked_add(1)?;
    let down = bits.golomb()?.checked_add(1)?;
    let is_whole_frames = bits.flag()?;
    if !is_whole_frames {
        bits.take(1)?;
    }
    bits.take(1)?;
    let fields = if is_whole_frames { 1 } else { 2 };
    let (mut width, mut height) = (across.checked_mul(16)?, down.checked_mul(16 * fields)?);
    if bits.flag()? {
        let (x, y) = (if matches!(chroma, 1 | 2) { 2 } else { 1 }, if chroma == 1 { 2 } else { 1 });
        let mut cut = |unit: u32| bits.golomb()?.checked_add(bits.golomb()?)?.checked_mul(unit);
        width = width.checked_sub(cut(x)?)?;
        height = height.checked_sub(cut(y * fields)?)?;
    }
    let is_size = |side: u32| (1..=LONGEST_SIDE).contains(&side);
    let rate = rate(bits);
    (is_size(width) && is_size(height)).then_some(Pictures { size: (width, height), rate })
}

fn skip_scaling(bits: &mut Bits<'_>, count: u32) -> Option<()> {
    let (mut last, mut next) = (8_i64, 8_i64);
    for _ in 0..count {
        if next != 0 {
            let code = i64::from(bits.golomb()?);
            let delta = if code % 2 == 1 { (code + 1) / 2 } else { -code / 2 };
            next = (last + delta + 256) % 256;
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

/// Frames per second; two fields make one.
fn rate(bits: &mut Bits<'_>) -> Option<f64> {
    if !bits.flag()? {
        return None;
    }
    if bits.flag()? && bits.take(8)? == 255 {
        bits.take(32)?;
    }
    if bits.flag()? {
        bits.take(1)?;
    }
    if bits.flag()? {
        bits.take(4)?;
        if bits.flag()? {
            bits.take(24)?;
        }
    }
    if bits.flag()? {
        bits.skip_golombs(2)?;
    }
    if !bits.flag()? {
        return None;
    }
    let (unit, scale) = (bits.take(32)?, bits.take(32)?);
    (unit > 0 && scale > 0).then(|| f64::from(scale) / f64::from(unit) / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_camcorder_is_1080_lines_high() {
        // High profile, level 4, 120 × 34 macroblocks of fields, eight lines cut off.
        let bits = [
            "01100100",
            "00000000",
            "00101000",
            "1",
            "010",
            "1",
            "1",
            "0",
            "0",
            "1",
            "1",
            "1",
            "1",
            "0",
            "0000001111000",
            "00000100010",
            "0",
            "0",
            "1",
            "1",
            "1",
            "1",
            "1",
            "011",
            "0",
        ]
        .concat();
        let bits: Vec<u8> = bits.bytes().map(|bit| bit - b'0').collect();
        let byte = |bits: &[u8]| (0..8).fold(0, |byte, at| byte << 1 | bits.get(at).unwrap_or(&0));
        let parameters: Vec<u8> = bits.chunks(8).map(byte).collect();
        assert_eq!(pictures(&parameters).unwrap().size, (1920, 1080));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            pictures(&unescaped(&bytes));
            let mut blocks = Blocks::default();
            read(&[b"\0\0\x01\x67d\0\x28\0\0\x01\x06".as_slice(), &bytes].concat(), &mut blocks);
        }
    }
}
