//! A connection that is replaced when it breaks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::{Conn, Result};

pub(super) type Open = Arc<dyn Fn() -> Result<Conn> + Send + Sync>;

/// A connection that is replaced when it breaks.
pub(super) struct Line {
    open: Open,
    conn: Option<Conn>,
}

impl Line {
    /// Connects.
    pub(super) fn open(open: Open) -> Result<Self> {
        let conn = Some(open()?);
        Ok(Self { open, conn })
    }

    /// A connection that is in no transaction, a new one when the last has broken.
    pub(super) fn conn(&mut self) -> Result<&mut Conn> {
        let idle = self.conn.take().and_then(|mut conn| conn.is_idle().then_some(conn));
        let conn = idle.map_or_else(|| (self.open)(), Ok)?;
        Ok(self.conn.insert(conn))
    }

    /// Gives the connection to `job`, or why there is none. A panic ends `job` and nothing else.
    pub(super) fn calmly(&mut self, job: impl FnOnce(Result<&mut Conn>)) {
        drop(catch_unwind(AssertUnwindSafe(|| job(self.conn()))));
    }

    /// Gives up the connection; the next unit of work gets a new one.
    pub(super) fn hang_up(&mut self) {
        self.conn = None;
    }
}
