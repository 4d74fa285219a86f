//! Text as it comes out of files, made presentable.

use std::borrow::Cow;

/// Names longer than this (in characters) are no names.
const LONGEST_NAME: usize = 1_000;

/// UTF-8 if it is valid UTF-8, else Latin-1, which every byte string is.
///
/// EXIF promises ASCII and IPTC anything; what cameras and programs write is one of these two.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// The text of a field of fixed width: what stands before the first NUL.
pub(super) fn before_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// `text` without NULs anywhere and without space around it; `None` if nothing is left.
pub(super) fn presentable(text: &str) -> Option<String> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
    (!text.is_empty()).then(|| text.replace('\0', ""))
}

/// The name of a thing or place: presentable, and not absurdly long.
pub(super) fn name(text: &str) -> Option<String> {
    presentable(text).filter(|name| name.chars().nth(LONGEST_NAME).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_text_whatever_they_are() {
        assert_eq!(decode("Ôvôrhangaj".as_bytes()), "Ôvôrhangaj");
        assert_eq!(decode(b"Caf\xe9"), "Café");
        assert_eq!(before_nul(b"Canon\0junk"), b"Canon");
        assert_eq!(before_nul(b""), b"");
    }

    #[test]
    fn padding_goes_and_blanks_are_nothing() {
        assert_eq!(presentable(" NIKON \0\0"), Some("NIKON".to_owned()));
        assert_eq!(presentable("a\0b"), Some("ab".to_owned()));
        assert_eq!(presentable("\0 \n\u{feff}"), None);
        assert_eq!(name(&"x".repeat(LONGEST_NAME + 1)), None);
    }
}
