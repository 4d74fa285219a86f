//! Structured logs on standard error.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::settings::Settings;

/// What is logged beside an answer unless somebody sets it: that the database was copied, and what
/// the answer does not say.
const BESIDE_ANSWERS: &str = "warn,app::scrub=off,heliograph::open=info";

/// Starts logging, in text or as a JSON object per line.
pub(crate) fn start(settings: &Settings) -> anyhow::Result<()> {
    start_with(settings, &settings.log)
}

/// As [`start`], for a program that does one thing and says what came of it.
pub(crate) fn start_beside_answers(settings: &Settings) -> anyhow::Result<()> {
    start_with(settings, if settings.is_default("log") { BESIDE_ANSWERS } else { &settings.log })
}

fn start_with(settings: &Settings, log: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(log).with_context(|| format!("read the log filter {log:?}"))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = if settings.log_is_json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.try_init()
    };
    started.map_err(|err| anyhow::anyhow!("start logging: {err}"))
}
