//! The server's own folder: the key that links are signed with, and which links there are. Readable by its owner alone.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// The folder: what the command line says, else the system's place for such things, if it names one. It is made when
/// something is written to it.
pub(crate) fn folder(named: Option<&Path>) -> Option<PathBuf> {
    named.map(Path::to_owned).or_else(usual)
}

fn usual() -> Option<PathBuf> {
    let path = |name: &str| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if cfg!(windows) {
        return Some(path("LOCALAPPDATA")?.join("playhead"));
    }
    if cfg!(target_os = "macos") {
        return Some(path("HOME")?.join("Library/Application Support/playhead"));
    }
    match path("XDG_STATE_HOME").filter(|path| path.is_absolute()) {
        Some(state) => Some(state.join("playhead")),
        None => Some(path("HOME")?.join(".local/state/playhead")),
    }
}

/// Makes a folder that only its owner may look into, unless it is there.
///
/// # Errors
/// The system's own words.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a file that only its owner may read, under its name only once it is whole. `replaces`: whether one that is there
/// already gives way, else it is left as it is.
///
/// # Errors
/// The disk's own words.
pub(crate) fn write_private(path: &Path, content: &[u8], replaces: bool) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_private(folder)?;
    }
    let part = path.with_extension(format!("{}.part", std::process::id()));
    // One that a killed process of the same number left behind.
    let _ = fs::remove_file(&part);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    let placed = written.and_then(|()| match replaces {
        true => fs::rename(&part, path),
        // Unlike a rename, this never takes the place of what another process wrote meanwhile.
        false => match fs::hard_link(&part, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            outcome => outcome,
        },
    });
    let _ = fs::remove_file(&part);
    placed
}
