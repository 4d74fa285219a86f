//! PNG text chunks, and the metadata that programs hide in them as hexadecimal digits.

use std::borrow::Cow;

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::super::text;

/// What a compressed text may grow to, in bytes.
const LONGEST_TEXT: usize = 4 << 20;

/// A text that is of use.
pub(in super::super) enum Text {
    Exif(Vec<u8>),
    Xmp(Vec<u8>),
    /// IPTC records, bare or among Photoshop resources.
    Iptc(Vec<u8>),
    Description(String),
}

/// The keywords of use, and what follows them.
const KEYWORDS: &[(&[u8], Keyword)] = &[
    (b"XML:com.adobe.xmp\0", Keyword::Xmp),
    (b"Description\0", Keyword::Description),
    (b"Raw profile type exif\0", Keyword::ExifProfile),
    (b"Raw profile type APP1\0", Keyword::ExifProfile),
    (b"Raw profile type xmp\0", Keyword::XmpProfile),
    (b"Raw profile type iptc\0", Keyword::IptcProfile),
    (b"Raw profile type 8bim\0", Keyword::IptcProfile),
];

/// As many bytes as tell whether a text is of use.
pub(in super::super) const LONGEST_KEYWORD: usize = 22;

#[derive(Clone, Copy)]
enum Keyword {
    Xmp,
    Description,
    ExifProfile,
    XmpProfile,
    IptcProfile,
}

/// Whether a chunk that begins like this is worth reading.
pub(in super::super) fn is_of_use(chunk: &[u8]) -> bool {
    keyword(chunk).is_some()
}

fn keyword(chunk: &[u8]) -> Option<(Keyword, &[u8])> {
    let known = |(name, keyword): &(&[u8], Keyword)| Some((*keyword, chunk.strip_prefix(*name)?));
    KEYWORDS.iter().find_map(known)
}

/// Understands one text chunk: keyword, then what its kind adds, then the text.
pub(in super::super) fn read(kind: [u8; 4], chunk: &[u8]) -> Option<Text> {
    let (keyword, rest) = keyword(chunk)?;
    let content = content(kind, rest)?;
    match keyword {
        Keyword::Xmp => Some(Text::Xmp(content.into_owned())),
        Keyword::Description => text::presentable(&text::decode(&content)).map(Text::Description),
        // ImageMagick keeps XMP under the same name: JPEG has both in APP1.
        Keyword::ExifProfile => {
            let block = unhex(&content)?;
            match block.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
                Some(packet) => Some(Text::Xmp(packet.to_vec())),
                None => Some(Text::Exif(block)),
            }
        }
        Keyword::XmpProfile => unhex(&content).map(Text::Xmp),
        Keyword::IptcProfile => unhex(&content).map(Text::Iptc),
    }
}

fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|&byte| byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

fn content(kind: [u8; 4], rest: &[u8]) -> Option<Cow<'_, [u8]>> {
    match &kind {
        b"tEXt" => Some(Cow::Borrowed(rest)),
        b"zTXt" => inflate(rest.strip_prefix(&[0])?),
        // Flag and method of compression, language, translated keyword.
        _ => {
            let (&[is_compressed, _], rest) = rest.split_first_chunk()?;
            let (_language, rest) = split(rest)?;
            let (_translated, rest) = split(rest)?;
            if is_compressed == 1 { inflate(rest) } else { Some(Cow::Borrowed(rest)) }
        }
    }
}

fn inflate(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    decompress_to_vec_zlib_with_limit(bytes, LONGEST_TEXT).ok().map(Cow::Owned)
}

/// The bytes of a raw profile: a name, a count of bytes, and hexadecimal digits in lines.
fn unhex(profile: &[u8]) -> Option<Vec<u8>> {
    let mut words = profile.trim_ascii_start().splitn(3, |&byte| byte == b'\n');
    let (_name, count, digits) = (words.next()?, words.next()?, words.next()?);
    let count: usize = std::str::from_utf8(count).ok()?.trim().parse().ok()?;
    let mut digits = digits.iter().filter_map(|&digit| char::from(digit).to_digit(16));
    let pairs = std::iter::from_fn(|| Some(digits.next()? << 4 | digits.next()?));
    Some(pairs.take(count).filter_map(|byte| u8::try_from(byte).ok()).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_profile_is_its_digits() {
        assert_eq!(unhex(b"\nexif\n      4\n4d4D\n002a\n"), Some(b"MM\0*".to_vec()));
        assert_eq!(unhex(b"\nexif\n2\n4d4d002a"), Some(b"MM".to_vec()));
        assert_eq!(unhex(b"exif\nmany\n4d"), None);
    }

    #[test]
    fn international_texts_have_more_fields() {
        let chunk = b"Description\0\0\0de\0Beschreibung\0Am See";
        let Some(Text::Description(text)) = read(*b"iTXt", chunk) else { panic!("no text") };
        assert_eq!(text, "Am See");
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; LONGEST_TEXT + 1], 9);
        let chunk = [b"Description\0\0".as_slice(), &bomb].concat();
        assert!(read(*b"zTXt", &chunk).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, which in 0..3_usize) {
            let kind = [*b"tEXt", *b"zTXt", *b"iTXt"][which];
            read(kind, &bytes);
            read(kind, &[b"Raw profile type exif\0".as_slice(), &bytes].concat());
        }
    }
}
