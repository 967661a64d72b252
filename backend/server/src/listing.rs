//! `playhead list`: what recordings a folder holds, as a list that a viewer without a server reads.

use std::{fs, path::Path, path::PathBuf, process::ExitCode};

use anyhow::Context;
use recording::{reader::Reader, source::FileSource};
use serde_json::{Value, json};

use crate::library::{Entry, Library};

/// Prints the recordings in a folder, each with its file's place from the folder's parent (`samples/todo.playhead`), as
/// `recordings.json` lists them. With `has_posters`, a picture of each is put beside its file.
///
/// # Errors
/// A folder that cannot be read or written.
#[expect(clippy::print_stdout, reason = "this is the command's output")]
pub(crate) fn list(folder: &Path, has_posters: bool) -> anyhow::Result<ExitCode> {
    let name = folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut recordings = Vec::new();
    for path in files(folder)? {
        let library = Library::new(vec![path.clone()]);
        let Some(entry @ Entry::Recording { .. }) = library.list().pop() else {
            continue;
        };
        let mut row = serde_json::to_value(entry)?;
        row["src"] = json!(format!("{name}/{}", file_name(&path)));
        if has_posters && let Some((ending, picture)) = poster(&path) {
            let poster = path.with_extension(ending);
            fs::write(&poster, picture).with_context(|| format!("write {}", poster.display()))?;
            row["poster"] = json!(format!("{name}/{}", file_name(&poster)));
        }
        recordings.push(row);
    }
    println!("{}", serde_json::to_string(&Value::from(recordings))?);
    Ok(ExitCode::SUCCESS)
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "playhead"));
    files.sort();
    Ok(files)
}

/// A picture to know a recording by, its last paint, and how its file's name ends.
fn poster(path: &Path) -> Option<(&'static str, Vec<u8>)> {
    let reader = Reader::open(Box::new(FileSource::open(path).ok()?)).ok()?;
    let paint = reader.paints().ok()?.last()?.event.clone();
    let ending = match paint.mime_type.to_string().as_str() {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        _ => return None,
    };
    Some((ending, reader.paint_bytes(&paint.hash).ok()?))
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
