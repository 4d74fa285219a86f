//! `specimen`: photographs on demand, from the command line.

mod commands;

use std::process::ExitCode;

use clap::Parser;

/// Makes photographs with known metadata, whole libraries of them, and uploads them.
#[derive(Parser)]
#[command(version, about, arg_required_else_help = true)]
enum Command {
    Demo(commands::demo::Demo),
    Photo(Box<commands::photo::PhotoCommand>),
    Upload(commands::upload::Upload),
}

fn main() -> ExitCode {
    let outcome = match Command::parse() {
        Command::Demo(demo) => demo.run(),
        Command::Photo(photo) => photo.run(),
        Command::Upload(upload) => upload.run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("specimen: {error:#}");
            ExitCode::FAILURE
        }
    }
}
