//! What a figure depends on beside the program.

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context as _, Result};

/// Where benchmarks keep files, on a disk and not in memory: `bench` in the cache folder of the
/// project. Made when it is missing.
pub(crate) fn cache_folder() -> Result<PathBuf> {
    let cache = match env::var_os("HELIOGRAPH_CACHE") {
        Some(cache) => PathBuf::from(cache),
        None => env::home_dir().context("there is no home folder")?.join(".cache/heliograph"),
    };
    let folder = cache.join("bench");
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

/// Cores, and how busy they have been during the last minute (`/proc/loadavg`), in words.
pub(crate) fn load() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!("{cores} cores, load {}", load.split(' ').next().unwrap_or("unknown"))
}
