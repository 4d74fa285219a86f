//! A store of objects that fails as disks do, by a plan that can be repeated.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use model::{Instant, VersionId};

use crate::blobs::backend::{Backend, Form, Incoming, Keep};
use crate::blobs::object::Remote;
use crate::blobs::{Blobs, Error, Listed, Object, Result, Swept};

/// Numbers that look random and come again with the same seed (`SplitMix64`).
#[derive(Debug)]
pub struct Seeded(u64);

impl Seeded {
    /// Begins.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One of the numbers below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

/// What goes wrong, and how often; shared with the store that fails so.
#[derive(Debug, Clone)]
pub struct Faults {
    seeded: Arc<Mutex<Seeded>>,
    percent: Arc<AtomicU64>,
    is_full: Arc<AtomicBool>,
    met: Arc<AtomicU64>,
    spoilt: Arc<Mutex<Vec<VersionId>>>,
    gate: Arc<(Mutex<bool>, Condvar)>,
    stalled: Arc<AtomicU64>,
}

/// One thing that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// An error before anything was done.
    Before,
    /// An error when half of it was done, and what was done stays.
    Torn,
    /// An error though all of it was done: a refused sync, or a lost answer.
    After,
    /// No room.
    Full,
    /// Nothing goes wrong; it takes its time.
    Slow,
}

impl Faults {
    /// Nothing fails yet.
    pub fn new(seed: u64) -> Self {
        let seeded = Arc::new(Mutex::new(Seeded::new(seed)));
        Self {
            seeded,
            percent: Arc::default(),
            is_full: Arc::default(),
            met: Arc::default(),
            spoilt: Arc::default(),
            gate: Arc::default(),
            stalled: Arc::default(),
        }
    }

    /// Lets so many of a hundred calls fail.
    pub fn fail(&self, percent: u64) {
        self.percent.store(percent, Ordering::SeqCst);
    }

    /// Whether all writing finds the disk full.
    pub fn fill(&self, is_full: bool) {
        self.is_full.store(is_full, Ordering::SeqCst);
    }

    /// Lets the disk give no more than half of this original, as bad sectors do.
    pub fn spoil(&self, version: VersionId) {
        self.spoilt.lock().unwrap_or_else(PoisonError::into_inner).push(version);
    }

    fn is_spoilt(&self, version: VersionId) -> bool {
        self.spoilt.lock().unwrap_or_else(PoisonError::into_inner).contains(&version)
    }

    /// Whether the writing of variants waits.
    pub fn stall(&self, waits: bool) {
        *self.gate.0.lock().unwrap_or_else(PoisonError::into_inner) = waits;
        self.gate.1.notify_all();
    }

    /// How many wait for the end of that.
    pub fn stalled(&self) -> u64 {
        self.stalled.load(Ordering::SeqCst)
    }

    fn pass(&self) {
        self.stalled.fetch_add(1, Ordering::SeqCst);
        let (waits, change) = &*self.gate;
        let waits = waits.lock().unwrap_or_else(PoisonError::into_inner);
        drop(change.wait_while(waits, |waits| *waits));
        self.stalled.fetch_sub(1, Ordering::SeqCst);
    }

    /// How many calls have failed.
    pub fn met(&self) -> u64 {
        self.met.load(Ordering::SeqCst)
    }

    /// The same store, failing so.
    pub fn over(&self, blobs: &Blobs) -> Blobs {
        Blobs::over(Arc::new(Faulty { inner: blobs.backend().clone(), faults: self.clone() }))
    }

    fn writing(&self) -> Option<Fault> {
        if self.is_full.load(Ordering::SeqCst) {
            self.met.fetch_add(1, Ordering::SeqCst);
            return Some(Fault::Full);
        }
        self.any(&[Fault::Before, Fault::Torn, Fault::After, Fault::Full, Fault::Slow])
    }

    fn reading(&self) -> Option<Fault> {
        self.any(&[Fault::Before, Fault::Torn, Fault::Slow])
    }

    fn any(&self, kinds: &[Fault]) -> Option<Fault> {
        let mut seeded = self.seeded.lock().unwrap_or_else(PoisonError::into_inner);
        if seeded.below(100) >= self.percent.load(Ordering::SeqCst) {
            return None;
        }
        let kind = usize::try_from(seeded.below(kinds.len() as u64)).ok()?;
        drop(seeded);
        self.met.fetch_add(1, Ordering::SeqCst);
        if kinds[kind] == Fault::Slow {
            std::thread::sleep(Duration::from_millis(3));
        }
        Some(kinds[kind])
    }
}

impl Fault {
    fn error(self) -> Error {
        match self {
            Self::Full => io::Error::from(io::ErrorKind::StorageFull).into(),
            // EIO has no kind of its own.
            _ => io::Error::from_raw_os_error(5).into(),
        }
    }
}

struct Faulty {
    inner: Arc<dyn Backend>,
    faults: Faults,
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "faulty {:?}", self.inner)
    }
}

impl Backend for Faulty {
    fn begin(&self, version: VersionId, form: Form) -> Result<Box<dyn Incoming>> {
        match self.faults.writing() {
            None | Some(Fault::Slow | Fault::After | Fault::Torn) => {}
            Some(fault) => return Err(fault.error()),
        }
        let inner = Some(self.inner.begin(version, form)?);
        Ok(Box::new(FaultyWriter { inner, faults: self.faults.clone() }))
    }

    fn open(&self, version: VersionId, name: &str) -> Result<Option<Object>> {
        let fault = self.faults.reading();
        if fault == Some(Fault::Before) {
            return Err(Fault::Before.error());
        }
        let Some(object) = self.inner.open(version, name)? else { return Ok(None) };
        let bytes = object.len();
        let is_torn = fault == Some(Fault::Torn) || self.faults.is_spoilt(version);
        let most = if is_torn { bytes / 2 } else { u64::MAX };
        Ok(Some(Object::of_remote(FaultyReader { inner: object, at: 0, most }, bytes)))
    }

    fn answers(&self) -> Result<()> {
        match self.faults.reading() {
            Some(Fault::Before) => Err(Fault::Before.error()),
            _ => self.inner.answers(),
        }
    }

    fn is_near(&self) -> bool {
        self.inner.is_near()
    }

    fn put(&self, version: VersionId, variants: &[(&str, &[u8])]) -> Result<()> {
        self.faults.pass();
        match self.faults.writing() {
            None | Some(Fault::Slow) => self.inner.put(version, variants),
            Some(fault) => {
                let done = match fault {
                    Fault::Torn => variants.len() / 2,
                    Fault::After => variants.len(),
                    _ => 0,
                };
                self.inner.put(version, &variants[..done])?;
                Err(fault.error())
            }
        }
    }

    fn delete(&self, version: VersionId) -> Result<()> {
        match self.faults.reading() {
            Some(Fault::Before) => Err(Fault::Before.error()),
            Some(Fault::Torn) => {
                self.inner.delete(version)?;
                Err(Fault::After.error())
            }
            _ => self.inner.delete(version),
        }
    }

    fn list(&self) -> Result<Box<dyn Iterator<Item = Result<Vec<Listed>>> + '_>> {
        self.inner.list()
    }

    fn has_versions(&self) -> Result<bool> {
        self.inner.has_versions()
    }

    fn sweep(&self, older_than: Instant, keep: &mut Keep<'_>) -> Result<Swept> {
        self.inner.sweep(older_than, keep)
    }

    fn put_beside(&self, name: &str, bytes: &mut dyn io::Read) -> Result<()> {
        match self.faults.writing() {
            None | Some(Fault::Slow) => self.inner.put_beside(name, bytes),
            Some(Fault::After) => {
                self.inner.put_beside(name, bytes)?;
                Err(Fault::After.error())
            }
            Some(fault) => Err(fault.error()),
        }
    }

    fn create_beside(&self, name: &str, bytes: &[u8]) -> Result<()> {
        match self.faults.writing() {
            None | Some(Fault::Slow) => self.inner.create_beside(name, bytes),
            Some(fault) => Err(fault.error()),
        }
    }

    fn replace_beside(&self, name: &str, bytes: &[u8]) -> Result<()> {
        match self.faults.writing() {
            None | Some(Fault::Slow) => self.inner.replace_beside(name, bytes),
            Some(fault) => Err(fault.error()),
        }
    }

    fn open_beside(&self, name: &str) -> Result<Option<Object>> {
        match self.faults.reading() {
            Some(Fault::Before) => Err(Fault::Before.error()),
            _ => self.inner.open_beside(name),
        }
    }

    fn folders_beside(&self, name: &str) -> Result<Vec<String>> {
        self.inner.folders_beside(name)
    }

    fn remove_beside(&self, name: &str) -> Result<()> {
        self.inner.remove_beside(name)
    }

    fn remove_folder_beside(&self, name: &str) -> Result<()> {
        self.inner.remove_folder_beside(name)
    }

    fn free_bytes(&self) -> Result<Option<u64>> {
        self.inner.free_bytes()
    }
}

#[derive(Debug)]
struct FaultyWriter {
    /// `None` once it has failed and nobody tidies up.
    inner: Option<Box<dyn Incoming>>,
    faults: Faults,
}

impl FaultyWriter {
    fn inner(&mut self) -> Result<&mut Box<dyn Incoming>> {
        self.inner.as_mut().ok_or_else(|| Fault::Before.error())
    }

    /// As after a crash: what was written stays.
    fn abandon(&mut self) {
        std::mem::forget(self.inner.take());
    }
}

impl Incoming for FaultyWriter {
    fn write(&mut self, chunk: &[u8]) -> Result<()> {
        match self.faults.writing() {
            None | Some(Fault::Slow) => self.inner()?.write(chunk),
            Some(fault) => {
                if fault == Fault::Torn {
                    self.inner()?.write(&chunk[..chunk.len() / 2])?;
                    self.abandon();
                }
                Err(fault.error())
            }
        }
    }

    fn seal(&mut self, sha256: &[u8; 32]) -> Result<()> {
        match self.faults.writing() {
            None | Some(Fault::Slow) => self.inner()?.seal(sha256),
            Some(fault) => {
                match fault {
                    Fault::After => self.inner()?.seal(sha256)?,
                    Fault::Torn => self.abandon(),
                    _ => {}
                }
                Err(fault.error())
            }
        }
    }
}

#[derive(Debug)]
struct FaultyReader {
    inner: Object,
    at: u64,
    /// Nothing can be read from there on.
    most: u64,
}

impl Read for FaultyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.most {
            return Err(io::Error::from_raw_os_error(5));
        }
        let room = usize::try_from(self.most - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(&mut buffer[..room])?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for FaultyReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.inner.seek(to)?;
        Ok(self.at)
    }
}

impl Remote for FaultyReader {
    fn spool(&self) -> std::path::PathBuf {
        std::env::temp_dir()
    }
}
