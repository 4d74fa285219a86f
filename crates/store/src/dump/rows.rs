//! Rows from one engine to the other, whatever is in them.

use super::tables::Table;
use super::{Error, tables};
use crate::db::{Cell, Conn, FromRow, Result as Done, Row, ToCell, Tx};

/// Placeholders in one statement; SQLite takes 32,766, PostgreSQL 65,535.
const PLACEHOLDERS: usize = 30_000;
/// Rows in one statement: more make it no faster.
const ROWS: usize = 200;

/// A row of any table.
struct AnyRow(Vec<Value>);

/// A value of any column.
enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl crate::db::FromCell for Value {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        Some(match cell {
            Cell::Null => Self::Null,
            Cell::Bool(value) => Self::Bool(value),
            Cell::Int(value) => Self::Int(value),
            Cell::Real(value) => Self::Real(value),
            Cell::Text(value) => Self::Text(value.to_owned()),
            Cell::Blob(value) => Self::Blob(value.to_owned()),
            Cell::Uuid(value) => Self::Blob(value.as_bytes().to_vec()),
        })
    }
}

impl ToCell for Value {
    fn to_cell(&self) -> Cell<'_> {
        match self {
            Self::Null => Cell::Null,
            Self::Bool(value) => Cell::Bool(*value),
            Self::Int(value) => Cell::Int(*value),
            Self::Real(value) => Cell::Real(*value),
            Self::Text(value) => Cell::Text(value),
            Self::Blob(value) => Cell::Blob(value),
        }
    }
}

impl FromRow for AnyRow {
    fn from_row(row: &mut Row<'_>) -> Done<Self> {
        (0..row.columns()).map(|_| row.take()).collect::<Done<_>>().map(Self)
    }
}

/// Copies all rows of a table, which has to have the same columns on both sides.
pub(super) fn copy(from: &mut Conn, to: &mut Tx<'_>, table: &Table) -> Result<(), Error> {
    if tables::columns(from, &table.name)? != table.columns {
        return Err(Error::Table(table.name.clone()));
    }
    let columns = table.columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
    let columns = columns.join(", ");
    let at_once = (PLACEHOLDERS / table.columns.len().max(1)).clamp(1, ROWS);
    let mut waiting: Vec<AnyRow> = Vec::with_capacity(at_once);
    let insert = |to: &mut Tx<'_>, rows: &mut Vec<AnyRow>| -> Done<()> {
        let cells: Vec<&Value> = rows.iter().flat_map(|row| &row.0).collect();
        let cells: Vec<&(dyn ToCell + Sync)> = cells.iter().map(|cell| *cell as _).collect();
        let statement =
            format!("insert into {} ({columns}) values {}", table.name, values(rows.len(), table));
        to.execute(&statement, &cells)?;
        rows.clear();
        Ok(())
    };
    from.each(&format!("select {columns} from {}", table.name), &[], |row: AnyRow| {
        waiting.push(row);
        if waiting.len() == at_once { insert(to, &mut waiting) } else { Ok(()) }
    })?;
    if !waiting.is_empty() {
        insert(to, &mut waiting)?;
    }
    Ok(())
}

/// `($1, $2), ($3, $4)`: placeholders for this many rows.
fn values(rows: usize, table: &Table) -> String {
    let width = table.columns.len();
    let row = |row: usize| {
        let placeholders: Vec<String> =
            (1..=width).map(|column| format!("${}", row * width + column)).collect();
        format!("({})", placeholders.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// The rows of a table, alike whatever the engine.
#[cfg(test)]
pub(super) fn as_text(conn: &mut Conn, table: &Table) -> Done<Vec<String>> {
    let columns = table.columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
    let rows = conn.all(&format!("select {} from {}", columns.join(", "), table.name), &[])?;
    let text = |value: &Value| match value {
        Value::Bool(value) => i64::from(*value).to_string(),
        Value::Int(value) => value.to_string(),
        Value::Real(value) => format!("{value:e}"),
        Value::Text(value) => format!("{value:?}"),
        Value::Blob(value) => format!("{value:02x?}"),
        Value::Null => "null".to_owned(),
    };
    let line = |AnyRow(values): AnyRow| values.iter().map(text).collect::<Vec<_>>().join(" ");
    Ok(rows.into_iter().map(line).collect())
}
