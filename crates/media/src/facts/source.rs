//! Bytes of a file at any place, within a budget.

use std::io::{Read, Seek, SeekFrom};

pub(super) use crate::bytes::{Bytes, Fields};

/// The most that is ever read of one file, in bytes.
pub(super) const BUDGET: u64 = 16 << 20;

/// Read at once while going straight on.
const STRIDE: usize = 16 << 10;
/// Read at once after a jump: whoever jumps mostly wants the next header only.
const STEP: usize = 512;

trait ReadSeek: Read + Seek {}
impl<R: Read + Seek> ReadSeek for R {}

/// A file, seen through a window that moves.
pub(super) struct Source<'a> {
    inner: &'a mut dyn ReadSeek,
    /// Where `inner` stands. `None` before the first read and after an error.
    position: Option<u64>,
    budget: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl<'a> Source<'a> {
    pub(super) fn new<R: Read + Seek>(inner: &'a mut R) -> Self {
        Self { inner, position: None, budget: BUDGET, window: Vec::new(), window_at: 0 }
    }

    /// Bytes of the whole file.
    pub(super) fn len(&mut self) -> Option<u64> {
        self.position = None;
        self.inner.seek(SeekFrom::End(0)).ok()
    }

    /// The part of the window from `offset` on, if it lies inside or right behind the window.
    fn behind(&self, offset: u64) -> Option<usize> {
        let from = usize::try_from(offset.checked_sub(self.window_at)?).ok()?;
        (from <= self.window.len()).then_some(from)
    }

    /// Moves the window so that it begins at `offset` and holds `len` bytes, as far as there are.
    fn fill(&mut self, offset: u64, len: usize) {
        let ahead = if let Some(from) = self.behind(offset) {
            self.window.drain(..from);
            STRIDE
        } else {
            self.window.clear();
            STEP
        };
        self.window_at = offset;
        let missing = len.max(ahead).saturating_sub(self.window.len()) as u64;
        self.append(missing.min(self.budget));
    }

    fn append(&mut self, count: u64) {
        let end = self.window_at.saturating_add(self.window.len() as u64);
        if self.position != Some(end) && self.inner.seek(SeekFrom::Start(end)).is_err() {
            self.position = None;
            return;
        }
        let before = self.window.len();
        // What arrived before an error is in the window, and the rest counts as missing.
        let outcome = (&mut *self.inner).take(count).read_to_end(&mut self.window);
        let arrived = (self.window.len() - before) as u64;
        self.budget = self.budget.saturating_sub(arrived);
        self.position = outcome.ok().map(|_| end.saturating_add(arrived));
    }
}

impl Bytes for Source<'_> {
    fn up_to(&mut self, offset: u64, len: usize) -> &[u8] {
        let held = self.behind(offset).map_or(0, |from| self.window.len() - from);
        if held < len {
            self.fill(offset, len);
        }
        let from = self.behind(offset).unwrap_or(self.window.len());
        &self.window[from..from.saturating_add(len).min(self.window.len())]
    }
}

/// Numbers and pieces of a block whose length nobody vouches for.
pub(super) mod piece {
    /// `len` bytes of `bytes` from `from` on.
    pub(in super::super) fn of(bytes: &[u8], from: usize, len: usize) -> Option<&[u8]> {
        bytes.get(from..from.checked_add(len)?)
    }

    /// Two bytes, the high one first.
    pub(in super::super) fn be16(bytes: &[u8], from: usize) -> Option<u16> {
        of(bytes, from, 2)?.try_into().ok().map(u16::from_be_bytes)
    }

    /// Four bytes, the high one first.
    pub(in super::super) fn be32(bytes: &[u8], from: usize) -> Option<u32> {
        of(bytes, from, 4)?.try_into().ok().map(u32::from_be_bytes)
    }

    /// Two bytes, the low one first.
    pub(in super::super) fn le16(bytes: &[u8], from: usize) -> Option<u16> {
        of(bytes, from, 2)?.try_into().ok().map(u16::from_le_bytes)
    }

    /// Four bytes, the low one first.
    pub(in super::super) fn le32(bytes: &[u8], from: usize) -> Option<u32> {
        of(bytes, from, 4)?.try_into().ok().map(u32::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_budget_is_the_end_of_the_file() {
        let mut endless = Cursor::new(vec![7; usize::try_from(BUDGET).unwrap() + 100]);
        let mut source = Source::new(&mut endless);
        assert_eq!(source.up_to(0, usize::MAX).len() as u64, BUDGET);
        assert!(source.up_to(BUDGET + 50, 1).is_empty());
    }

    proptest! {
        #[test]
        fn a_source_and_its_bytes_say_the_same(
            size in 0..40_000_usize,
            reads in prop::collection::vec((0..50_000_u64, 0..20_000_usize), 1..20),
        ) {
            let bytes: Vec<u8> = (0..=250).cycle().take(size).collect();
            let mut cursor = Cursor::new(bytes.clone());
            let mut source = Source::new(&mut cursor);
            let mut whole = bytes.as_slice();
            for (offset, len) in reads {
                prop_assert_eq!(source.up_to(offset, len), whole.up_to(offset, len));
            }
        }
    }
}
