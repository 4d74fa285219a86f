//! The boxes of an ISO base media file (ISO/IEC 14496-12, 4.2), and the numbers in them.

/// The boxes that lie one after the other in these bytes: their kinds and what is in them. Ends where
/// they stop making sense.
pub(super) fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let mut fields = Fields(bytes);
        let size = fields.uint(4)?;
        let kind = fields.array()?;
        let size = match size {
            0 => bytes.len(),
            1 => usize::try_from(fields.uint(8)?).ok()?,
            size => usize::try_from(size).ok()?,
        };
        let head = bytes.len() - fields.0.len();
        // The last box of a file that was cut has what is left of it.
        let end = size.min(bytes.len());
        let body = bytes.get(head..end)?;
        bytes = &bytes[end..];
        Some((kind, body))
    })
}

/// The first box of that kind.
pub(super) fn find(bytes: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    boxes(bytes).find_map(|(kind, body)| (kind == wanted).then_some(body))
}

/// Big-endian numbers one after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// The next bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// A number of so many bytes, at most eight.
    pub(super) fn uint(&mut self, bytes: usize) -> Option<u64> {
        Some(self.take(bytes)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Version and flags, with which full boxes begin.
    pub(super) fn version(&mut self) -> Option<(u8, u32)> {
        let [version, flags @ ..] = self.array::<4>()?;
        Some((version, u32::from_be_bytes([0, flags[0], flags[1], flags[2]])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_follow_each_other() {
        let bytes = b"\0\0\0\x0aabcdxy\0\0\0\x01long\0\0\0\0\0\0\0\x11z\0\0\0\0restall";
        let found: Vec<_> = boxes(bytes).collect();
        assert_eq!(found, [(*b"abcd", &b"xy"[..]), (*b"long", b"z"), (*b"rest", b"all")]);
        assert_eq!(find(bytes, *b"long"), Some(&b"z"[..]));
    }

    #[test]
    fn nonsense_ends_them() {
        assert_eq!(boxes(b"\0\0\0\x04abcd").count(), 0, "smaller than its head");
        assert_eq!(boxes(b"\0\0\0\x01abcd\xff\xff\xff\xff\xff\xff\xff\xff").count(), 1);
        assert_eq!(boxes(b"\0\0\0").count(), 0);
        let cut: Vec<_> = boxes(b"\0\0\xff\0abcdxy").collect();
        assert_eq!(cut, [(*b"abcd", &b"xy"[..])]);
    }
}
