//! The viewer (`dist/`) and the program that carries it (`target/release/playhead`).

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use crate::{
    process::{Outcome, cargo, root, run, show},
    tools::{self, with_tools},
};

/// What the viewer is made of; while none of it changes, it is not built again.
const INPUTS: [&str; 9] = [
    "app",
    "components",
    "protocol",
    "public",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
];

/// Builds the viewer for release into `dist/`, each file also as brotli and gzip.
///
/// # Errors
/// A tool that is missing, or a build that fails.
pub(crate) fn viewer() -> Outcome {
    tools::prepare()?;
    let stamp = tools::folder().join("viewer.stamp");
    let inputs = fingerprint();
    if root().join("dist/index.html").exists() && fs::read_to_string(&stamp).is_ok_and(|last| last == inputs)
    {
        return Ok(());
    }
    // Trunk runs offline, and hands that on to cargo.
    run("fetching crates", &mut cargo(["fetch", "-q", "--locked"]))?;
    let mut trunk = with_tools(Command::new("trunk"));
    trunk.current_dir(root()).args(["build", "--locked"]);
    if tools::wasm_opt() {
        trunk.arg("--release");
    } else {
        trunk.args(["--cargo-profile", "wasm-release"]);
    }
    run("building the viewer (1 to 3 minutes the first time)", &mut trunk)?;
    let mut precompress = with_tools(Command::new("precompress"));
    run("compressing the viewer", precompress.arg(root().join("dist")))?;
    fs::write(stamp, inputs).map_err(|error| format!("target/tooling: {error}"))
}

/// Builds the program for release, with the viewer inside.
///
/// # Errors
/// The build fails.
pub(crate) fn program() -> Outcome {
    run(
        "building playhead (1 to 3 minutes the first time)",
        &mut cargo(["build", "--locked", "--release", "-p", "playhead"]),
    )
}

/// Where [`program`] puts it.
pub(crate) fn program_path() -> PathBuf {
    root().join("target/release/playhead")
}

/// Builds the engine's worker for release into `target/worker`, and says how large it is.
///
/// # Errors
/// A tool that is missing, or a build that fails.
pub(crate) fn worker() -> Outcome {
    tools::prepare()?;
    let target = root().join("target");
    let built = target.join("wasm32-unknown-unknown/wasm-release/worker.wasm");
    let folder = target.join("worker");
    let mut cargo = cargo(["build", "--locked", "-p", "worker", "--profile", "wasm-release"]);
    cargo
        .args(["--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_DIR", &target);
    run("building the worker (1 to 3 minutes the first time)", &mut cargo)?;
    let modified = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let wasm = folder.join("worker_bg.wasm");
    if modified(&wasm) < modified(&built) {
        let mut bind = with_tools(Command::new("wasm-bindgen"));
        bind.args([
            "--target",
            "no-modules",
            "--no-typescript",
            "--remove-name-section",
            "--out-dir",
        ])
        .arg(&folder)
        .arg(&built);
        run("binding the worker", &mut bind)?;
        let mut precompress = with_tools(Command::new("precompress"));
        run("compressing the worker", precompress.arg(&folder))?;
    }
    let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len()) / 1000;
    show(&format!(
        "the worker is {} kB, {} kB as brotli",
        size(&wasm),
        size(&folder.join("worker_bg.wasm.br"))
    ));
    Ok(())
}

/// Serves the gallery of components, rebuilt at every change.
///
/// # Errors
/// A tool that is missing, or a build that fails.
pub(crate) fn gallery() -> Outcome {
    tools::prepare()?;
    let mut trunk = with_tools(Command::new("trunk"));
    trunk
        .current_dir(root().join("components/gallery"))
        .args(["serve", "--open"]);
    run("the gallery", &mut trunk)
}

/// Names, sizes and times of change of all inputs, as one number.
fn fingerprint() -> String {
    let mut hasher = DefaultHasher::new();
    for input in INPUTS {
        add(&root().join(input), &mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

fn add(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        entries.iter().for_each(|entry| add(entry, hasher));
        return;
    }
    metadata.len().hash(hasher);
    metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH).hash(hasher);
}
