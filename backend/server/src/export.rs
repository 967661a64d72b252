//! `playhead export`: writes a recording that can be handed on, cut to a part and without what is not to leave.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, bail};
use exporter::{Bound, Inventory, Kind, Plan, Portion, SAFE};
use recording::{manifest::Manifest, point::Micros, reader::Reader, share::LeftOut};

use crate::{cli::ExportArguments, inspect};

/// Writes the recording, and says what is in it.
///
/// # Errors
/// It cannot be read or written, or the part asked for has nothing in it.
pub(crate) fn export(arguments: ExportArguments) -> anyhow::Result<ExitCode> {
    let reader = inspect::open(&arguments.file)?;
    let plan = plan(&reader, &arguments)?;
    if arguments.list {
        list(&Inventory::of(&reader, &plan)?, &plan);
        return Ok(ExitCode::SUCCESS);
    }
    let output = arguments.output.unwrap_or_else(|| named_after(&arguments.file));
    let is_itself = fs::canonicalize(&output)
        .is_ok_and(|output| fs::canonicalize(&arguments.file).is_ok_and(|file| file == output));
    if is_itself {
        bail!("the recording itself is not written over; name another file with -o");
    }
    let manifest = write(&reader, &plan, &output)?;
    said(&manifest, &output)?;
    Ok(ExitCode::SUCCESS)
}

fn plan(reader: &Reader, arguments: &ExportArguments) -> anyhow::Result<Plan> {
    let mut left_out: BTreeSet<LeftOut> = SAFE.into();
    for what in &arguments.keep {
        left_out.remove(what);
    }
    // Whoever keeps headers has to say so of those that let others in, too.
    if arguments.keep.contains(&LeftOut::Headers) && !arguments.keep.contains(&LeftOut::SecretHeaders) {
        left_out.insert(LeftOut::SecretHeaders);
    }
    left_out.extend(&arguments.leave_out);
    let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Plan {
        begin: arguments.from.map(Bound::Time),
        end: arguments.to.map(Bound::Time),
        left_out,
        comments: match arguments.comments {
            true => reader.comments()?,
            false => None,
        },
        ..Plan::safe(uuid::Uuid::new_v4().to_string(), at.as_millis() as f64)
    })
}

/// Writes beside the file and puts it in its place once it is whole.
fn write(reader: &Reader, plan: &Plan, output: &Path) -> anyhow::Result<Manifest> {
    let context = || format!("write {}", output.display());
    let mut part = output.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = (|| {
        let mut sink = BufWriter::new(File::create(&part)?);
        let manifest = exporter::export(reader, plan, &mut sink, &mut |_| true)?;
        sink.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()?;
        fs::rename(&part, output)?;
        Ok::<_, anyhow::Error>(manifest)
    })();
    if written.is_err() {
        // What is left of it is of no use; if it cannot be removed either, the error says enough.
        let _ = fs::remove_file(&part);
    }
    written.with_context(context)
}

/// `todo.playhead` becomes `todo-shared.playhead`.
fn named_after(file: &Path) -> PathBuf {
    let stem = file.file_stem().unwrap_or(file.as_os_str());
    let mut name = stem.to_owned();
    name.push("-shared.playhead");
    file.with_file_name(name)
}

#[expect(clippy::print_stdout, reason = "this is the command's output")]
fn said(manifest: &Manifest, output: &Path) -> anyhow::Result<()> {
    let size = fs::metadata(output)?.len();
    println!(
        "wrote {} ({}, {} steps)",
        output.display(),
        size_in_words(size),
        manifest.counts.steps
    );
    for sentence in &manifest.redactions {
        println!("taken out   {sentence}");
    }
    for warning in &manifest.warnings {
        println!("note        {warning}");
    }
    Ok(())
}

/// What would leave, and about how much of it.
fn list(inventory: &Inventory, plan: &Plan) {
    let seconds = |time: Micros| time.as_millis() / 1000.0;
    let mut lines = vec![format!(
        "from {:.3} s to {:.3} s, about {}",
        seconds(inventory.begin),
        seconds(inventory.end),
        size_in_words(inventory.n_bytes(&plan.left_out))
    )];
    for portion in &inventory.portions {
        lines.push(format!(
            "{:10} {:28} {:>9} {:>10}",
            becomes(portion, &plan.left_out),
            name(portion.kind),
            portion.count,
            size_in_words(portion.n_bytes)
        ));
    }
    let text = lines.join("\n") + "\n";
    // A closed pipe is whoever asked, who wants no more.
    let _ = io::stdout().write_all(text.as_bytes());
}

/// What becomes of a portion.
fn becomes(portion: &Portion, left_out: &BTreeSet<LeftOut>) -> &'static str {
    let is_out = |what: &LeftOut| left_out.contains(what);
    match (
        portion.goes_with.as_ref().is_some_and(is_out),
        portion.masked_by.iter().any(is_out),
    ) {
        (true, _) => "left out",
        (false, true) => "in part",
        (false, false) => "leaves",
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Log => "what ran (statements)",
        Kind::Scripts => "places in scripts",
        Kind::Sources => "texts of scripts",
        Kind::Console => "messages",
        Kind::Keys => "keys",
        Kind::Events => "other events",
        Kind::Documents => "changes of documents",
        Kind::Looks => "boxes and styles",
        Kind::Pictures => "pictures",
        Kind::Requests => "requests",
        Kind::Headers => "headers",
        Kind::Bodies => "bodies",
    }
}

fn size_in_words(n_bytes: u64) -> String {
    match n_bytes {
        0..1_000 => format!("{n_bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", n_bytes as f64 / 1e3),
        _ => format!("{:.2} MB", n_bytes as f64 / 1e6),
    }
}

/// A kind of content, as it is typed.
pub(crate) fn kind_of(text: &str) -> Result<LeftOut, String> {
    let found = LeftOut::ALL.into_iter().find(|what| what.key() == text);
    found.ok_or_else(|| {
        let known: Vec<&str> = LeftOut::ALL.iter().map(|what| what.key()).collect();
        format!("there is no such kind of content; there are {}", known.join(", "))
    })
}

/// A time as it is typed: `62.5`, `1:02.5`, `1:00:02`.
pub(crate) fn time_of(text: &str) -> Result<Micros, String> {
    let odd = || "a time is written in seconds, as 62.5, or as 1:02.5".to_owned();
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() > 3 {
        return Err(odd());
    }
    let mut seconds = 0.0;
    for (idx, part) in parts.iter().enumerate() {
        let number: f64 = part.parse().map_err(|_| odd())?;
        let is_digits = part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if !is_digits || idx > 0 && number >= 60.0 {
            return Err(odd());
        }
        seconds = seconds * 60.0 + number;
    }
    Ok(Micros((seconds * 1e6).round() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_clocks_show_them() {
        for (text, micros) in [
            ("0", 0),
            ("62.5", 62_500_000),
            ("1:02.5", 62_500_000),
            ("1:00:02", 3_602_000_000),
            (".25", 250_000),
        ] {
            assert_eq!(time_of(text), Ok(Micros(micros)), "{text}");
        }
        for text in ["", "-1", "1:60", "1:2:3:4", "nan", "1e3", "x"] {
            assert!(time_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_copy_is_named_after_its_recording() {
        assert_eq!(
            named_after(Path::new("recordings/todo.playhead")),
            Path::new("recordings/todo-shared.playhead")
        );
    }
}
