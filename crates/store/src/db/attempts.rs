//! Repetition: PostgreSQL lets transactions run side by side and sometimes asks for one again.

use std::time::Duration;

use super::line::Line;
use super::queue::Inbox;
use super::unit::{self, Unit, Verdict};
use super::{Result, WriteError};

/// How often a unit is tried before its caller hears `Busy`.
const ATTEMPTS: u32 = 8;
/// The pause after the first attempt; it doubles each time, which makes half a second in all.
const PAUSE: Duration = Duration::from_millis(4);

/// Carries out units one by one, each in its own transaction.
pub(super) fn serve(mut line: Line, queue: Inbox<Box<dyn Unit>>) {
    for mut unit in queue {
        let end = repeat(&mut line, unit.as_mut());
        unit.answer(end);
    }
}

fn repeat(line: &mut Line, unit: &mut dyn Unit) -> Result<()> {
    let mut pause = PAUSE;
    for _ in 1..ATTEMPTS {
        match once(line, unit) {
            Attempt::Final(end) => return end,
            Attempt::Repeatable(_) => std::thread::sleep(pause),
        }
        pause *= 2;
    }
    let (Attempt::Final(end) | Attempt::Repeatable(end)) = once(line, unit);
    end
}

/// How one attempt ended: `Ok` when the unit itself knows the answer.
enum Attempt {
    Final(Result<()>),
    /// Nothing was changed.
    Repeatable(Result<()>),
}

impl Attempt {
    fn failed(err: super::Error) -> Self {
        if err.is_busy() { Self::Repeatable(Err(err)) } else { Self::Final(Err(err)) }
    }
}

fn once(line: &mut Line, unit: &mut dyn Unit) -> Attempt {
    let conn = match line.conn().and_then(|conn| conn.script("begin").map(|()| conn)) {
        Ok(conn) => conn,
        Err(err) => {
            line.hang_up();
            return Attempt::failed(err);
        }
    };
    let verdict = unit::run(unit, conn);
    if verdict == Verdict::Keep {
        return conn.commit().map_or_else(Attempt::failed, |()| Attempt::Final(Ok(())));
    }
    if conn.script("rollback").is_err() {
        line.hang_up();
    }
    match verdict {
        Verdict::Again => Attempt::Repeatable(Ok(())),
        _ => Attempt::Final(Ok(())),
    }
}
