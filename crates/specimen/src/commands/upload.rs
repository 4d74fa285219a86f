//! `specimen upload`: a folder of pictures through the public API.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{
    http::{Server, Uploaded},
    progress,
};

/// Extensions that are offered to the server; it knows more.
const EXTENSIONS: [&str; 7] = ["jpg", "jpeg", "png", "webp", "tif", "tiff", "gif"];

/// Uploads the pictures of a folder and waits until the server has dealt with them.
///
/// Pictures that the server has already are left as they are. On standard output stands the id of
/// the first picture, and nothing else.
#[derive(Args)]
#[command(after_help = "Example:
  specimen upload --server http://127.0.0.1:8000 \\
      --key-file demo-data/library/secrets/owner-api-key demo-data/photos")]
pub(crate) struct Upload {
    /// Base of the server's URLs.
    #[arg(long, default_value = "http://127.0.0.1:8000")]
    server: String,
    /// File that holds an API key, alone.
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    /// Uploads at the same time.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: u8,
    /// Seconds to wait for the server to be ready, and again for its tasks after the uploads.
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    patience: u64,
    /// The folder.
    dir: PathBuf,
}

impl Upload {
    /// Fails at the first picture that the server refuses.
    pub(crate) fn run(&self) -> Result<()> {
        let key = fs::read_to_string(&self.key_file)
            .with_context(|| format!("cannot read {}", self.key_file.display()))?;
        let server = Server::new(&self.server, key.trim());
        let patience = Duration::from_secs(self.patience);
        let pictures = pictures(&self.dir)?;
        if pictures.is_empty() {
            bail!("{} holds no pictures", self.dir.display());
        }
        server.wait_until_ready(patience)?;
        let uploaded = self.upload_all(&server, &pictures)?;
        server.wait_for_tasks(patience)?;
        let new = uploaded.iter().filter(|uploaded| uploaded.is_new).count();
        eprintln!("{} pictures: {new} new, {} known already", uploaded.len(), uploaded.len() - new);
        let first = uploaded.into_iter().min_by_key(|uploaded| uploaded.position);
        writeln!(io::stdout(), "{}", first.map(|first| first.id).unwrap_or_default())?;
        Ok(())
    }

    fn upload_all(&self, server: &Server, pictures: &[PathBuf]) -> Result<Vec<Uploaded>> {
        let bar = progress::bar(pictures.len() as u64, "uploading");
        let queue = Mutex::new(pictures.iter().enumerate());
        let next = || queue.lock().ok()?.next();
        let work = || -> Result<Vec<Uploaded>> {
            let mut done = Vec::new();
            while let Some((position, picture)) = next() {
                let uploaded = server.upload(position, picture);
                done.push(uploaded.with_context(|| picture.display().to_string())?);
                bar.inc(1);
            }
            Ok(done)
        };
        let parts = thread::scope(|scope| {
            let threads: Vec<_> = (0..self.jobs).map(|_| scope.spawn(work)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| bail!("an upload stopped")))
                .collect::<Result<Vec<_>>>()
        })?;
        bar.finish_and_clear();
        Ok(parts.into_iter().flatten().collect())
    }
}

/// The pictures of a folder, without its subfolders, by name.
fn pictures(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut pictures = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let known = extension.map(str::to_ascii_lowercase);
        if known.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str())) {
            pictures.push(path);
        }
    }
    pictures.sort();
    Ok(pictures)
}
