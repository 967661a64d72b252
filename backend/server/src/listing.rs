//! `playhead list`: what recordings a folder holds, as a list that a viewer without a server reads.

use std::{fs, path::Path, path::PathBuf, process::ExitCode};

use anyhow::Context;
use recording::{reader::Reader, source::FileSource};
use serde_json::{Value, json};

use crate::library::{Entry, Library};

/// Prints the recordings in a folder as `recordings.json` lists them.
///
/// # Errors
/// A folder that cannot be read or written.
#[expect(clippy::print_stdout, reason = "this is the command's output")]
pub(crate) fn list(folder: &Path, has_posters: bool) -> anyhow::Result<ExitCode> {
    println!("{}", serde_json::to_string(&rows(folder, has_posters)?)?);
    Ok(ExitCode::SUCCESS)
}

/// The recordings in a folder, each with its file's address from the folder's parent (`samples/todo.playhead`). With
/// `has_posters`, a picture of each is put beside its file. What is no recording is left out.
fn rows(folder: &Path, has_posters: bool) -> anyhow::Result<Vec<Value>> {
    let folder = fs::canonicalize(folder).with_context(|| format!("read {}", folder.display()))?;
    let address = |path: &Path| format!("{}/{}", encoded(&folder), encoded(path));
    let mut rows = Vec::new();
    for path in files(&folder)? {
        let library = Library::new(vec![path.clone()]);
        let Some(entry @ Entry::Recording { .. }) = library.list().pop() else {
            continue;
        };
        let mut row = serde_json::to_value(entry)?;
        row["src"] = json!(address(&path));
        if has_posters && let Some((ending, picture)) = poster(&path) {
            let poster = path.with_extension(ending);
            fs::write(&poster, picture).with_context(|| format!("write {}", poster.display()))?;
            row["poster"] = json!(address(&poster));
        }
        rows.push(row);
    }
    Ok(rows)
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

/// A file's name as a part of an address.
fn encoded(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    name.bytes()
        .map(|byte| match is_plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{fs, rows};

    #[test]
    fn recordings_are_listed_by_where_a_page_finds_them() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("my samples");
        fs::create_dir(&folder).unwrap();
        let sample =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/samples/todo.playhead");
        fs::copy(sample, folder.join("to do.playhead")).unwrap();
        fs::write(folder.join("broken.playhead"), "no recording").unwrap();
        let rows = rows(&folder, true).unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["src"], "my%20samples/to%20do.playhead");
        let poster = rows[0]["poster"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .replace("%20", " ");
        assert!(fs::metadata(folder.join(poster)).unwrap().len() > 1000);
        assert_eq!(rows[0]["title"], "Pocket list");
        assert!(super::rows(&folder.join("nowhere"), false).is_err());
    }
}
