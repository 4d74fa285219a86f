use memchr::memchr;

use super::marker::{EOI, SOI, SOS};

/// One part of a JPEG stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// A marker with a length, and the bytes after the length.
    Segment { marker: u8, payload: &'a [u8] },
    /// Entropy-coded data with its restart markers, as it follows a start of scan.
    Scan(&'a [u8]),
}

/// The parts of the first picture in a file, up to its end of image. What is missing, damaged or
/// beyond that end is left out.
pub(super) fn parts(source: &[u8]) -> Parts<'_> {
    Parts { rest: source, in_scan: false }
}

pub(super) struct Parts<'a> {
    rest: &'a [u8],
    in_scan: bool,
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if self.in_scan {
            self.in_scan = false;
            let (scan, rest) = self.rest.split_at(scan_length(self.rest));
            self.rest = rest;
            return Some(Part::Scan(scan));
        }
        let marker = self.next_marker()?;
        let (length, after) = self.rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
        let (payload, rest) = after.split_at_checked(length)?;
        self.rest = rest;
        self.in_scan = marker == SOS;
        Some(Part::Segment { marker, payload })
    }
}

impl Parts<'_> {
    /// Whether a scan header, just read, is followed by anything to decode.
    pub(super) fn has_scan_data(&self) -> bool {
        let head = &self.rest[..self.rest.len().min(2)];
        self.in_scan && scan_length(head) > 0
    }

    /// Moves behind the next marker that has a segment. Bytes between segments are skipped.
    fn next_marker(&mut self) -> Option<u8> {
        loop {
            let at = memchr(0xff, self.rest)?;
            let code = *self.rest.get(at + 1)?;
            match code {
                // Fill bytes: the next 0xff may begin the marker.
                0xff => self.rest = &self.rest[at + 1..],
                EOI => return None,
                0 | 1 | 0xd0..=0xd7 | SOI => self.rest = &self.rest[at + 2..],
                _ => {
                    self.rest = &self.rest[at + 2..];
                    return Some(code);
                }
            }
        }
    }
}

/// Bytes until the next marker that is neither a stuffed zero nor a restart.
fn scan_length(data: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = memchr(0xff, &data[at..]) {
        at += found;
        match data.get(at + 1) {
            Some(0 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            _ => return at,
        }
    }
    data.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(source: &[u8]) -> Vec<Part<'_>> {
        parts(source).collect()
    }

    const SCAN_HEADER: Part = Part::Segment { marker: SOS, payload: &[7] };

    #[test]
    fn segments_and_scans_in_their_order() {
        let source = b"\xff\xd8\xff\xfe\0\x04hi\xff\xda\0\x03\x07ab\xff\0c\xff\xd3d\xff\xd9trailer\xff\xfe\0\x02";
        let comment = Part::Segment { marker: 0xfe, payload: b"hi" };
        let scan = Part::Scan(b"ab\xff\0c\xff\xd3d");
        assert_eq!(collect(source), [comment, SCAN_HEADER, scan]);
    }

    #[test]
    fn fill_bytes_and_rubbish_are_skipped() {
        let source = b"\xff\xd8rubbish\xff\xff\xff\xda\0\x03\x07ab\xff\xff\xd9";
        assert_eq!(collect(source), [SCAN_HEADER, Part::Scan(b"ab\xff")]);
    }

    #[test]
    fn it_ends_where_the_bytes_end() {
        assert_eq!(collect(b""), []);
        assert_eq!(collect(b"\xff\xd8\xff"), []);
        assert_eq!(collect(b"\xff\xd8\xff\xfe\0\x01"), []);
        assert_eq!(collect(b"\xff\xd8\xff\xfe\xff\xffshort"), []);
        assert_eq!(collect(b"\xff\xda\0\x03\x07abc\xff"), [SCAN_HEADER, Part::Scan(b"abc")]);
    }
}
