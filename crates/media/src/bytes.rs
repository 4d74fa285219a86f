//! Bytes at places, and the numbers in them.

/// Something with bytes at offsets: a whole file, or a block found in one.
pub(crate) trait Bytes {
    /// The bytes from `offset` on: `len` of them, or fewer where the file or the budget ends.
    fn up_to(&mut self, offset: u64, len: usize) -> &[u8];

    /// Exactly `len` bytes from `offset` on.
    fn at(&mut self, offset: u64, len: usize) -> Option<&[u8]> {
        Some(self.up_to(offset, len)).filter(|bytes| bytes.len() == len)
    }
}

impl Bytes for &[u8] {
    fn up_to(&mut self, offset: u64, len: usize) -> &[u8] {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        &self[from..from.saturating_add(len).min(self.len())]
    }
}

/// The fields of a block, one after the other, the high byte first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

impl<'a> Fields<'a> {
    /// The next `len` bytes.
    pub(crate) fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (field, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(field)
    }

    /// The next bytes, as many as the array has.
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    /// A number of `len` bytes, of which the lower eight count. Of no bytes it is zero.
    pub(crate) fn number(&mut self, len: usize) -> Option<u64> {
        Some(self.bytes(len)?.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    /// A number of one byte.
    pub(crate) fn number8(&mut self) -> Option<u8> {
        self.array().map(u8::from_be_bytes)
    }

    /// A number of two bytes.
    pub(crate) fn number16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// A number of four bytes.
    pub(crate) fn number32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Version and flags, with which full boxes begin (ISO/IEC 14496-12, 4.2.2).
    pub(crate) fn version(&mut self) -> Option<(u8, u32)> {
        let [version, flags @ ..] = self.array::<4>()?;
        Some((version, u32::from_be_bytes([0, flags[0], flags[1], flags[2]])))
    }

    /// A text up to its NUL, which is taken too.
    pub(crate) fn text(&mut self) -> Option<&'a [u8]> {
        let end = memchr::memchr(0, self.0)?;
        let text = self.bytes(end)?;
        self.bytes(1)?;
        Some(text)
    }
}
