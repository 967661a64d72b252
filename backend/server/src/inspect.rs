//! `playhead info` and `playhead verify`: what a file holds, and whether it is whole.

use std::{path::Path, process::ExitCode};

use anyhow::Context;
use recording::{reader::Reader, source::FileSource};

/// Prints what a recording holds.
///
/// # Errors
/// A file that cannot be opened.
#[expect(clippy::print_stdout, reason = "this is the command's output")]
pub(crate) fn info(file: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let reader = open(file)?;
    let manifest = reader.manifest();
    if json {
        println!("{}", serde_json::to_string(manifest)?);
        return Ok(ExitCode::SUCCESS);
    }
    let counts = &manifest.counts;
    let size = std::fs::metadata(file)?.len();
    println!("title       {}", manifest.title);
    println!("address     {}", manifest.head.url);
    if let Some(origin) = &manifest.origin {
        println!("imported    from {} by {}", origin.file, origin.recorder);
    }
    println!("recording   {}", manifest.head.recording_id);
    println!("build       {}", manifest.head.build_id);
    println!("duration    {:.3} s", manifest.duration.as_millis() / 1000.0);
    println!("size        {:.2} MB", size as f64 / 1e6);
    println!("steps       {} in {} chunks", counts.steps, counts.chunks);
    println!("calls       {} (with scope instances)", counts.instances);
    println!("objects     {}", counts.objects);
    println!("scripts     {}", counts.scripts);
    println!("messages    {}", counts.messages);
    println!("input       {} mouse, {} keyboard", counts.mouse, counts.keyboard);
    println!("navigations {}", counts.navigations);
    println!("paints      {}", counts.paints);
    if let Some(share) = &manifest.share {
        println!("shared      made from {}", share.of);
    }
    if let Some(part) = manifest.part() {
        println!("begins at   {:.3} s", part.begin_time.as_millis() / 1000.0);
    }
    for redaction in &manifest.redactions {
        println!("taken out   {redaction}");
    }
    for warning in &manifest.warnings {
        println!("note        {warning}");
    }
    for warning in reader.warnings() {
        println!("warning     {warning}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads all of a recording; exits with 1 if anything is wrong with it.
///
/// # Errors
/// A file that cannot be opened.
#[expect(clippy::print_stdout, reason = "this is the command's output")]
pub(crate) fn verify(file: &Path) -> anyhow::Result<ExitCode> {
    let reader = open(file)?;
    let damage = recording::verify::verify(&reader);
    let problems: Vec<String> = reader
        .warnings()
        .into_iter()
        .chain(damage.iter().map(ToString::to_string))
        .collect();
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() {
        println!(
            "{} is whole: {} steps, all chunks, tables and pictures read",
            file.display(),
            reader.manifest().counts.steps
        );
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

pub(crate) fn open(file: &Path) -> anyhow::Result<Reader> {
    let context = || format!("open {}", file.display());
    let source = FileSource::open(file).with_context(context)?;
    Reader::open(Box::new(source)).with_context(context)
}
