//! Rows, and what they can be read as.

use super::{Cell, Error, FromCell, Result};

/// Reads the columns of one row from left to right.
pub struct Row<'r> {
    source: Source<'r>,
    column: usize,
}

enum Source<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

/// What a row can be read as. Built by hand from [`Row::take`], in the order of the statement's
/// columns; a value that takes several columns reads them through its own `from_row`.
pub trait FromRow: Sized {
    /// Takes as many columns as this value has.
    fn from_row(row: &mut Row<'_>) -> Result<Self>;
}

impl Row<'_> {
    /// How many columns there are, taken or not.
    pub(crate) fn columns(&self) -> usize {
        match self.source {
            Source::Sqlite(row) => row.as_ref().column_count(),
            Source::Postgres(row) => row.len(),
        }
    }

    /// The next column.
    pub fn take<T: FromCell>(&mut self) -> Result<T> {
        let column = self.column;
        self.column += 1;
        let cell = match self.source {
            Source::Sqlite(row) => Cell::try_from(row.get_ref(column)?).ok(),
            Source::Postgres(row) => Some(row.try_get(column)?),
        };
        cell.and_then(T::from_cell).ok_or(Error::Decode { column })
    }
}

impl<'r> From<&'r rusqlite::Row<'r>> for Row<'r> {
    fn from(row: &'r rusqlite::Row<'r>) -> Self {
        Self { source: Source::Sqlite(row), column: 0 }
    }
}

impl<'r> From<&'r postgres::Row> for Row<'r> {
    fn from(row: &'r postgres::Row) -> Self {
        Self { source: Source::Postgres(row), column: 0 }
    }
}

macro_rules! tuples {
    ($(($($name:ident)+))*) => { $(
        impl<$($name: FromCell),+> FromRow for ($($name,)+) {
            fn from_row(row: &mut Row<'_>) -> Result<Self> {
                Ok(($(row.take::<$name>()?,)+))
            }
        }
    )* };
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }
