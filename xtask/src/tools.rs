//! The build's tools: the wasm target, Trunk, the wasm-bindgen CLI of the locked version, wasm-opt. What is missing is
//! installed into `target/`, from crates.io and npm only.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::process::{Outcome, cargo, output, root, run, which};

/// The newest Trunk that builds on the pinned toolchain.
const TRUNK: &str = "0.21.14";
/// Drives Firefox in the tests.
const GECKODRIVER: &str = "0.37.1";

/// Makes everything ready to build the viewer.
///
/// # Errors
/// What is missing and how to get it.
pub(crate) fn prepare() -> Outcome {
    if which("cc").is_none() && which("clang").is_none() && which("gcc").is_none() {
        return Err("a C compiler is needed; type: sudo apt-get install build-essential (macOS: xcode-select --install)".into());
    }
    wasm_target()?;
    trunk()?;
    tools()?;
    if !wasm_opt() {
        eprintln!(
            "   note: without npm there is no wasm-opt, so the viewer is about 7 % larger than it could be"
        );
    }
    Ok(())
}

/// Where tools of our own are installed.
pub(crate) fn folder() -> PathBuf {
    root().join("target/tooling")
}

/// Puts our tools first on PATH, and takes out what Trunk stumbles over.
pub(crate) fn with_tools(mut command: Command) -> Command {
    let mut path = vec![
        folder().join("bin"),
        root().join("target/tools"),
        root().join("node_modules/.bin"),
    ];
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    if let Ok(path) = env::join_paths(path) {
        command.env("PATH", path);
    }
    // Trunk 0.21 refuses NO_COLOR=1, asks crates.io for updates, and buries its errors under backtraces.
    command
        .env_remove("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .env("RUST_BACKTRACE", "0");
    command
}

/// Packages of `package-lock.json`, for tests and wasm-opt.
///
/// # Errors
/// npm is missing, or fails.
pub(crate) fn npm_packages() -> Outcome {
    npm_packages_of("")
}

/// Packages of a folder's `package-lock.json`; the folder is below the project's, or it itself if empty.
///
/// # Errors
/// npm is missing, or fails.
pub(crate) fn npm_packages_of(folder: &str) -> Outcome {
    let (path, name) = (root().join(folder), Path::new(folder));
    let failed = |name: PathBuf| move |error| format!("{}: {error}", name.display());
    let wanted = fs::read(path.join("package-lock.json")).map_err(failed(name.join("package-lock.json")))?;
    let stamp = path.join("node_modules/.playhead-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if which("npm").is_none() || which("node").is_none() {
        node()?;
    }
    let mut npm = Command::new("npm");
    npm.current_dir(&path).args([
        "ci",
        "--ignore-scripts",
        "--no-fund",
        "--no-audit",
        "--loglevel=error",
    ]);
    let what = format!(
        "installing npm packages into {}",
        name.join("node_modules").display()
    );
    run(&what, &mut npm)?;
    fs::write(stamp, wanted).map_err(failed(name.join("node_modules")))
}

/// Installs Node.js where we may.
fn node() -> Outcome {
    if !may_use_apt() {
        return Err(
            "Node.js with npm is needed; type: sudo apt-get install nodejs npm (macOS: brew install node)"
                .into(),
        );
    }
    apt(&["nodejs", "npm"])
}

/// Whether Debian's or Ubuntu's packages can be installed without asking.
pub(crate) fn may_use_apt() -> bool {
    which("apt-get").is_some() && (is_root() || output(Command::new("sudo").args(["-n", "true"])).is_some())
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// Installs Debian packages; [`may_use_apt`] says whether it can.
///
/// # Errors
/// apt-get fails.
pub(crate) fn apt(packages: &[&str]) -> Outcome {
    let apt_get = || match is_root() {
        true => Command::new("apt-get"),
        false => {
            let mut command = Command::new("sudo");
            command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            command
        }
    };
    run("apt-get update", apt_get().args(["-qq", "update"]))?;
    let mut install = apt_get();
    install
        .args(["-qq", "-y", "--no-install-recommends", "install"])
        .args(packages);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    run(&format!("installing {}", packages.join(", ")), &mut install)
}

/// geckodriver of the pinned version: the one that is there, or one of our own.
///
/// # Errors
/// It cannot be compiled.
pub(crate) fn geckodriver() -> Result<PathBuf, String> {
    let is_right = |path: &PathBuf| {
        output(Command::new(path).arg("--version"))
            .is_some_and(|said| said.split_whitespace().nth(1) == Some(GECKODRIVER))
    };
    let ours = folder().join("bin/geckodriver");
    if is_right(&ours) {
        return Ok(ours);
    }
    if let Some(there) = which("geckodriver").filter(is_right) {
        return Ok(there);
    }
    cargo_install("geckodriver", GECKODRIVER, &[], "about a minute, once")?;
    Ok(ours)
}

fn wasm_target() -> Outcome {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "sysroot"]).current_dir(root());
    let sysroot = output(&mut rustc).ok_or("rustc does not answer; install Rust from https://rustup.rs")?;
    if Path::new(&sysroot)
        .join("lib/rustlib/wasm32-unknown-unknown/lib")
        .is_dir()
    {
        return Ok(());
    }
    if which("rustup").is_none() {
        return Err("the wasm32-unknown-unknown target is missing and there is no rustup to add it; install Rust from https://rustup.rs".into());
    }
    let mut rustup = Command::new("rustup");
    rustup
        .args(["target", "add", "wasm32-unknown-unknown"])
        .current_dir(root());
    run("adding the wasm32-unknown-unknown target", &mut rustup)
}

fn trunk() -> Outcome {
    let is_right = |path: &Path| {
        output(with_tools(Command::new(path)).arg("--version"))
            .is_some_and(|version| version == format!("trunk {TRUNK}"))
    };
    if is_right(&folder().join("bin/trunk")) || which("trunk").is_some_and(|path| is_right(&path)) {
        return Ok(());
    }
    let features = ["--no-default-features", "--features", "rustls"];
    cargo_install("trunk", TRUNK, &features, "about 2 minutes, once")
}

/// Compiles a program of crates.io into `target/tooling`, quickly rather than well.
fn cargo_install(name: &str, version: &str, more: &[&str], takes: &str) -> Outcome {
    let mut install = cargo(["install", "--locked", "--debug", name, "--version", version]);
    install.args(more).arg("--root").arg(folder());
    install
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_TARGET_DIR", folder().join("build"));
    run(
        &format!("installing {name} {version} into target/tooling ({takes})"),
        &mut install,
    )?;
    let _ = fs::remove_dir_all(folder().join("build"));
    Ok(())
}

fn tools() -> Outcome {
    run(
        "wasm-bindgen of Cargo.lock's version",
        &mut cargo(["build", "-q", "--locked", "-p", "tools", "--profile", "tools"]),
    )
}

/// Whether wasm-opt can be had: on PATH, or from npm. Debian's is too old (it miscompiles without a word).
pub(crate) fn wasm_opt() -> bool {
    which("npm").is_some() && npm_packages().is_ok() && root().join("node_modules/.bin/wasm-opt").exists()
}
