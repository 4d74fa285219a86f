//! Units of work: closures on their way to a connection, and answers on their way back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use super::{Conn, Error, Result, Tx, WriteError};

/// A reading closure together with where its answer goes.
pub(super) type Read = Box<dyn FnOnce(Result<&mut Conn>) + Send>;

/// Where an answer arrives; a closed channel means that the work panicked.
type Answer<T, E> = oneshot::Receiver<Result<T, E>>;

/// A writing closure together with where its answer goes.
pub(super) trait Unit: Send {
    /// Does the work, perhaps not for the first time.
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict;

    /// Answers: with what the work gave, or with `end` when that went wrong after the work.
    fn answer(self: Box<Self>, end: Result<()>);
}

/// What is to become of what a unit has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Commit it.
    Keep,
    /// Roll it back.
    Undo,
    /// Roll it back; running the unit again may end better.
    Again,
}

/// The one kind of [`Unit`].
pub(super) struct Work<F, T, E> {
    closure: F,
    /// What the last run gave; `None` before it and after a panic.
    done: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

/// Makes a unit of reading. It is not carried out when nobody waits for it any more.
pub(super) fn read<T, E>(
    work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
) -> (Read, Answer<T, E>)
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let (answer, answered) = oneshot::channel();
    let read = move |conn: Result<&mut Conn>| {
        if !answer.is_closed() {
            let done = conn.map_err(E::from).and_then(work);
            drop(answer.send(done));
        }
    };
    (Box::new(read), answered)
}

/// Runs a unit; one that panics is undone.
pub(super) fn run(unit: &mut dyn Unit, conn: &mut Conn) -> Verdict {
    conn.refused = None;
    catch_unwind(AssertUnwindSafe(|| unit.run(&mut Tx::of(conn)))).unwrap_or(Verdict::Undo)
}

impl<F, T, E> Work<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    E: WriteError,
{
    pub(super) fn new(work: F) -> (Self, Answer<T, E>) {
        let (answer, answered) = oneshot::channel();
        (Self { closure: work, done: None, answer }, answered)
    }
}

impl<F, T, E> Unit for Work<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: WriteError,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Verdict {
        self.done = None;
        let done = (self.closure)(tx);
        // PostgreSQL would roll back where it is told to commit.
        let done = match &tx.refused {
            Some(refused) if done.is_ok() => Err(refused.clone().into()),
            _ => done,
        };
        let verdict = match &done {
            Ok(_) => Verdict::Keep,
            Err(err) if err.is_busy() => Verdict::Again,
            Err(_) => Verdict::Undo,
        };
        self.done = Some(done);
        verdict
    }

    fn answer(self: Box<Self>, end: Result<()>) {
        let done = match end {
            Ok(()) => self.done.unwrap_or_else(|| Err(Error::panicked().into())),
            Err(err) => Err(err.into()),
        };
        drop(self.answer.send(done));
    }
}
