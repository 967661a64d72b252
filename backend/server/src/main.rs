//! The program `playhead`: records pages, imports what other recorders wrote, serves recordings and the viewer, makes links to
//! them, inspects files.

mod access;
mod answering;
mod api;
mod assets;
mod cli;
mod comments;
mod embed;
mod export;
mod files;
mod forward;
mod gate;
mod http;
mod import;
mod inspect;
mod library;
mod limits;
mod linking;
mod links;
mod listen;
mod listing;
mod outgoing;
mod preview;
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
        cli::Command::Export(arguments) => export::export(arguments),
        cli::Command::Import(arguments) => import::import(arguments),
        cli::Command::Verify { file } => inspect::verify(&file),
        cli::Command::List { folder, posters } => listing::list(&folder, posters),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
