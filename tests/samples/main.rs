//! Records `public/samples/*.playhead` anew: each page of `tests/pages` that has a list of steps, in real Chromium.
//!
//! Usage: `samples PROGRAM FOLDER`, the program being `playhead`.

use std::{env, fs, path::Path, process::Command, process::ExitCode};

use tests::{
    pages::{self, Pages},
    program::{self, Recorded},
};

/// All samples together: what a clone of the project should have to carry for them.
const MAX_TOTAL_BYTES: u64 = 3_000_000;
/// The port is part of the recorded address, so it is the same each time, if it can be had.
const PORT: u16 = 8913;

/// A page to record, and the size it is laid out for.
struct Sample {
    /// Folder of the page below `tests/pages`, and name of the recording.
    name: &'static str,
    size_px: (u32, u32),
}

const SAMPLES: [Sample; 2] = [
    Sample {
        name: "todo",
        size_px: (840, 600),
    },
    Sample {
        name: "pathfinding",
        size_px: (1000, 640),
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [program, folder] = &arguments[..] else {
        eprintln!("usage: samples PROGRAM FOLDER");
        return ExitCode::FAILURE;
    };
    match record_all(Path::new(program), Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn record_all(program: &Path, folder: &Path) -> Result<(), String> {
    let text = |error: std::io::Error| error.to_string();
    fs::create_dir_all(folder).map_err(text)?;
    let pages = Pages::serve(pages::folder(), PORT)
        .or_else(|_| Pages::serve(pages::folder(), 0))
        .map_err(text)?;
    let mut total = 0;
    for Sample { name, size_px } in SAMPLES {
        let steps = pages::folder().join(name).join("steps.json");
        let output = folder.join(format!("{name}.playhead"));
        let url = pages.url(&format!("{name}/"));
        let said = program::record(
            program,
            &Recorded {
                url: &url,
                steps: &steps,
                output: &output,
                size_px,
            },
        )?;
        report(&said);
        report(&program::output(
            Command::new(program).arg("verify").arg(&output),
        )?);
        let size = fs::metadata(&output).map_err(text)?.len();
        report(&format!("{name:10} {:.2} MB", size as f64 / 1e6));
        total += size;
    }
    report(&format!("together   {:.2} MB", total as f64 / 1e6));
    if total > MAX_TOTAL_BYTES {
        return Err(format!(
            "the samples are {total} bytes together; {MAX_TOTAL_BYTES} is the limit"
        ));
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is the program's output")]
fn report(text: &str) {
    if !text.is_empty() {
        println!("{text}");
    }
}
