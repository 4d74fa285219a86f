//! What only PostgreSQL needs.

use std::time::{Duration, Instant};

use hashlink::LruCache;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type};
use postgres::{Client, Statement};

use super::{Cell, Error, Params, Result, tls};

/// A connection to a PostgreSQL server.
pub(super) struct Session {
    client: Client,
    statements: LruCache<String, Statement>,
    used: Instant,
}

/// Distinct statements a connection keeps prepared; the server holds a plan for each.
const STATEMENTS: usize = 256;
/// A connection unused for longer is asked whether it is still there.
const FRESH: Duration = Duration::from_secs(1);
/// The server ends a transaction whose process has said nothing for so long, as one does whose machine
/// has lost its power: its locks would hold up everybody else for hours. No unit of work thinks as long.
const VANISHED: &str = "set idle_in_transaction_session_timeout = '60s'";
/// How long a server may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(5);

/// A bare connection.
pub(super) fn connect(url: &str) -> Result<Client> {
    let (mut config, tls) = tls::settings(url)?;
    if config.get_application_name().is_none() {
        config.application_name("heliograph");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    Ok(config.connect(tls)?)
}

impl Session {
    /// A connection that cannot write.
    pub(super) fn reader(url: &str) -> Result<Self> {
        Self::connect(url, "set default_transaction_read_only = on")
    }

    /// A connection that writes.
    pub(super) fn writer(url: &str) -> Result<Self> {
        Self::connect(url, &format!("set default_transaction_read_only = off; {VANISHED}"))
    }

    fn connect(url: &str, mode: &str) -> Result<Self> {
        let mut client = connect(url)?;
        // Compiling a plan takes longer than any of our statements.
        client.batch_execute(&format!("{mode}; set jit = off"))?;
        Ok(Self { client, statements: LruCache::new(STATEMENTS), used: Instant::now() })
    }

    pub(super) fn each(
        &mut self,
        sql: &str,
        params: Params<'_>,
        mut take: impl FnMut(&postgres::Row) -> Result<()>,
    ) -> Result<()> {
        let statement = self.prepare(sql)?;
        let cells: Vec<Cell<'_>> = params.iter().map(|param| param.to_cell()).collect();
        let mut rows = self.client.query_raw(&statement, cells)?;
        while let Some(row) = rows.next()? {
            take(&row)?;
        }
        Ok(())
    }

    pub(super) fn execute(&mut self, sql: &str, params: Params<'_>) -> Result<u64> {
        let statement = self.prepare(sql)?;
        let cells: Vec<Cell<'_>> = params.iter().map(|param| param.to_cell()).collect();
        let cells: Vec<&(dyn ToSql + Sync)> = cells.iter().map(|cell| cell as _).collect();
        Ok(self.client.execute(&statement, &cells)?)
    }

    pub(super) fn script(&mut self, script: &str) -> Result<()> {
        Ok(self.client.batch_execute(script)?)
    }

    /// Commits. `Busy` means that it was rolled back; a connection lost on the way leaves open
    /// what happened, and is no `Busy`.
    pub(super) fn commit(&mut self) -> Result<()> {
        self.client.batch_execute("commit").map_err(|err| {
            let state = err.code().map_or("", |state| state.code()).to_owned();
            match Error::from(err) {
                Error::Busy(cause) if !state.starts_with("40") => Error::Down(cause),
                err => err,
            }
        })
    }

    /// Whether the server is still there.
    pub(super) fn is_open(&mut self) -> bool {
        if !self.client.is_closed() && self.used.elapsed() > FRESH {
            // A failure closes the client.
            drop(self.client.is_valid(PATIENCE));
        }
        self.used = Instant::now();
        !self.client.is_closed()
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Cause> {
        Ok(match *ty {
            Type::BOOL => Cell::Bool(bool::from_sql(ty, raw)?),
            Type::INT4 => Cell::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => Cell::Int(i64::from_sql(ty, raw)?),
            Type::FLOAT8 => Cell::Real(f64::from_sql(ty, raw)?),
            Type::TEXT => Cell::Text(<&str>::from_sql(ty, raw)?),
            Type::BYTEA | Type::UUID => Cell::Blob(raw),
            _ => return Err(format!("no Cell for {ty}: cast it in the statement").into()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Cause> {
        Ok(Cell::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Cause> {
        match (*self, ty) {
            (Cell::Null, _) => return Ok(IsNull::Yes),
            (Cell::Bool(v), &Type::BOOL) => v.to_sql(ty, out)?,
            // As SQLite keeps it.
            (Cell::Int(v), &Type::BOOL) => (v != 0).to_sql(ty, out)?,
            (Cell::Int(v), &Type::INT8) => v.to_sql(ty, out)?,
            (Cell::Int(v), &Type::INT4) => i32::try_from(v)?.to_sql(ty, out)?,
            (Cell::Real(v), &Type::FLOAT8) => v.to_sql(ty, out)?,
            (Cell::Text(v), _) if <&str as ToSql>::accepts(ty) => v.to_sql(ty, out)?,
            (Cell::Blob(v), &Type::BYTEA | &Type::UUID) => {
                out.extend_from_slice(v);
                IsNull::No
            }
            (Cell::Uuid(v), &Type::UUID | &Type::BYTEA) => {
                out.extend_from_slice(v.as_bytes());
                IsNull::No
            }
            _ => {
                return Err(format!("the statement expects {ty}, and is given another type").into());
            }
        };
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Cause> {
        self.to_sql(ty, out)
    }
}
