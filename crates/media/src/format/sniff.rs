use super::Format;

/// As many leading bytes as [`sniff`] can make use of.
pub const SNIFF_BYTES: usize = 384;

/// What the leading bytes of a file are, whatever it is called.
///
/// A raw built on TIFF is told from a plain TIFF only where its maker marked it (CR2, ORF, RW2);
/// the others are [`Format::Tiff`]. `None`: nothing we know.
pub fn sniff(head: &[u8]) -> Option<Format> {
    let format = match head {
        [0xff, 0xd8, 0xff, ..] => Format::Jpeg,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Format::Png,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Format::Gif,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Format::WebP,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] => Format::Avi,
        [b'I', b'I', 42, 0, _, _, _, _, b'C', b'R', ..] => Format::Cr2,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Format::Tiff,
        [b'I', b'I', b'R', b'O' | b'S', ..] | [b'M', b'M', b'O', b'R', ..] => Format::Orf,
        [b'I', b'I', 0x55, 0, ..] => Format::Rw2,
        [b'B', b'M', ..] if is_bitmap(head) => Format::Bmp,
        [0xff, 0x0a, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Format::Jxl,
        [0x1a, 0x45, 0xdf, 0xa3, ..] => matroska(head),
        [0, 0, 1, 0xba | 0xb3, ..] => Format::Mpeg,
        [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, ..] => Format::Wmv,
        [_, _, _, _, b'f', b't', b'y', b'p', a, b, c, d, ..] => brand([*a, *b, *c, *d]),
        [_, _, _, _, kind @ ..] if is_old_quicktime(kind) => Format::Mov,
        _ if head.starts_with(b"FUJIFILMCCD-RAW") => Format::Raf,
        _ if is_transport_stream(head) => Format::Mts,
        _ => return None,
    };
    Some(format)
}

/// Two letters prove little; the size of the header that follows proves more.
fn is_bitmap(head: &[u8]) -> bool {
    matches!(head.get(14..18), Some([12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

/// The major brand of an ISO base media file (ISO/IEC 14496-12, section 4.3).
fn brand(brand: [u8; 4]) -> Format {
    match &brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Format::Heic,
        b"mif1" | b"msf1" | b"mif2" => Format::Heif,
        b"avif" | b"avis" => Format::Avif,
        b"crx " => Format::Cr3,
        b"qt  " => Format::Mov,
        b"M4V " | b"M4VH" | b"M4VP" => Format::M4v,
        [b'3', b'g', ..] => Format::ThreeGp,
        _ => Format::Mp4,
    }
}

/// `QuickTime` files from before there were brands begin with any of these atoms.
fn is_old_quicktime(kind: &[u8]) -> bool {
    [b"moov", b"mdat", b"wide", b"free", b"skip"].iter().any(|atom| kind.starts_with(*atom))
}

fn matroska(head: &[u8]) -> Format {
    let header = &head[..head.len().min(64)];
    if header.windows(4).any(|bytes| bytes == b"webm") { Format::WebM } else { Format::Mkv }
}

/// Packets of 188 bytes, in camcorder files with four bytes of time code before each.
fn is_transport_stream(head: &[u8]) -> bool {
    let synced = |first: usize, size: usize| {
        head.get(first) == Some(&0x47) && head.get(first + size) == Some(&0x47)
    };
    synced(0, 188) || synced(4, 192)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(sniff(b""), None);
        assert_eq!(sniff(&[0; SNIFF_BYTES]), None);
        assert_eq!(sniff(b"BMW is a car, not a bitmap"), None);
        assert_eq!(sniff(b"II"), None);
    }

    #[test]
    fn brands_tell_the_heif_family_apart() {
        assert_eq!(sniff(b"\0\0\0\x18ftypheic"), Some(Format::Heic));
        assert_eq!(sniff(b"\0\0\0\x18ftypavif"), Some(Format::Avif));
        assert_eq!(sniff(b"\0\0\0\x18ftypcrx "), Some(Format::Cr3));
        assert_eq!(sniff(b"\0\0\0\x18ftyp3gp4"), Some(Format::ThreeGp));
        assert_eq!(sniff(b"\0\0\0\x18ftypisom"), Some(Format::Mp4));
    }

    #[test]
    fn a_transport_stream_needs_two_packets() {
        let mut head = [0; SNIFF_BYTES];
        head[4] = 0x47;
        assert_eq!(sniff(&head), None);
        head[196] = 0x47;
        assert_eq!(sniff(&head), Some(Format::Mts));
    }
}
