//! Which tables there are, and what binds them together.

use crate::db::{Conn, Result, Tx};

/// A table and its columns, by name.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

/// What is no content: which steps of the schema ran, and the words of each engine's own full text.
const APART: [&str; 2] = ["schema_migrations", "search_"];

/// The tables with content.
pub(super) fn all(conn: &mut Conn) -> Result<Vec<Table>> {
    let names: Vec<(String,)> = conn.all(conn.tables_statement(), &[])?;
    names
        .into_iter()
        .filter(|(name,)| !APART.iter().any(|apart| name.starts_with(apart)))
        .map(|(name,)| Ok(Table { columns: columns(conn, &name)?, name }))
        .collect()
}

/// The columns of a table in the order of their names; none when there is no such table.
pub(super) fn columns(conn: &mut Conn, table: &str) -> Result<Vec<String>> {
    let rows = conn.all(conn.columns_statement(), &[&table])?;
    let mut columns: Vec<String> = rows.into_iter().map(|(column,)| column).collect();
    columns.sort();
    Ok(columns)
}

/// A reference between tables, as the statement that makes it again.
pub(super) struct Reference(String);

/// Lets rows be written in any order. On SQLite `claim_schema` has done so.
pub(super) fn set_references_aside(tx: &mut Tx<'_>) -> Result<Vec<Reference>> {
    let Some(statement) = tx.references_statement() else { return Ok(Vec::new()) };
    let found: Vec<(String, String, String)> = tx.all(statement, &[])?;
    let mut references = Vec::with_capacity(found.len());
    for (table, name, definition) in found {
        tx.batch(&format!("alter table {table} drop constraint {name}"))?;
        references
            .push(Reference(format!("alter table {table} add constraint {name} {definition}")));
    }
    Ok(references)
}

/// Makes the references again, which checks every row.
pub(super) fn put_references_back(tx: &mut Tx<'_>, references: &[Reference]) -> Result<()> {
    references.iter().try_for_each(|Reference(statement)| tx.batch(statement))
}
