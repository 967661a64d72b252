//! The wasm-bindgen CLI of exactly the version in this workspace's Cargo.lock. Where PLAYHEAD_PARTS names a folder, the program
//! is cut into parts first; see [`parts`].

mod parts;

use std::{env, ffi::OsString, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().collect();
    let is_question = arguments.len() == 2;
    let result = match env::var_os("PLAYHEAD_PARTS").filter(|_| !is_question) {
        Some(folder) => parts::cut_and_bind(arguments, folder.as_ref()),
        None => bind(arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bind(arguments: Vec<OsString>) -> Result<(), String> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments).map_err(|error| format!("{error:?}"))
}
