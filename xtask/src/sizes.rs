//! What is sent over the wire may grow by two in a hundred, not more, until somebody says in `tests/sizes.txt` that it should; and what
//! has a bound in the design may not pass that, whatever anybody says.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::process::{Outcome, root, show};

/// Where the sizes stand that were agreed on, in bytes.
const KEPT: &str = "tests/sizes.txt";
/// How much more is let pass, and how much less is not told.
const SLACK: f64 = 0.02;

const LOADER: &str = "loader of embedded recordings, gzip";
const MINI: &str = "mini player, before its picture, gzip";
const FIRST: &str = "viewer, what loads first, brotli";
/// What the design allows, in bytes.
const BOUNDS: [(&str, u64); 3] = [(LOADER, 5_000), (MINI, 150_000), (FIRST, 350_000)];

/// Compares what was built with what was agreed on.
///
/// # Errors
/// A file that is missing, or more bytes than were agreed on.
pub(crate) fn check() -> Outcome {
    let path = root().join(KEPT);
    let text = fs::read_to_string(&path).map_err(|error| format!("{KEPT}: {error}"))?;
    let kept = read(&text)?;
    let now = measure()?;
    let mut too_large = Vec::new();
    for (name, size) in &now {
        let before = kept.get(*name).copied().unwrap_or(0);
        show(&format!("{name}: {size} bytes, {before} agreed on"));
        match judge(before, *size) {
            Verdict::Fits => {}
            Verdict::Smaller => show(&format!("{name} has become smaller: write {size} into {KEPT}")),
            Verdict::Larger => too_large.push(format!("{name} has grown from {before} to {size} bytes")),
        }
        if let Some((_, bound)) = BOUNDS
            .iter()
            .find(|(bounded, bound)| bounded == name && size > bound)
        {
            too_large.push(format!("{name} has {size} bytes, more than {bound}"));
        }
    }
    match too_large.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{}. Make it smaller, or say why it must be larger and change {KEPT}",
            too_large.join("; ")
        )),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Fits,
    Smaller,
    Larger,
}

fn judge(before: u64, now: u64) -> Verdict {
    let (before, now) = (before as f64, now as f64);
    if now > before * (1.0 + SLACK) {
        Verdict::Larger
    } else if now < before * (1.0 - SLACK) {
        Verdict::Smaller
    } else {
        Verdict::Fits
    }
}

/// Lines of `name: bytes`; what begins with `#` is for people.
fn read(text: &str) -> Result<BTreeMap<String, u64>, String> {
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let entry = line
                .split_once(": ")
                .and_then(|(name, size)| Some((name.to_owned(), size.trim().parse().ok()?)));
            entry.ok_or_else(|| format!("{KEPT}: {line:?} is not a name, a colon and a number"))
        })
        .collect()
}

/// The sizes, compressed as they are sent.
fn measure() -> Result<Vec<(&'static str, u64)>, String> {
    let dist = root().join("dist");
    let first = files(&dist)?.filter(|path| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        name == "index.html.br" || name == "boot.js.br" || is_of_program(&name)
    });
    let [worker, importer] =
        ["worker_bg", "worker_importer_bg"].map(|name| root().join(format!("target/worker/{name}.wasm.br")));
    let loader = dist.join("embed/v1.js.gz");
    // The page has the picture in it; what moves through the recording comes behind.
    let styles = files(&dist)?.filter(|path| is_named(path, "base-", ".css.gz"));
    let mini = [
        &loader,
        &dist.join("embed/frame.js.gz"),
        &dist.join("index.html.gz"),
    ]
    .map(PathBuf::clone);
    Ok(vec![
        (LOADER, sum([loader.clone()].into_iter())?),
        (MINI, sum(mini.into_iter().chain(styles))?),
        (FIRST, sum(first)?),
        (
            "viewer, its later parts, brotli",
            sum(brotli(&dist.join("parts"))?)?,
        ),
        ("worker of the engine, brotli", sum([worker].into_iter())?),
        ("importer of other files, brotli", sum([importer].into_iter())?),
    ])
}

/// The script, the program and the styles that Trunk names with a hash.
fn is_of_program(name: &str) -> bool {
    let is_hashed = name.starts_with("app-") || name.starts_with("base-");
    is_hashed && name.ends_with(".br")
}

fn is_named(path: &Path, begin: &str, end: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(begin) && name.ends_with(end)
}

fn brotli(folder: &Path) -> Result<impl Iterator<Item = PathBuf> + use<>, String> {
    Ok(files(folder)?.filter(|path| path.extension().is_some_and(|extension| extension == "br")))
}

fn files(folder: &Path) -> Result<impl Iterator<Item = PathBuf> + use<>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()))
}

fn sum(paths: impl Iterator<Item = PathBuf>) -> Result<u64, String> {
    let mut total = 0;
    for path in paths {
        let metadata = fs::metadata(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        total += metadata.len();
    }
    match total {
        0 => Err("nothing is built of which to tell the size".to_owned()),
        total => Ok(total),
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, judge, read};

    #[test]
    fn two_in_a_hundred_pass() {
        assert_eq!(judge(1000, 1020), Verdict::Fits);
        assert_eq!(judge(1000, 1021), Verdict::Larger);
        assert_eq!(judge(1000, 979), Verdict::Smaller);
        assert_eq!(judge(0, 1), Verdict::Larger);
    }

    #[test]
    fn the_agreed_sizes_are_read() {
        let kept = read("# why\n\nviewer, first: 12\nworker: 3\n");
        let expected = [("viewer, first".to_owned(), 12), ("worker".to_owned(), 3)];
        assert_eq!(kept, Ok(expected.into()));
        assert!(read("viewer 12").is_err());
    }
}
