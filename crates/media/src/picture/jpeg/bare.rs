use super::marker::{APP0, APP14, APP15, COM, EOI, SOI};
use super::segments::{Part, parts};

/// The same picture without metadata: no EXIF, XMP, IPTC, ICC, comments or thumbnails, nothing
/// between the segments and nothing after the picture, such as a gain map or a motion photo's video.
///
/// What says how to read the colours stays: JFIF (T.871, 10.1) and Adobe's segment.
pub(in super::super) fn bare(source: &[u8]) -> Vec<u8> {
    let mut copy = Vec::with_capacity(source.len());
    copy.extend([0xff, SOI]);
    for part in parts(source) {
        match part {
            Part::Segment { marker: APP0, payload } => {
                if let Some(header) = jfif(payload) {
                    push(&mut copy, APP0, &header);
                }
            }
            Part::Segment { marker: APP14, payload } if is_adobe(payload) => {
                push(&mut copy, APP14, payload);
            }
            Part::Segment { marker: APP0..=APP15 | COM, .. } => {}
            Part::Segment { marker, payload } => push(&mut copy, marker, payload),
            Part::Scan(data) => copy.extend(data),
        }
    }
    copy.extend([0xff, EOI]);
    copy
}

fn push(copy: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    // A segment that was read has a length of two bytes.
    let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
    copy.extend([0xff, marker]);
    copy.extend(length.to_be_bytes());
    copy.extend(payload);
}

/// The JFIF header without its thumbnail; `None` for anything else, and for versions nobody defined.
fn jfif(payload: &[u8]) -> Option<[u8; 14]> {
    let (mut header, _) = payload.split_first_chunk::<14>().map(|(head, rest)| (*head, rest))?;
    if !header.starts_with(b"JFIF\0\x01") {
        return None;
    }
    header[12..].fill(0);
    Some(header)
}

/// Only the colour transforms that are defined: none, YCC and YCCK.
fn is_adobe(payload: &[u8]) -> bool {
    payload.starts_with(b"Adobe") && payload.get(11).is_some_and(|transform| *transform <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_picture_stays() {
        let source = b"\xff\xd8\
            \xff\xe0\0\x13JFIF\0\x01\x02\x01\0H\0H\x01\x01rgb\
            \xff\xe0\0\x06JFXX\
            \xff\xe1\0\x08Exif\0\0\
            \xff\xee\0\x0eAdobe\0d\0\0\0\0\x01\
            \xff\xfe\0\x04hi\
            \xff\xdb\0\x04qt\
            rubbish\xff\xda\0\x03\x07scan\xff\0\xff\xd0more\
            \xff\xe1\0\x04no\
            \xff\xda\0\x03\x08second\
            \xff\xd9a whole video";
        let expected = b"\xff\xd8\
            \xff\xe0\0\x10JFIF\0\x01\x02\x01\0H\0H\0\0\
            \xff\xee\0\x0eAdobe\0d\0\0\0\0\x01\
            \xff\xdb\0\x04qt\
            \xff\xda\0\x03\x07scan\xff\0\xff\xd0more\
            \xff\xda\0\x03\x08second\
            \xff\xd9";
        assert_eq!(bare(source).escape_ascii().to_string(), expected.escape_ascii().to_string());
    }

    #[test]
    fn a_missing_end_is_added() {
        assert_eq!(
            bare(b"\xff\xd8\xff\xda\0\x03\x07scan"),
            b"\xff\xd8\xff\xda\0\x03\x07scan\xff\xd9"
        );
    }
}
