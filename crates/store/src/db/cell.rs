//! Values on their way into and out of the database.

use uuid::Uuid;

/// A value on its way into or out of the database: all the types there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    Null,
    /// `boolean`; comes out of SQLite as [`Cell::Int`].
    Bool(bool),
    /// `bigint`.
    Int(i64),
    /// `double precision`. SQLite keeps NaN as null.
    Real(f64),
    /// `text`. PostgreSQL refuses the character U+0000.
    Text(&'a str),
    /// `bytea`.
    Blob(&'a [u8]),
    /// `uuid`; comes out of either engine as the [`Cell::Blob`] of its 16 bytes.
    Uuid(Uuid),
}

/// What can be bound to a placeholder.
pub trait ToCell {
    /// The value as the database takes it.
    fn to_cell(&self) -> Cell<'_>;
}

/// What can be read from a column.
pub trait FromCell: Sized {
    /// The value, or `None` when the column holds something else.
    fn from_cell(cell: Cell<'_>) -> Option<Self>;
}

macro_rules! cells {
    ($($type:ty: |$value:ident| $to:expr, $($from:pat => $out:expr),+;)*) => { $(
        impl ToCell for $type {
            fn to_cell(&self) -> Cell<'_> {
                let $value = self;
                $to
            }
        }
        impl FromCell for $type {
            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                match cell {
                    $($from => $out,)+
                    _ => None,
                }
            }
        }
    )* };
}

cells! {
    bool: |v| Cell::Bool(*v), Cell::Bool(v) => Some(v), Cell::Int(v) => Some(v != 0);
    i64: |v| Cell::Int(*v), Cell::Int(v) => Some(v);
    f64: |v| Cell::Real(*v), Cell::Real(v) => Some(v);
    String: |v| Cell::Text(v), Cell::Text(v) => Some(v.to_owned());
    Vec<u8>: |v| Cell::Blob(v), Cell::Blob(v) => Some(v.to_owned());
    Uuid: |v| Cell::Uuid(*v), Cell::Blob(v) => Uuid::from_slice(v).ok();
}

impl ToCell for &str {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Text(self)
    }
}

impl ToCell for &[u8] {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Blob(self)
    }
}

impl<const N: usize> ToCell for [u8; N] {
    fn to_cell(&self) -> Cell<'_> {
        Cell::Blob(self)
    }
}

impl<const N: usize> FromCell for [u8; N] {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Blob(bytes) => bytes.try_into().ok(),
            _ => None,
        }
    }
}

impl<T: ToCell> ToCell for Option<T> {
    fn to_cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Null, T::to_cell)
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}
