//! How it is started: the heliograph program.
//!
//! Flags, environment and wiring; no rule and no query lives here. `settings` says what can be
//! set, `open` puts the library together, `serve` runs it, `admin` is for whoever owns it.

mod admin;
mod bytes;
mod claim;
mod commands;
mod connections;
mod logs;
mod open;
mod pace;
mod password;
mod places;
mod print;
mod progress;
mod secrets;
mod serve;
mod settings;

use std::process::ExitCode;

use clap::Parser as _;

use crate::commands::{Cli, Command};
use crate::settings::Settings;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            print::error(&format!("heliograph: {err:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let settings = Settings::find(&cli.flags)?;
    match cli.command {
        Command::Config => {
            print::line(&settings.describe());
            Ok(())
        }
        Command::Serve => {
            logs::start(&settings)?;
            runtime()?.block_on(serve::serve(settings))
        }
        Command::Admin { command } => runtime()?.block_on(admin::run(settings, command)),
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
