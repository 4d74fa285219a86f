//! TIFF directories: the skeleton of EXIF blocks, of TIFF files and of many raws (TIFF 6.0,
//! section 2; EXIF 2.32, section 4.6).
//!
//! Nothing here follows a pointer by itself, so there is no circle to run in.

use super::source::Bytes;

/// More entries than any real directory has.
const MAX_ENTRIES: u16 = 1_024;
/// Values that are longer are cut here, in bytes.
const LONGEST_VALUE: u64 = 4 << 20;

/// Which end of a number comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// One line of a directory. Its value may lie elsewhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) tag: u16,
    kind: u16,
    count: u32,
    /// The four bytes that are the value, or say where it is.
    slot: [u8; 4],
    order: Order,
}

/// The bytes of one value, and how to understand them.
#[derive(Debug, Clone)]
pub(super) struct Value {
    kind: u16,
    order: Order,
    bytes: Vec<u8>,
}

impl Order {
    /// Two bytes in this order.
    pub(super) fn write16(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    /// Four bytes in this order.
    pub(super) fn write32(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn u16(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }

    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }
}

/// The byte order, and where the first directory is. Also for the dialects of ORF and RW2.
pub(super) fn header(bytes: &mut dyn Bytes) -> Option<(Order, u64)> {
    let head: [u8; 8] = bytes.at(0, 8)?.try_into().ok()?;
    let order = match &head[..2] {
        b"II" => Order::Little,
        b"MM" => Order::Big,
        _ => return None,
    };
    let magic = order.u16([head[2], head[3]]);
    let first = order.u32([head[4], head[5], head[6], head[7]]);
    matches!(magic, 42 | 0x55 | 0x4f52 | 0x5352).then_some((order, u64::from(first)))
}

/// The entries of the directory at `offset`, as many as are really there.
pub(super) fn entries(bytes: &mut dyn Bytes, order: Order, offset: u64) -> Vec<Entry> {
    let Some(&[a, b]) = bytes.at(offset, 2) else { return Vec::new() };
    let count = order.u16([a, b]).min(MAX_ENTRIES);
    let table = bytes.up_to(offset.saturating_add(2), usize::from(count) * 12);
    table
        .as_chunks::<12>()
        .0
        .iter()
        .map(|line| Entry {
            tag: order.u16([line[0], line[1]]),
            kind: order.u16([line[2], line[3]]),
            count: order.u32([line[4], line[5], line[6], line[7]]),
            slot: [line[8], line[9], line[10], line[11]],
            order,
        })
        .collect()
}

impl Entry {
    /// The value, cut to `longest` bytes. `None` when its type is unknown or it is not all there.
    pub(super) fn value(&self, bytes: &mut dyn Bytes, longest: u64) -> Option<Value> {
        let size = u64::from(self.count) * width(self.kind)? as u64;
        let take = usize::try_from(size.min(longest).min(LONGEST_VALUE)).ok()?;
        let value = match self.slot.get(..take) {
            Some(inline) if size <= 4 => inline,
            _ => bytes.at(u64::from(self.offset()), take)?,
        };
        Some(Value { kind: self.kind, order: self.order, bytes: value.to_vec() })
    }

    /// The whole value as it lies there; `None` also when it is longer than `longest`.
    pub(super) fn whole(&self, bytes: &mut dyn Bytes, longest: u64) -> Option<Vec<u8>> {
        let size = u64::from(self.count) * width(self.kind)? as u64;
        if size > longest {
            return None;
        }
        self.value(bytes, longest).map(|value| value.bytes)
    }

    /// Type and number of values, as a line of a directory has them.
    pub(super) fn shape(&self) -> (u16, u32) {
        (self.kind, self.count)
    }

    /// The place in the file that this entry points to.
    pub(super) fn offset(&self) -> u32 {
        self.order.u32(self.slot)
    }

    /// The first bytes of a value that does not fit into the entry.
    pub(super) fn starts_with(&self, bytes: &mut dyn Bytes, start: &[u8]) -> bool {
        bytes.at(u64::from(self.offset()), start.len()) == Some(start)
    }
}

/// Bytes per number of a type.
fn width(kind: u16) -> Option<usize> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 => Some(8),
        _ => None,
    }
}

impl Value {
    /// The bytes as they are.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The first two bytes as a signed number, and what follows them.
    pub(super) fn short_and_rest(&self) -> Option<(i16, &[u8])> {
        let (short, rest) = self.bytes.split_first_chunk()?;
        Some((self.order.u16(*short).cast_signed(), rest))
    }

    /// The first number, if the numbers are whole.
    pub(super) fn integer(&self) -> Option<i64> {
        self.integers().next()
    }

    /// The numbers; none if they are not whole.
    pub(super) fn integers(&self) -> impl Iterator<Item = i64> {
        let whole = matches!(self.kind, 1 | 3 | 4 | 6 | 7 | 8 | 9 | 13);
        let width = width(self.kind).filter(|_| whole).unwrap_or(1);
        let bytes = if whole { self.bytes.as_slice() } else { &[] };
        bytes.chunks_exact(width).map(|number| match (self.kind, number) {
            (3, &[a, b]) => i64::from(self.order.u16([a, b])),
            (8, &[a, b]) => i64::from(self.order.u16([a, b]).cast_signed()),
            (9, &[a, b, c, d]) => i64::from(self.order.u32([a, b, c, d]).cast_signed()),
            (_, &[a, b, c, d]) => i64::from(self.order.u32([a, b, c, d])),
            (6, &[a]) => i64::from(a.cast_signed()),
            (_, &[a, ..]) => i64::from(a),
            (_, []) => 0,
        })
    }

    /// The first number of any type. `None` for a fraction over zero.
    pub(super) fn number(&self) -> Option<f64> {
        self.numbers().next().flatten()
    }

    /// The numbers, `None` in the place of a fraction over zero and of what is not finite.
    pub(super) fn numbers(&self) -> impl Iterator<Item = Option<f64>> {
        let width = width(self.kind).unwrap_or(1);
        let whole = self.integers().map(|number| Some(number as f64));
        let parts = if matches!(self.kind, 5 | 10 | 11 | 12) { self.bytes.as_slice() } else { &[] };
        let broken = parts.chunks_exact(width).map(|number| self.fraction(number));
        whole.chain(broken)
    }

    fn fraction(&self, number: &[u8]) -> Option<f64> {
        let (high, low) = (number.get(..4)?.try_into().ok()?, number.get(4..8));
        let first = self.order.u32(high);
        let second = low.and_then(|low| low.try_into().ok()).map(|low| self.order.u32(low));
        let value = match (self.kind, second) {
            (11, _) => f64::from(f32::from_bits(first)),
            (12, Some(second)) => {
                let (high, low) = match self.order {
                    Order::Big => (first, second),
                    Order::Little => (second, first),
                };
                f64::from_bits(u64::from(high) << 32 | u64::from(low))
            }
            (5, Some(second)) if second != 0 => f64::from(first) / f64::from(second),
            (10, Some(second)) if second != 0 => {
                f64::from(first.cast_signed()) / f64::from(second.cast_signed())
            }
            _ => return None,
        };
        value.is_finite().then_some(value)
    }
}
