//! The program `playhead`: records pages, serves recordings and the viewer, makes links to them, inspects files.

mod access;
mod answering;
mod api;
mod assets;
mod cli;
mod comments;
mod files;
mod forward;
mod gate;
mod http;
mod inspect;
mod library;
mod limits;
mod linking;
mod links;
mod listen;
mod outgoing;
mod record;
mod resources;
mod serve;
mod shelf;
mod socket;
mod state;
mod store;
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
        cli::Command::Link(arguments) => linking::link(arguments),
        cli::Command::Info { file, json } => inspect::info(&file, json),
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
