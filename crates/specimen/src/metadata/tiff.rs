//! TIFF directories, the frame of EXIF (TIFF 6.0, section 2).

use std::collections::BTreeMap;

/// Which end of a number comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ByteOrder {
    /// `II`, as most cameras write.
    #[default]
    Little,
    /// `MM`.
    Big,
}

/// A fraction of two whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rational {
    /// Above the line.
    pub num: u32,
    /// Below the line; zero is possible and means nothing.
    pub den: u32,
}

/// What a tag holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Type 1.
    Byte(Vec<u8>),
    /// Type 2; the closing NUL is added.
    Ascii(String),
    /// Type 3.
    Short(Vec<u16>),
    /// Type 4.
    Long(Vec<u32>),
    /// Type 5.
    Rational(Vec<Rational>),
    /// Type 7.
    Undefined(Vec<u8>),
    /// Type 10.
    SignedRational(Vec<(i32, i32)>),
}

/// Tags in ascending order, as the standard asks.
pub(crate) type Tags = BTreeMap<u16, Value>;

/// A TIFF stream that grows by whole directories.
pub(crate) struct Stream {
    order: ByteOrder,
    bytes: Vec<u8>,
}

const HEADER_LENGTH: usize = 8;
const ENTRY_LENGTH: usize = 12;

impl Stream {
    /// The header; its pointer to the first directory is set by [`Self::finish`].
    pub(crate) fn new(order: ByteOrder) -> Self {
        let mut stream = Self { order, bytes: Vec::new() };
        stream.bytes.extend_from_slice(match order {
            ByteOrder::Little => b"II",
            ByteOrder::Big => b"MM",
        });
        let magic = stream.order.short(42);
        stream.bytes.extend_from_slice(&magic);
        stream.bytes.resize(HEADER_LENGTH, 0);
        stream
    }

    /// Appends bytes that belong to no directory, such as pixels. Returns where they begin.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> u32 {
        let start = offset(self.bytes.len());
        self.bytes.extend_from_slice(bytes);
        self.align();
        start
    }

    /// Appends a directory. Returns where it begins.
    pub(crate) fn directory(&mut self, tags: &Tags) -> u32 {
        let start = self.bytes.len();
        let mut entries = Vec::with_capacity(tags.len() * ENTRY_LENGTH);
        let mut overflow = Vec::new();
        let overflow_start = start + 2 + tags.len() * ENTRY_LENGTH + 4;
        for (&tag, value) in tags {
            let mut encoded = value.encode(self.order);
            entries.extend_from_slice(&self.order.short(tag));
            entries.extend_from_slice(&self.order.short(value.kind()));
            entries.extend_from_slice(&self.order.long(value.count()));
            if encoded.len() <= 4 {
                encoded.resize(4, 0);
                entries.extend_from_slice(&encoded);
            } else {
                let at = offset(overflow_start + overflow.len());
                entries.extend_from_slice(&self.order.long(at));
                overflow.append(&mut encoded);
                // Values begin on even offsets.
                overflow.resize(overflow.len().next_multiple_of(2), 0);
            }
        }
        let count = self.order.short(u16::try_from(tags.len()).unwrap_or(u16::MAX));
        self.bytes.extend_from_slice(&count);
        self.bytes.extend_from_slice(&entries);
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(&overflow);
        self.align();
        offset(start)
    }

    /// The whole stream, whose first directory is the one at `first`.
    pub(crate) fn finish(mut self, first: u32) -> Vec<u8> {
        let pointer = self.order.long(first);
        self.bytes[4..HEADER_LENGTH].copy_from_slice(&pointer);
        self.bytes
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(2), 0);
    }
}

/// A place in the stream, which is far below the 4 GiB a TIFF can address.
fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl ByteOrder {
    const fn short(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    const fn long(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    const fn signed(self, number: i32) -> [u8; 4] {
        self.long(number.cast_unsigned())
    }
}

impl Value {
    const fn kind(&self) -> u16 {
        match self {
            Self::Byte(_) => 1,
            Self::Ascii(_) => 2,
            Self::Short(_) => 3,
            Self::Long(_) => 4,
            Self::Rational(_) => 5,
            Self::Undefined(_) => 7,
            Self::SignedRational(_) => 10,
        }
    }

    fn count(&self) -> u32 {
        offset(match self {
            Self::Byte(bytes) | Self::Undefined(bytes) => bytes.len(),
            Self::Ascii(text) => text.len() + 1,
            Self::Short(numbers) => numbers.len(),
            Self::Long(numbers) => numbers.len(),
            Self::Rational(fractions) => fractions.len(),
            Self::SignedRational(fractions) => fractions.len(),
        })
    }

    fn encode(&self, order: ByteOrder) -> Vec<u8> {
        match self {
            Self::Byte(bytes) | Self::Undefined(bytes) => bytes.clone(),
            Self::Ascii(text) => [text.as_bytes(), &[0]].concat(),
            Self::Short(numbers) => numbers.iter().flat_map(|&n| order.short(n)).collect(),
            Self::Long(numbers) => numbers.iter().flat_map(|&n| order.long(n)).collect(),
            Self::Rational(fractions) => fractions
                .iter()
                .flat_map(|f| [order.long(f.num), order.long(f.den)].concat())
                .collect(),
            Self::SignedRational(fractions) => fractions
                .iter()
                .flat_map(|f| [order.signed(f.0), order.signed(f.1)].concat())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_one_short_is_what_the_standard_draws() {
        let mut stream = Stream::new(ByteOrder::Big);
        let first = stream.directory(&Tags::from([(274, Value::Short(vec![6]))]));
        assert_eq!(
            stream.finish(first),
            [
                b'M', b'M', 0, 42, 0, 0, 0, 8, // header
                0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, // one entry
                0, 0, 0, 0, // no further directory
            ]
        );
    }

    #[test]
    fn long_values_follow_their_directory_on_even_offsets() {
        let mut stream = Stream::new(ByteOrder::Little);
        let tags = Tags::from([
            (270, Value::Ascii("even".into())),
            (271, Value::Ascii("Maker".into())),
            (33434, Value::Rational(vec![Rational { num: 1, den: 250 }])),
        ]);
        let first = stream.directory(&tags);
        let bytes = stream.finish(first);
        let value_offset = |entry: usize| usize::from(bytes[8 + 2 + entry * 12 + 8]);
        assert_eq!(&bytes[value_offset(0)..][..5], b"even\0");
        assert_eq!(&bytes[value_offset(1)..][..6], b"Maker\0");
        assert_eq!(&bytes[value_offset(2)..][..8], [1, 0, 0, 0, 250, 0, 0, 0]);
        assert!((0..3).all(|entry| value_offset(entry) % 2 == 0));
    }
}
