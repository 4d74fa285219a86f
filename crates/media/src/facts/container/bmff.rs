//! Boxes: the skeleton of HEIF, MP4, `QuickTime`, CR3 and JPEG XL files (ISO/IEC 14496-12, section 4.2).

use super::super::source::{Bytes, Fields};

/// More boxes than stand side by side in any real file.
const MAX_BOXES: usize = 8_192;

/// A box, or the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Atom {
    pub(super) kind: [u8; 4],
    /// Where its content begins.
    pub(super) from: u64,
    /// Where its content ends, as it says itself; never behind the end of the box around it.
    pub(super) end: u64,
}

impl Atom {
    /// The file, whose end nobody says.
    pub(super) const FILE: Self = Self { kind: [0; 4], from: 0, end: u64::MAX };

    /// The part of this content that is left behind its first `len` bytes.
    pub(super) fn behind(self, len: u64) -> Self {
        Self { from: self.from.saturating_add(len).min(self.end), ..self }
    }

    /// The content, or its first `longest` bytes, or what is there of it.
    pub(super) fn content<'a>(&self, bytes: &'a mut dyn Bytes, longest: usize) -> &'a [u8] {
        let size = self.end.saturating_sub(self.from);
        bytes.up_to(self.from, usize::try_from(size).unwrap_or(usize::MAX).min(longest))
    }

    /// The version of a box that has one, and the flags behind it.
    pub(super) fn version(&self, bytes: &mut dyn Bytes) -> Option<(u8, u32)> {
        let mut fields = Fields(self.content(bytes, 4));
        let both = fields.number32()?;
        Some((u8::try_from(both >> 24).ok()?, both & 0x00ff_ffff))
    }

    /// The first box of this kind inside.
    pub(super) fn child(self, bytes: &mut dyn Bytes, kind: [u8; 4]) -> Option<Self> {
        self.children(bytes).into_iter().find(|child| child.kind == kind)
    }

    /// The boxes inside, until the first thing that is none.
    pub(super) fn children(self, bytes: &mut dyn Bytes) -> Vec<Self> {
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
pub(super) fn next(bytes: &mut dyn Bytes, at: u64, end: u64) -> Option<Atom> {
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
}
