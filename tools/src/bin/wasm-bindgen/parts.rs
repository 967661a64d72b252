//! Cuts a program, linked with `--emit-relocs`, into the part that every page needs and parts that are loaded when something first
//! needs them: each function under `#[wasm_split(name)]`, with what only it reaches, goes to a file of that name, and what several
//! files reach to files that they share. `wasm_split_cli_support` does the cutting. Here the pieces get names that may be cached for
//! ever and are made small, and their loader is put into the script that wasm-bindgen writes, so that there is no script more to
//! wait for.

use std::{
    ffi::{OsStr, OsString},
    fs,
    hash::{DefaultHasher, Hasher},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use wasm_split_cli_support::Options;

/// What the program imports its loader from. There is no such file: the script of wasm-bindgen has the loader in it.
const LOADER: &str = "./__wasm_split.js";

/// Cuts the program that wasm-bindgen is called for, binds the part that every page needs, and leaves the others in a folder, which
/// is emptied before. The script expects them in `parts/`, beside itself.
pub(crate) fn cut_and_bind(mut arguments: Vec<OsString>, folder: &Path) -> Result<(), String> {
    let option = |name: &str| {
        let value = |argument: &OsString| Some(argument.to_str()?.strip_prefix(name)?.to_owned());
        let missing = || format!("{name} is missing");
        arguments.iter().find_map(value).ok_or_else(missing)
    };
    let name = option("--out-name=")?;
    let script = Path::new(&option("--out-dir=")?).join(format!("{name}.js"));
    let program = arguments
        .iter_mut()
        .find(|argument| Path::new(argument).extension() == Some(OsStr::new("wasm")))
        .ok_or("no program is named")?;

    let bytes = fs::read(&*program).map_err(told(&*program))?;
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(told(folder))?;
    }
    let main = folder.join(format!("{name}.wasm"));
    let mut options = Options::new(&bytes);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = LOADER;
    let pieces = wasm_split_cli_support::transform(options)
        .map_err(|error| format!("{}: {error:?}", Path::new(program).display()))?
        .split_modules;

    *program = main.clone().into();
    // The pieces use what the linker exports.
    arguments.extend(["--keep-lld-exports", "--no-demangle"].map(OsString::from));
    super::bind(arguments)?;
    fs::remove_file(&main).map_err(told(&main))?;

    let loader_path = folder.join(LOADER);
    let mut loader = fs::read_to_string(&loader_path).map_err(told(&loader_path))?;
    fs::remove_file(&loader_path).map_err(told(&loader_path))?;
    let hash = hash(&bytes);
    let mut named = Vec::new();
    for piece in &pieces {
        let stem = piece.file_stem().and_then(OsStr::to_str).unwrap_or_default();
        let file = format!("{}-{hash}.wasm", stem.trim_start_matches("split_"));
        let (short, long) = (format!("\"./{stem}.wasm\""), format!("\"./parts/{file}\""));
        loader = loader.replace(&short, &long);
        let path = folder.join(file);
        fs::rename(piece, &path).map_err(told(piece))?;
        named.push(path);
    }
    shrink(&named)?;
    let text = fs::read_to_string(&script).map_err(told(&script))?;
    let text = with_loader(&text, &loader)
        .ok_or("the scripts of wasm-bindgen and wasm-split are not as expected")?;
    fs::write(&script, text).map_err(told(&script))
}

fn told<E: std::fmt::Display>(path: impl AsRef<Path>) -> impl FnOnce(E) -> String {
    let path = path.as_ref().display().to_string();
    move |error| format!("{path}: {error}")
}

/// Of the whole program: its parts fit no other. Trunk names the main part by such a hash, too.
fn hash(program: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(program);
    format!("{:016x}", hasher.finish())
}

/// Puts the loader where the script would import it from, which it does once for each of its functions.
fn with_loader(script: &str, loader: &str) -> Option<String> {
    // Its first line imports what the script itself defines.
    let loader = loader.strip_prefix("import { initSync }")?.split_once('\n')?.1;
    let declared = loader
        .lines()
        .filter_map(|line| line.strip_prefix("export const "));
    let names: Vec<&str> = declared
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let loader = loader.replace("export const ", "const ");
    let is_import = |line: &&str| line.starts_with("import * as ") && line.contains(LOADER);
    let mut whole = script.to_owned();
    for (index, import) in script.lines().filter(is_import).enumerate() {
        let variable = import.split_whitespace().nth(3)?;
        let functions = format!("const {variable} = {{ {} }};", names.join(", "));
        let instead = if index == 0 {
            format!("{loader}\n{functions}")
        } else {
            functions
        };
        whole = whole.replacen(import, &instead, 1);
    }
    (whole.len() > script.len()).then_some(whole)
}

/// Makes the pieces smaller, two at a time, where there is a wasm-opt to do so with.
fn shrink(pieces: &[PathBuf]) -> Result<(), String> {
    let (some, others) = pieces.split_at(pieces.len() / 2);
    thread::scope(|scope| {
        let others = scope.spawn(|| others.iter().try_for_each(|piece| shrink_one(piece)));
        some.iter().try_for_each(|piece| shrink_one(piece))?;
        others
            .join()
            .map_err(|_| "wasm-opt could not be waited for".to_owned())?
    })
}

fn shrink_one(piece: &Path) -> Result<(), String> {
    let mut command = Command::new("wasm-opt");
    command.arg("-Os").arg(piece).arg("-o").arg(piece);
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("wasm-opt: {}", String::from_utf8_lossy(&output.stderr))),
        // Without it they stay as they are.
        Err(_) => Ok(()),
    }
}
