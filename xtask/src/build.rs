//! The viewer (`dist/`) and the program that carries it (`target/release/playhead`).

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use crate::{
    process::{Outcome, cargo, root, run, show},
    tools::{self, with_tools},
};

/// What the viewer is made of; while none of it changes, it is not built again.
const INPUTS: [&str; 10] = [
    "app",
    "components",
    "protocol",
    "public",
    "tools",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
];

/// Builds the viewer for release into `dist/`, with the engine that opens files in the page, each file also as brotli and gzip.
///
/// # Errors
/// A tool that is missing, or a build that fails.
pub(crate) fn viewer() -> Outcome {
    worker()?;
    let stamp = tools::folder().join("viewer.stamp");
    let engine = ENGINE.map(|name| root().join("target/worker").join(name));
    let engine = format!("engine-{}", content_hash(&engine)?);
    let inputs = format!(
        "{} {engine}",
        fingerprint(&INPUTS.map(|input| root().join(input)))
    );
    if root().join("dist/index.html").exists() && fs::read_to_string(&stamp).is_ok_and(|last| last == inputs)
    {
        return Ok(());
    }
    // Trunk runs offline, and hands that on to cargo.
    run("fetching crates", &mut cargo(["fetch", "-q", "--locked"]))?;
    let mut trunk = with_tools(Command::new("trunk"));
    // Our wasm-bindgen cuts the program into parts, and leaves there what Trunk does not know of.
    let parts = tools::folder().join("parts");
    trunk
        .current_dir(root())
        .args(["build", "--locked", "--features", "split"])
        .env("PLAYHEAD_PARTS", &parts);
    if tools::wasm_opt() {
        trunk.arg("--release");
    } else {
        trunk.args(["--cargo-profile", "wasm-release"]);
    }
    run("building the viewer (1 to 3 minutes the first time)", &mut trunk)?;
    copy(&parts, &root().join("dist/parts"))?;
    edit(&root().join("dist/index.html"), |page| {
        page.replacen(
            " data-wasm=",
            &format!(" data-engine=\"/{engine}/\" data-wasm="),
            1,
        )
    })?;
    let mut precompress = with_tools(Command::new("precompress"));
    run("compressing the viewer", precompress.arg(root().join("dist")))?;
    copy(&root().join("target/worker"), &root().join("dist").join(engine))?;
    fs::write(stamp, inputs).map_err(|error| format!("target/tooling: {error}"))
}

/// What the engine in the page is made of, in `target/worker`.
const ENGINE: [&str; 7] = [
    "start.js",
    "worker.js",
    "worker_bg.wasm",
    "worker_interpreter.js",
    "worker_interpreter_bg.wasm",
    "worker_importer.js",
    "worker_importer_bg.wasm",
];

/// The contents of files as one number, for names that stand for their contents.
pub(crate) fn content_hash(files: &[PathBuf]) -> Result<String, String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        let bytes = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        (file.file_name(), bytes).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Writes a text anew.
pub(crate) fn edit(path: &Path, change: impl FnOnce(String) -> String) -> Outcome {
    let text = fs::read_to_string(path).map(change);
    text.and_then(|text| fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// Copies the files of a folder.
pub(crate) fn copy(from: &Path, to: &Path) -> Outcome {
    let files = || -> io::Result<()> {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
        }
        Ok(())
    };
    files().map_err(|error| format!("{}: {error}", from.display()))
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

/// Builds the engine's worker for release into `target/worker`, with the JavaScript engine and the importer that it loads when
/// something needs them, and says how large they are.
///
/// # Errors
/// A tool that is missing, or a build that fails.
pub(crate) fn worker() -> Outcome {
    tools::prepare()?;
    // One by one: together, cargo would put the JavaScript engine into both.
    let is_new = [
        bound("worker", "worker", "wasm_bindgen")?,
        bound("worker-interpreter", "worker_interpreter", "playhead_interpreter")?,
        bound("worker-importer", "worker_importer", "playhead_importer")?,
    ];
    let folder = root().join("target/worker");
    let start = fs::copy(root().join("backend/worker/start.js"), folder.join("start.js"));
    start.map_err(|error| format!("backend/worker/start.js: {error}"))?;
    if is_new.contains(&true) {
        let mut precompress = with_tools(Command::new("precompress"));
        run("compressing the worker", precompress.arg(&folder))?;
    }
    let size = |name: &str| fs::metadata(folder.join(name)).map_or(0, |metadata| metadata.len()) / 1000;
    for (what, name) in [
        ("the worker", "worker_bg.wasm"),
        ("its JavaScript engine", "worker_interpreter_bg.wasm"),
        ("its importer", "worker_importer_bg.wasm"),
    ] {
        let (plain, compressed) = (size(name), size(&format!("{name}.br")));
        show(&format!("{what} is {plain} kB, {compressed} kB as brotli"));
    }
    Ok(())
}

/// Builds a package for the page into `target/worker`, where its script is the global `name`. Says whether it is new.
fn bound(package: &str, file: &str, name: &str) -> Result<bool, String> {
    let target = root().join("target");
    let built = target.join(format!("wasm32-unknown-unknown/wasm-release/{file}.wasm"));
    let folder = target.join("worker");
    let mut cargo = cargo(["build", "--locked", "-p", package, "--profile", "wasm-release"]);
    cargo
        .args(["--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_DIR", &target);
    run(
        &format!("building the {package} (1 to 3 minutes the first time)"),
        &mut cargo,
    )?;
    let modified = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let is_new = modified(&folder.join(format!("{file}_bg.wasm"))) < modified(&built);
    if is_new {
        let mut bind = with_tools(Command::new("wasm-bindgen"));
        bind.args(["--target", "no-modules", "--no-modules-global", name])
            .args(["--no-typescript", "--remove-name-section", "--out-dir"])
            .arg(&folder)
            .arg(&built);
        run(&format!("binding the {package}"), &mut bind)?;
        // What broke is loaded again, which `let` does not allow.
        let script = folder.join(format!("{file}.js"));
        let text = fs::read_to_string(&script).map_err(|error| format!("{}: {error}", script.display()))?;
        let text = text.replacen("let ", "var ", 1);
        fs::write(&script, text).map_err(|error| format!("{}: {error}", script.display()))?;
    }
    Ok(is_new)
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

/// Names, sizes and times of change of files and folders, as one number.
fn fingerprint(inputs: &[PathBuf]) -> String {
    let mut hasher = DefaultHasher::new();
    inputs.iter().for_each(|input| add(input, &mut hasher));
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
