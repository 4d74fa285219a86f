//! Other programs that read strangers' bytes, kept where they can do no harm.
//!
//! Decoders written in C are never linked into the server. They run as a program of their own that
//! gets one file, gives bytes back, and is bounded in memory, time and output; on Linux it can also
//! open no network and no file but its own libraries. A child that crashes, hangs or talks too much
//! costs one picture and nothing else, and none outlives the server.
//!
//! To read it: [`Job`] is what is to be run, [`run`] runs it, `walls` is what surrounds it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

mod walls;

pub use walls::{Protection, protection};

/// One program to be run on one input.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    /// A name to be looked for in `PATH`, or a path.
    pub(crate) program: &'a str,
    pub(crate) arguments: &'a [String],
    pub(crate) input: Input<'a>,
    pub(crate) bounds: Bounds,
}

/// What the program gets as its standard input.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input<'a> {
    /// Through a pipe.
    Bytes(&'a [u8]),
    /// As an open file, which it may also open once more as `/dev/fd/0` to move about in it.
    File(&'a File),
}

/// What one run may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Address space.
    pub(crate) memory_bytes: u64,
    /// Both of the processor and on the clock on the wall.
    pub(crate) time: Duration,
    /// What it may write to its standard output.
    pub(crate) output_bytes: u64,
}

/// How a run ended that came to its end by itself.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Whether the program says that it went well.
    #[cfg_attr(not(test), expect(dead_code, reason = "what it gave says more"))]
    pub(crate) is_success: bool,
    /// What it wrote to its standard error, or the beginning of that.
    pub(crate) log: String,
}

/// Why a run came to no end of its own.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    #[error("the program {0} is not installed")]
    Missing(String),
    #[error("it took longer than {} seconds", .0.as_secs())]
    TooSlow(Duration),
    #[error("it gave more than {0} bytes")]
    TooMuch(u64),
    #[error("it crashed (signal {0})")]
    Crashed(i32),
    /// By the system or a person; not the fault of the input.
    #[error("it was killed")]
    Killed,
    #[error("it could not be run: {0}")]
    System(#[from] io::Error),
}

/// More of the log is not kept.
const LOG_BYTES: usize = 64 << 10;

/// Runs a program to its end; `sink` gets what it writes, piece by piece.
pub(crate) fn run(job: &Job<'_>, mut sink: impl FnMut(&[u8])) -> Result<Ended, Broken> {
    let deadline = Instant::now() + job.bounds.time;
    let mut running = Running::start(job)?;
    let mut log = Vec::new();
    let mut written = 0;
    let mut pieces = vec![0; 256 << 10];
    while let Some(ready) = running.ready(deadline, job.bounds.time)? {
        if ready.input {
            running.feed();
        }
        if ready.output {
            let piece = take(&mut running.output, &mut pieces)?;
            written += piece.len() as u64;
            if written > job.bounds.output_bytes {
                return Err(Broken::TooMuch(job.bounds.output_bytes));
            }
            sink(piece);
        }
        if ready.log {
            let piece = take(&mut running.log, &mut pieces)?;
            let room = LOG_BYTES.saturating_sub(log.len()).min(piece.len());
            log.extend(&piece[..room]);
        }
    }
    let status = running.wait(deadline, job.bounds.time)?;
    ended(status, &log, job.bounds.time)
}

fn ended(status: ExitStatus, log: &[u8], time: Duration) -> Result<Ended, Broken> {
    const SIGKILL: i32 = 9;
    const SIGXCPU: i32 = 24;
    match status.signal() {
        Some(SIGXCPU) => Err(Broken::TooSlow(time)),
        Some(SIGKILL) => Err(Broken::Killed),
        Some(signal) => Err(Broken::Crashed(signal)),
        None => Ok(Ended {
            is_success: status.success(),
            log: String::from_utf8_lossy(log).into_owned(),
        }),
    }
}

/// A child with its pipes. Dropping it ends it.
struct Running<'a> {
    child: Child,
    input: Option<ChildStdin>,
    waiting: &'a [u8],
    output: Option<ChildStdout>,
    log: Option<ChildStderr>,
}

/// Which pipes can be used without waiting.
#[derive(Default)]
struct Ready {
    input: bool,
    output: bool,
    log: bool,
}

impl<'a> Running<'a> {
    fn start(job: &Job<'a>) -> Result<Self, Broken> {
        let program = find(job.program).ok_or_else(|| Broken::Missing(job.program.to_owned()))?;
        let mut command = Command::new(&program);
        command
            .args(job.arguments)
            .env_clear()
            .current_dir("/")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let waiting = match job.input {
            Input::Bytes(bytes) => {
                command.stdin(Stdio::piped());
                bytes
            }
            Input::File(file) => {
                command.stdin(file.try_clone()?);
                &[]
            }
        };
        walls::put_around(&mut command, &program, job)?;
        let mut child = command.spawn()?;
        let input = child.stdin.take();
        if let Some(input) = &input {
            rustix::io::ioctl_fionbio(input, true).map_err(io::Error::from)?;
        }
        let (output, log) = (child.stdout.take(), child.stderr.take());
        Ok(Self { child, input, waiting, output, log })
    }

    /// Waits until a pipe can be used; `None` once the program has closed its own.
    fn ready(&mut self, deadline: Instant, time: Duration) -> Result<Option<Ready>, Broken> {
        if self.output.is_none() && self.log.is_none() {
            return Ok(None);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).map_err(io::Error::other)?;
        let mut pipes = Vec::with_capacity(3);
        pipes.extend(self.output.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        pipes.extend(self.log.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        pipes.extend(self.input.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::OUT)));
        match poll(&mut pipes, Some(&left)) {
            Ok(0) => return Err(Broken::TooSlow(time)),
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(err) => return Err(io::Error::from(err).into()),
        }
        let mut usable = pipes.iter().map(|pipe| !pipe.revents().is_empty());
        let mut next = |is_open: bool| is_open && usable.next().unwrap_or(false);
        let (output, log) = (next(self.output.is_some()), next(self.log.is_some()));
        Ok(Some(Ready { output, log, input: next(self.input.is_some()) }))
    }

    /// Hands over as much as the pipe takes. A program that wants no more gets no more.
    fn feed(&mut self) {
        let Some(pipe) = &mut self.input else { return };
        match pipe.write(self.waiting) {
            Ok(taken) if taken > 0 => self.waiting = &self.waiting[taken..],
            Err(err) if err.kind() == io::ErrorKind::WouldBlock => return,
            _ => self.waiting = &[],
        }
        if self.waiting.is_empty() {
            self.input = None;
        }
    }

    /// The end of a program that has closed its pipes and so has nothing left to do.
    fn wait(&mut self, deadline: Instant, time: Duration) -> Result<ExitStatus, Broken> {
        self.input = None;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if Instant::now() >= deadline {
                return Err(Broken::TooSlow(time));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        // Both fail only for a child that has been waited for.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// What is in the pipe. At its end, or when it breaks, the pipe is closed.
fn take<'a>(pipe: &mut Option<impl io::Read>, pieces: &'a mut [u8]) -> io::Result<&'a [u8]> {
    let read = match pipe.as_mut().map_or(Ok(0), |pipe| pipe.read(pieces)) {
        Err(err) if err.kind() == io::ErrorKind::Interrupted => return Ok(&[]),
        read => read?,
    };
    if read == 0 {
        *pipe = None;
    }
    Ok(&pieces[..read])
}

/// Where a program is.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let is_there = |path: &Path| path.is_file();
    if program.contains('/') {
        return Some(PathBuf::from(program)).filter(|path| is_there(path));
    }
    let folders = std::env::var_os("PATH");
    let folders = folders.as_deref().unwrap_or(OsStr::new("/usr/local/bin:/usr/bin:/bin"));
    std::env::split_paths(folders).map(|folder| folder.join(program)).find(|path| is_there(path))
}

#[cfg(test)]
mod tests;
