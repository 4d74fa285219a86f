//! `specimen demo`: a library of photographs in a folder.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};
use specimen::demo::{DemoPhoto, library};

use super::progress;

/// Writes a demo library: photographs from all over the world, fifteen years of them.
///
/// Beside them stands `index.jsonl`, one object per photograph: its file name, and the values a
/// reader must find in it. The index is written last, so that its presence means that all is there.
#[derive(Args)]
#[command(after_help = "Example:\n  specimen demo --count 300 --seed 1 --into demo-data/photos")]
pub(crate) struct Demo {
    /// How many photographs.
    #[arg(long, default_value_t = 300)]
    count: u32,
    /// The same number makes the same photographs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder they are written to; it is made when it does not exist.
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
}

impl Demo {
    /// Paints on all processors.
    pub(crate) fn run(&self) -> Result<()> {
        fs::create_dir_all(&self.into)
            .with_context(|| format!("cannot make {}", self.into.display()))?;
        let bar = progress::bar(self.count.into(), "painting");
        let photos = Mutex::new(library(self.count, self.seed));
        let next = || photos.lock().ok()?.next();
        let paint = || -> Result<Vec<Value>> {
            let mut lines = Vec::new();
            while let Some(photo) = next() {
                write(&self.into, &photo)?;
                lines.push(index_line(&photo));
                bar.inc(1);
            }
            Ok(lines)
        };
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let parts = thread::scope(|scope| {
            let threads: Vec<_> = (0..workers).map(|_| scope.spawn(paint)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| anyhow::bail!("a painter stopped")))
                .collect::<Result<Vec<_>>>()
        })?;
        bar.finish_and_clear();
        let mut lines: Vec<Value> = parts.into_iter().flatten().collect();
        lines.sort_by(|a, b| a["file"].as_str().cmp(&b["file"].as_str()));
        write_index(&self.into.join("index.jsonl"), &lines)
    }
}

/// The file's time of change is that of the photograph, as on a memory card.
fn write(folder: &Path, photo: &DemoPhoto) -> Result<()> {
    let path = folder.join(&photo.file);
    let write = || -> Result<()> {
        let mut file = File::create(&path)?;
        file.write_all(&photo.photo.bytes()?)?;
        Ok(file.set_modified(photo.taken.timestamp().try_into()?)?)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

fn index_line(photo: &DemoPhoto) -> Value {
    let mut line = json!({
        "file": photo.file,
        "place": photo.place.name,
        "country_code": photo.place.country_code,
        "time_zone": photo.place.zone,
    });
    if let (Value::Object(line), Value::Object(expected)) = (&mut line, photo.expected.to_json()) {
        line.extend(expected);
    }
    line
}

fn write_index(path: &Path, lines: &[Value]) -> Result<()> {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    fs::write(path, lines.join("\n") + "\n")
        .with_context(|| format!("cannot write {}", path.display()))
}
