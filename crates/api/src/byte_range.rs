//! The `Range` header (RFC 9110 14.2): one range of bytes.

/// What a `Range` header asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteRange {
    /// Everything: no range, one that is not understood, or several.
    Whole,
    /// This part.
    Part(Satisfied),
    /// Bytes that are not there.
    Unsatisfiable,
}

/// A range that lies within the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Satisfied {
    /// First byte.
    pub(crate) start: u64,
    /// How many; at least one.
    pub(crate) length: u64,
}

impl ByteRange {
    /// Reads the header for a file of `total` bytes. A server may ignore what it does not
    /// understand, and sends everything then.
    pub(crate) fn parse(value: &str, total: u64) -> Self {
        let Some((first, last)) = value
            .trim()
            .strip_prefix("bytes=")
            .filter(|ranges| !ranges.contains(','))
            .and_then(|range| range.trim().split_once('-'))
        else {
            return Self::Whole;
        };
        match (number(first), number(last)) {
            (Some(None), Some(Some(count))) => {
                Self::within(total.saturating_sub(count), total, total)
            }
            (Some(Some(start)), Some(None)) => Self::within(start, total, total),
            (Some(Some(start)), Some(Some(end))) if start <= end => {
                Self::within(start, end.saturating_add(1).min(total), total)
            }
            _ => Self::Whole,
        }
    }

    fn within(start: u64, end: u64, total: u64) -> Self {
        if start < end && start < total {
            Self::Part(Satisfied { start, length: end - start })
        } else {
            Self::Unsatisfiable
        }
    }
}

/// `Some(None)` for nothing, `None` for something that is no number.
#[expect(clippy::option_option, reason = "absent and malformed are different things here")]
fn number(text: &str) -> Option<Option<u64>> {
    if text.is_empty() {
        return Some(None);
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX)).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: ByteRange) {
        assert_eq!(ByteRange::parse(value, 100), expected, "{value}");
    }

    #[test]
    fn one_range_is_served() {
        let part = |start, length| ByteRange::Part(Satisfied { start, length });
        check("bytes=0-9", part(0, 10));
        check("bytes=90-", part(90, 10));
        check("bytes=-5", part(95, 5));
        check("bytes=-500", part(0, 100));
        check("bytes=50-500", part(50, 50));
        check("bytes=99-99", part(99, 1));
        check("bytes=0-99999999999999999999999", part(0, 100));
    }

    #[test]
    fn bytes_that_are_not_there_are_refused() {
        check("bytes=100-", ByteRange::Unsatisfiable);
        check("bytes=200-300", ByteRange::Unsatisfiable);
        check("bytes=-0", ByteRange::Unsatisfiable);
        assert_eq!(ByteRange::parse("bytes=0-", 0), ByteRange::Unsatisfiable);
    }

    #[test]
    fn what_is_not_understood_means_everything() {
        for value in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=a-b",
            "items=0-1",
            "bytes=0-1,4-5",
        ] {
            check(value, ByteRange::Whole);
        }
    }
}
