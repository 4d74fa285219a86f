//! All that is in the store.

use model::{Instant, VersionId};

use super::{Blobs, Error, ORIGINAL, Result};

/// A version, as a listing finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Whose objects they are.
    pub version: VersionId,
    /// The original and the variants by name. A crash may have left a version without any, or
    /// with an original that is not whole.
    pub objects: Vec<Stored>,
}

/// An object, as a listing finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// [`ORIGINAL`], or the name of a variant.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// When it was last written, by the clock of the store.
    pub written_at: Instant,
}

impl Listed {
    /// The bytes a person gave us.
    pub fn original(&self) -> Option<&Stored> {
        self.objects.iter().find(|object| object.name == ORIGINAL)
    }

    /// The pictures made from them.
    pub fn variants(&self) -> impl Iterator<Item = &Stored> {
        self.objects.iter().filter(|object| object.name != ORIGINAL)
    }
}

impl Blobs {
    /// Whether there is any version; an error, too, where that cannot be said of all folders.
    pub fn has_versions(&self) -> Result<bool> {
        self.backend.has_versions()
    }

    /// Calls `each` with all versions there are, those of one folder of the fan-out at a time: a
    /// 65,536th of the store, and never none. Folders come in the order of the last two bytes of
    /// the ids, versions in the order of the ids, objects in that of their names. When `each`
    /// fails, the listing ends with its error.
    ///
    /// What is written or deleted meanwhile may be missing or listed. Uploads that still run are
    /// listed as well: only who has seen the row of a version knows that its original is whole.
    /// Files that are not ours and files that are not finished are not listed.
    pub fn list<E: From<Error>>(
        &self,
        mut each: impl FnMut(&[Listed]) -> Result<(), E>,
    ) -> Result<(), E> {
        for group in self.backend.list()? {
            each(&group?)?;
        }
        Ok(())
    }
}
