//! `playhead import`: a recording made of what another recorder wrote.

use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use importer::Imported;

use crate::cli::ImportArguments;

/// Imports a file, and says what was taken from it and what was not.
///
/// # Errors
/// The file cannot be read or is none that can be imported; or the recording cannot be written.
pub(crate) fn import(arguments: ImportArguments) -> anyhow::Result<ExitCode> {
    let ImportArguments { file, output } = arguments;
    let output = match output {
        Some(output) => output,
        None => {
            let output = name_for(&file);
            if output.exists() {
                bail!("{} exists already: name the recording with -o", output.display());
            }
            output
        }
    };
    let source = File::open(&file).with_context(|| format!("open {}", file.display()))?;
    // Whatever is at the place stays there until the recording is whole.
    let unfinished = output.with_added_extension("part");
    let imported = write(source, &unfinished);
    let finished = imported.and_then(|imported| {
        fs::rename(&unfinished, &output).with_context(|| format!("write {}", output.display()))?;
        Ok(imported)
    });
    if finished.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    let imported = finished.with_context(|| format!("import {}", file.display()))?;
    tell(&imported, &file, &output)?;
    Ok(ExitCode::SUCCESS)
}

fn write(source: File, path: &Path) -> anyhow::Result<Imported> {
    let file = File::create(path).with_context(|| format!("write {}", path.display()))?;
    let mut sink = BufWriter::new(file);
    let imported = importer::import(BufReader::new(source), &mut sink)?;
    sink.flush()
        .with_context(|| format!("write {}", path.display()))?;
    Ok(imported)
}

#[expect(clippy::print_stdout, reason = "this is the command's output")]
fn tell(imported: &Imported, file: &Path, output: &Path) -> anyhow::Result<()> {
    let manifest = &imported.manifest;
    let recorder = manifest.origin.as_ref().map(|origin| origin.recorder.as_str());
    match recorder.filter(|recorder| !recorder.is_empty()) {
        Some(recorder) => println!("{}: {} by {recorder}", file.display(), imported.kind),
        None => println!("{}: {}", file.display(), imported.kind),
    }
    for (n, what) in &imported.report.taken {
        println!("  taken     {what}: {n}");
    }
    for left in &imported.report.left {
        println!("  left out  {left}");
    }
    for note in manifest
        .warnings
        .iter()
        .filter(|note| !note.starts_with("left out of "))
    {
        eprintln!("note: {note}");
    }
    let size = fs::metadata(output)
        .with_context(|| format!("read {}", output.display()))?
        .len();
    println!(
        "{}: {:.1} s, {:.2} MB",
        output.display(),
        manifest.duration.as_millis() / 1000.0,
        size as f64 / 1e6
    );
    println!("open it with: playhead open {}", output.display());
    Ok(())
}

/// `trace.playhead` for `trace.zip`, `session.playhead` for `session.har.zip`; in the current folder.
fn name_for(file: &Path) -> PathBuf {
    let mut stem = PathBuf::from(file.file_stem().unwrap_or(file.as_os_str()));
    let is_packed = file.extension().is_some_and(|end| end == "gz" || end == "zip");
    let is_known = stem
        .extension()
        .is_some_and(|end| end == "har" || end == "json" || end == "jsonl");
    if is_packed && is_known {
        stem.set_extension("");
    }
    stem.with_added_extension("playhead")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_named_after_their_files() {
        let check = |file: &str, expected: &str| assert_eq!(name_for(Path::new(file)), Path::new(expected));
        check("some/trace.zip", "trace.playhead");
        check("session.har", "session.playhead");
        check("session.har.zip", "session.playhead");
        check("rrweb.json.gz", "rrweb.playhead");
        check("a.b.json", "a.b.playhead");
        check("events", "events.playhead");
    }
}
