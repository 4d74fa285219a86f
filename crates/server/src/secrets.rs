//! What must not be known to others: files in `secrets/`, readable by their owner only.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Signs sessions.
pub(crate) const SESSION_KEY: &str = "session-key";
/// Signs URLs of pictures.
pub(crate) const URL_KEY: &str = "url-key";
/// Opens invitations.
pub(crate) const INVITATION_KEY: &str = "invitation-key";
const KEYS: [&str; 3] = [SESSION_KEY, URL_KEY, INVITATION_KEY];

/// The folder of secrets.
#[derive(Debug, Clone)]
pub(crate) struct Secrets {
    folder: PathBuf,
}

impl Secrets {
    /// Opens the folder, and makes it when it is missing.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("make {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// The keys there are and their texts.
    pub(crate) fn keys(&self) -> anyhow::Result<Vec<(String, String)>> {
        let mut keys = Vec::new();
        for name in KEYS {
            match fs::read_to_string(self.folder.join(name)) {
                Ok(text) => keys.push((name.to_owned(), text.trim().to_owned())),
                Err(err) if err.kind() == ErrorKind::NotFound => {}
                Err(err) => return Err(err).with_context(|| format!("read the {name}")),
            }
        }
        Ok(keys)
    }

    /// Puts keys from a backup in their place; names that are not of keys are left out.
    pub(crate) fn restore(&self, keys: &[(String, String)]) -> anyhow::Result<()> {
        for (name, text) in keys.iter().filter(|(name, _)| KEYS.contains(&&**name)) {
            unhex(text).with_context(|| format!("the {name} of the backup is damaged"))?;
            self.save(name, text)?;
        }
        Ok(())
    }

    /// 32 random bytes under this name, made at the first call.
    pub(crate) fn key(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        let path = self.folder.join(name);
        if !path.exists() {
            let mut random = [0; 32];
            getrandom::fill(&mut random).context("ask for random bytes")?;
            let mut text = String::new();
            for byte in random {
                // Writing into a String cannot fail.
                let _ = write!(text, "{byte:02x}");
            }
            // Of two processes that start at once, one makes the key and both read it.
            if self.save_new(name, &text)? {
                tracing::info!("made a new {name}: {}", path.display());
            }
        }
        if is_open(&path) {
            tracing::warn!("others may read {}: chmod 600 it", path.display());
        }
        let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        unhex(text.trim()).with_context(|| {
            format!("{} has to hold 64 hexadecimal digits; restore it", path.display())
        })
    }

    /// Replaces the secret of this name. Gives its path.
    pub(crate) fn save(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let draft = self.write_draft(name, text)?;
        let path = self.folder.join(name);
        fs::rename(&draft, &path).with_context(|| format!("write {}", path.display()))?;
        self.sync()?;
        Ok(path)
    }

    /// Whether there was none of this name.
    fn save_new(&self, name: &str, text: &str) -> anyhow::Result<bool> {
        let draft = self.write_draft(name, text)?;
        let path = self.folder.join(name);
        let linked = fs::hard_link(&draft, &path);
        fs::remove_file(&draft)?;
        match linked {
            Err(err) if err.kind() == ErrorKind::AlreadyExists => return Ok(false),
            linked => linked.with_context(|| format!("write {}", path.display()))?,
        }
        self.sync()?;
        Ok(true)
    }

    /// Under a name of its own: processes of several machines may share the folder.
    fn write_draft(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).context("ask for random bytes")?;
        let path = self.folder.join(format!(".{name}.{:016x}", u64::from_ne_bytes(random)));
        let write = || {
            let mut options = OpenOptions::new();
            let mut file = options.write(true).create_new(true).mode(0o600).open(&path)?;
            writeln!(file, "{text}")?;
            file.sync_all()
        };
        write().with_context(|| {
            // Nobody reads a half.
            drop(fs::remove_file(&path));
            format!("write {}", path.display())
        })?;
        Ok(path)
    }

    fn sync(&self) -> anyhow::Result<()> {
        Ok(fs::File::open(&self.folder)?.sync_all()?)
    }
}

/// Whether others than its owner may read a file.
fn is_open(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32).map(|byte| u8::from_str_radix(&text[2 * byte..2 * byte + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stays_the_same_and_is_readable_by_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::open(&folder.path().join("secrets")).unwrap();
        let key = secrets.key("session-key").unwrap();
        assert_eq!(key.len(), 32);
        assert_eq!(
            Secrets::open(&folder.path().join("secrets")).unwrap().key("session-key").unwrap(),
            key
        );
        assert_ne!(secrets.key("url-key").unwrap(), key);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path().join("secrets")), 0o700);
        assert_eq!(mode(&folder.path().join("secrets/session-key")), 0o600);
    }

    #[test]
    fn a_damaged_key_is_refused_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets::open(&folder.path().join("secrets")).unwrap();
        secrets.save("url-key", "abc").unwrap();
        assert!(secrets.key("url-key").unwrap_err().to_string().contains("64 hexadecimal"));
        assert_eq!(fs::read_to_string(folder.path().join("secrets/url-key")).unwrap(), "abc\n");
    }
}
