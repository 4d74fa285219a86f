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
mod memory;
mod open;
mod pace;
mod password;
mod places;
mod print;
mod progress;
mod secrets;
mod serve;
mod settings;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;

use crate::commands::{Cli, Command};
use crate::settings::Settings;

fn main() -> ExitCode {
    memory::settle();
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            print::error(&format!("heliograph: {err:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(Cli { flags, command }: Cli) -> anyhow::Result<()> {
    let settings = || Settings::find(&flags);
    match command {
        Command::Config => {
            print::line(&settings()?.describe());
            Ok(())
        }
        Command::Serve => {
            let settings = settings()?;
            logs::start(&settings)?;
            runtime()?.block_on(serve::serve(settings))
        }
        Command::Admin { command } => {
            let settings = settings()?;
            logs::start_beside_answers(&settings)?;
            let runtime = runtime()?;
            let done = runtime.block_on(admin::run(settings, command));
            // What hangs on a disk that does not answer is no reason to say nothing.
            runtime.shutdown_background();
            done
        }
        // Nothing is read but the file: there may be walls around this process.
        Command::DevelopRaw { edge } => {
            Ok(media::picture::develop_raw(&mut io::stdin(), &mut io::stdout(), edge)?)
        }
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
