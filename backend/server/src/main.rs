//! The program `playhead`: records pages, imports what other recorders wrote, serves recordings and the viewer, inspects files.

mod assets;
mod cli;
mod forward;
mod http;
mod import;
mod inspect;
mod library;
mod record;
mod resources;
mod serve;
mod socket;
#[cfg(test)]
mod tests;
mod uploading;
mod uploads;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let result = match cli::Cli::parse().command {
        cli::Command::Serve(arguments) => serve::serve(arguments),
        cli::Command::Record(arguments) => record::record(arguments),
        cli::Command::Open(arguments) => serve::open(arguments),
        cli::Command::Info { file, json } => inspect::info(&file, json),
        cli::Command::Import(arguments) => import::import(arguments),
        cli::Command::Verify { file } => inspect::verify(&file),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
