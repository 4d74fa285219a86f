//! What every place for objects can do.

use std::fmt::Debug;
use std::io::Read;

use model::{Instant, VersionId};

use super::{Listed, Object, Result, Swept};

/// The object with the bytes a person gave us.
pub const ORIGINAL: &str = "original";

/// A place for objects. Names are checked before they get here; hashes are taken before bytes do.
pub(crate) trait Backend: Debug + Send + Sync {
    /// Begins to write an original.
    fn begin(&self, version: VersionId, form: Form) -> Result<Box<dyn Incoming>>;

    /// An error when the store as a whole does not answer, or lets nobody in.
    fn answers(&self) -> Result<()>;

    /// An object, to be read from its beginning; `None` when it is not there.
    fn open(&self, version: VersionId, name: &str) -> Result<Option<Object>>;

    /// Whether [`Self::open`] takes no longer than a disk does.
    fn is_near(&self) -> bool;

    /// Adds or replaces variants, each of which shows as a whole, unless the version is
    /// [`super::Error::Missing`].
    fn put(&self, version: VersionId, variants: &[(&str, &[u8])]) -> Result<()>;

    /// Removes all of a version; nothing happens when it is not there.
    fn delete(&self, version: VersionId) -> Result<()>;

    /// All there is, a folder of the fan-out at a time.
    fn list(&self) -> Result<Box<dyn Iterator<Item = Result<Vec<Listed>>> + '_>>;

    /// Whether there is anything; what cannot be listed is an error.
    fn has_versions(&self) -> Result<bool>;

    /// Removes what is older and not kept; ends when `keep` gives `None`.
    fn sweep(&self, older_than: Instant, keep: &mut Keep<'_>) -> Result<Swept>;

    /// Writes a file beside the versions, all at once; durable when it returns. Names are checked.
    fn put_beside(&self, name: &str, bytes: &mut dyn Read) -> Result<()>;

    /// Writes a small file beside the versions; `AlreadyExists` when there is one.
    fn create_beside(&self, name: &str, bytes: &[u8]) -> Result<()>;

    /// Writes a small file beside the versions over one that is there, with no care for a power cut.
    fn replace_beside(&self, name: &str, bytes: &[u8]) -> Result<()>;

    /// A file beside the versions; `None` when it is not there.
    fn open_beside(&self, name: &str) -> Result<Option<Object>>;

    /// The names of the folders in a folder beside the versions, in order.
    fn folders_beside(&self, name: &str) -> Result<Vec<String>>;

    /// Removes a file beside the versions, if it is there.
    fn remove_beside(&self, name: &str) -> Result<()>;

    /// Removes a folder beside the versions with all in it, if it is there.
    fn remove_folder_beside(&self, name: &str) -> Result<()>;

    /// Bytes that still have room; `None` where nobody knows a bound.
    fn free_bytes(&self) -> Result<Option<u64>>;
}

/// What an original on its way in is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The first of a version that nobody asks for yet.
    New,
    /// One that takes the place of what is there, if anything is, when it is sealed.
    Replacement,
}

/// Of some versions those that have a row; `None` when that cannot be said.
pub(crate) type Keep<'a> = dyn FnMut(&[VersionId]) -> Option<Vec<VersionId>> + 'a;

/// An original on its way in. Dropped without having been sealed, it leaves nothing.
pub(crate) trait Incoming: Debug + Send {
    /// Appends bytes.
    fn write(&mut self, chunk: &[u8]) -> Result<()>;

    /// Makes it durable under its name. `sha256` is that of all bytes.
    fn seal(&mut self, sha256: &[u8; 32]) -> Result<()>;
}
