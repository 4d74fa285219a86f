//! What an IPTC block says (IPTC-IIM 4.2): the data sets we have a use for.

use super::source::piece;
use super::text;

/// More data sets than any real block has.
const MAX_DATA_SETS: usize = 4_096;
/// The envelope's announcement that the texts are UTF-8 (ISO 2022: `ESC % G`).
const UTF_8: &[u8] = b"\x1b%G";

/// A data set that some rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DataSet {
    DateCreated,
    TimeCreated,
    City,
    Sublocation,
    State,
    CountryCode,
    Country,
    Caption,
}

/// What an IPTC block says. The first of two values for one data set counts.
#[derive(Debug, Default)]
pub(super) struct Iptc(Vec<(DataSet, String)>);

impl Iptc {
    /// A text without space around it. Never blank.
    pub(super) fn text(&self, data_set: DataSet) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == data_set).map(|(_, text)| text.as_str())
    }
}

/// Reads data sets until the first thing that is none.
///
/// Texts are UTF-8 when record 1:90 says so, and else UTF-8 if they happen to be valid UTF-8 and
/// Latin-1 if not: most writers announce nothing and mean one of the two.
pub(super) fn read(block: &[u8]) -> Iptc {
    let mut iptc = Iptc::default();
    let mut is_utf_8 = false;
    for (record, number, value) in data_sets(block).take(MAX_DATA_SETS) {
        if (record, number) == (1, 90) {
            is_utf_8 = value == UTF_8;
        }
        let Some(data_set) = DataSet::of(record, number) else { continue };
        let text = if is_utf_8 { String::from_utf8_lossy(value) } else { text::decode(value) };
        if let Some(text) = text::presentable(&text) {
            iptc.0.push((data_set, text));
        }
    }
    iptc
}

impl DataSet {
    fn of(record: u8, number: u8) -> Option<Self> {
        Some(match (record, number) {
            (2, 55) => Self::DateCreated,
            (2, 60) => Self::TimeCreated,
            (2, 90) => Self::City,
            (2, 92) => Self::Sublocation,
            (2, 95) => Self::State,
            (2, 100) => Self::CountryCode,
            (2, 101) => Self::Country,
            (2, 120) => Self::Caption,
            _ => return None,
        })
    }
}

/// Record, number and value of each data set.
fn data_sets(mut block: &[u8]) -> impl Iterator<Item = (u8, u8, &[u8])> {
    std::iter::from_fn(move || {
        let [0x1c, record, number, ..] = *block else { return None };
        let short = usize::from(piece::be16(block, 3)?);
        // The high bit says: these are not the length but say how many bytes the length has.
        let (size, at) = if short & 0x8000 == 0 {
            (short, 5)
        } else {
            let digits = piece::of(block, 5, short & 0x7fff).filter(|digits| digits.len() <= 4)?;
            let size = digits.iter().fold(0, |size, &digit| size << 8 | usize::from(digit));
            (size, 5 + digits.len())
        };
        let value = piece::of(block, at, size)?;
        block = &block[at + size..];
        Some((record, number, value))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn data_set(record: u8, number: u8, value: &[u8]) -> Vec<u8> {
        let size = u16::try_from(value.len()).unwrap().to_be_bytes();
        [&[0x1c, record, number, size[0], size[1]], value].concat()
    }

    #[test]
    fn the_charset_is_announced_or_guessed() {
        let latin = data_set(2, 90, b"Z\xfcrich");
        assert_eq!(read(&latin).text(DataSet::City), Some("Zürich"));
        let silent = data_set(2, 90, "Zürich".as_bytes());
        assert_eq!(read(&silent).text(DataSet::City), Some("Zürich"));
        let announced = [data_set(1, 90, UTF_8), data_set(2, 90, b"Z\xfcrich")].concat();
        assert_eq!(read(&announced).text(DataSet::City), Some("Z\u{fffd}rich"));
    }

    #[test]
    fn blanks_are_nothing_and_the_first_counts() {
        let block = [
            data_set(2, 120, b" \0 "),
            data_set(2, 120, b"first\0"),
            data_set(2, 120, b"second"),
            data_set(3, 120, b"of another record"),
        ];
        assert_eq!(read(&block.concat()).text(DataSet::Caption), Some("first"));
    }

    #[test]
    fn a_long_value_has_a_length_of_its_own() {
        let mut block = vec![0x1c, 2, 120, 0x80, 4, 0, 1, 0, 0];
        block.resize(block.len() + 0x10000, b'x');
        block.extend(data_set(2, 90, b"Bern"));
        let iptc = read(&block);
        assert_eq!(iptc.text(DataSet::Caption).map(str::len), Some(0x10000));
        assert_eq!(iptc.text(DataSet::City), Some("Bern"));
    }

    #[test]
    fn what_stands_before_damage_counts() {
        let block = [data_set(2, 90, b"Bern"), vec![0x1c, 2, 120, 0x7f, 0xff, b'x']].concat();
        assert_eq!(read(&block).text(DataSet::City), Some("Bern"));
        assert_eq!(read(&block).text(DataSet::Caption), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, digits in 0_u8..9) {
            read(&bytes);
            let long = [&[0x1c, 2, 120, 0x80, digits], bytes.as_slice()].concat();
            read(&long);
        }
    }
}
