//! Boxes: the skeleton of HEIF, MP4, `QuickTime`, CR3 and JPEG XL files (ISO/IEC 14496-12, section 4.2).

use crate::bytes::{Bytes, Fields};

/// More boxes than stand side by side in any real file.
const MAX_BOXES: usize = 8_192;

/// A box, or the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Atom {
    pub(crate) kind: [u8; 4],
    /// Where its content begins.
    pub(crate) from: u64,
    /// Where its content ends, as it says itself; never behind the end of the box around it.
    pub(crate) end: u64,
}

impl Atom {
    /// The file, whose end nobody says.
    pub(crate) const FILE: Self = Self { kind: [0; 4], from: 0, end: u64::MAX };

    /// The part of this content that is left behind its first `len` bytes.
    pub(crate) fn behind(self, len: u64) -> Self {
        Self { from: self.from.saturating_add(len).min(self.end), ..self }
    }

    /// The content, or its first `longest` bytes, or what is there of it.
    pub(crate) fn content<'a>(&self, bytes: &'a mut dyn Bytes, longest: usize) -> &'a [u8] {
        let size = self.end.saturating_sub(self.from);
        bytes.up_to(self.from, usize::try_from(size).unwrap_or(usize::MAX).min(longest))
    }

    /// The content, or what is there of it, in bytes that are all at hand.
    fn within(self, bytes: &[u8]) -> &[u8] {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        &bytes[place(self.from)..place(self.end.max(self.from))]
    }

    /// The version of a box that has one, and the flags behind it.
    pub(crate) fn version(&self, bytes: &mut dyn Bytes) -> Option<(u8, u32)> {
        Fields(self.content(bytes, 4)).version()
    }

    /// The first box of this kind inside.
    pub(crate) fn child(self, bytes: &mut dyn Bytes, kind: [u8; 4]) -> Option<Self> {
        self.children(bytes).into_iter().find(|child| child.kind == kind)
    }

    /// The boxes inside, until the first thing that is none.
    pub(crate) fn children(self, bytes: &mut dyn Bytes) -> Vec<Self> {
        let mut children = Vec::new();
        let mut at = self.from;
        while at < self.end && children.len() < MAX_BOXES {
            let Some(child) = next(bytes, at, self.end) else { break };
            children.push(child);
            at = child.end;
        }
        children
    }
}

/// The box at `at`, in something that ends at `end`.
pub(crate) fn next(bytes: &mut dyn Bytes, at: u64, end: u64) -> Option<Atom> {
    let mut head = Fields(bytes.up_to(at, 16));
    let size = head.number(4)?;
    let kind = head.bytes(4)?.try_into().ok()?;
    let (size, header) = match size {
        // To the end of the file, for which the last box of a file may stand.
        0 if end == u64::MAX => return Some(Atom { kind, from: at + 8, end }),
        1 => (head.number(8)?, 16),
        size => (size, 8),
    };
    let content = size.checked_sub(header)?;
    let from = at.checked_add(header).filter(|from| *from <= end)?;
    Some(Atom { kind, from, end: from.saturating_add(content).min(end) })
}

/// The boxes that lie one after the other in these bytes: their kinds and what is in them. Ends where
/// they stop making sense.
pub(crate) fn boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let all = Atom::FILE.children(&mut &*bytes);
    all.into_iter().map(|part| (part.kind, part.within(bytes)))
}

/// The first box of that kind.
pub(crate) fn find(bytes: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    boxes(bytes).find_map(|(kind, body)| (kind == wanted).then_some(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_stand_side_by_side() {
        let mut bytes: &[u8] = b"\0\0\0\x0aftypxx\0\0\0\x01moov\0\0\0\0\0\0\0\x11y\0\0\0\0mdatrest";
        let kinds: Vec<_> = Atom::FILE.children(&mut bytes).iter().map(|it| it.kind).collect();
        assert_eq!(kinds, [*b"ftyp", *b"moov", *b"mdat"]);
        let movie = Atom::FILE.child(&mut bytes, *b"moov").unwrap();
        assert_eq!(movie.content(&mut bytes, 9), b"y");
    }

    #[test]
    fn a_box_never_reaches_out_of_another() {
        let mut bytes: &[u8] = b"\0\0\0\x10moov\0\0\0\xfftrak\0\0\0\x08free";
        let movie = Atom::FILE.child(&mut bytes, *b"moov").unwrap();
        assert_eq!(movie.child(&mut bytes, *b"trak").unwrap().end, 16);
    }

    #[test]
    fn nonsense_ends_the_list() {
        for bytes in
            [&b"\0\0\0\x07free"[..], b"\0\0\0\x01free\0\0\0\0\0\0\0\x0f", b"\0\0\0\x08fre", b""]
        {
            let mut bytes = bytes;
            assert_eq!(Atom::FILE.children(&mut bytes), []);
        }
    }

    #[test]
    fn what_is_at_hand_is_read_in_place() {
        let bytes = b"\0\0\0\x0aabcdxy\0\0\0\x01long\0\0\0\0\0\0\0\x11z\0\0\0\0restall";
        let found: Vec<_> = boxes(bytes).collect();
        assert_eq!(found, [(*b"abcd", &b"xy"[..]), (*b"long", b"z"), (*b"rest", b"all")]);
        assert_eq!(find(bytes, *b"long"), Some(&b"z"[..]));
        // The last box of a file that was cut has what is left of it.
        let cut: Vec<_> = boxes(b"\0\0\xff\0abcdxy").collect();
        assert_eq!(cut, [(*b"abcd", &b"xy"[..])]);
        let endless: Vec<_> = boxes(b"\0\0\0\x01abcd\xff\xff\xff\xff\xff\xff\xff\xff").collect();
        assert_eq!(endless, [(*b"abcd", &b""[..])]);
    }
}
