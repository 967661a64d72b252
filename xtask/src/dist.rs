//! `cargo xtask dist`: the viewer for any host of plain files. It opens recordings in the page, works in any folder, and without a
//! network once it was there.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    build::{self, content_hash, copy, edit},
    process::{Outcome, output, root, show},
};

/// What a page of the static build may do; the server says the same in a header, and who may frame it besides, which pages cannot
/// say of themselves.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; font-src 'self'; connect-src 'self' ws: wss: http://127.0.0.1:* http://localhost:*; \
    worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; \
    require-trusted-types-for 'script'; trusted-types default";

/// What was asked for.
#[derive(Debug, Default, PartialEq)]
struct Options {
    /// Where it will be, with slashes around it; None for wherever it is put.
    base: Option<String>,
    has_samples: bool,
    /// Whether `dist/` is taken as it is.
    is_built: bool,
    output: Option<PathBuf>,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        let needs = |option: &str, what: &str| format!("{option} needs {what}");
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--base" => {
                    let path = rest
                        .next()
                        .ok_or_else(|| needs("--base", "a path such as /viewer/"))?;
                    options.base = Some(base(path)?);
                }
                "--as-built" => options.is_built = true,
                "--samples" => options.has_samples = true,
                "-o" => options.output = Some(rest.next().ok_or_else(|| needs("-o", "a folder"))?.into()),
                other => {
                    return Err(format!(
                        "unknown argument {other}; usage: cargo xtask dist [--base PATH] [--samples] [--as-built] [-o DIR]"
                    ));
                }
            }
        }
        Ok(options)
    }
}

/// A path with slashes around it.
fn base(path: &str) -> Result<String, String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/-_.~".contains(letter);
    match path.chars().all(is_plain) {
        true => Ok(format!("/{}/", path.trim_matches('/')).replace("//", "/")),
        false => Err(format!(
            "--base takes a path of letters, digits and -_.~/, not {path}"
        )),
    }
}

/// Builds it.
///
/// # Errors
/// A build that fails, or a folder that cannot be written.
pub(crate) fn dist(arguments: &[String]) -> Outcome {
    let options = Options::read(arguments)?;
    if !options.is_built {
        build::viewer()?;
    }
    let site = options
        .output
        .clone()
        .unwrap_or_else(|| root().join("target/site"));
    clear(&site)?;
    let built = root().join("dist");
    copy_tree(&built, &site)?;
    let statics = root().join("public/static");
    copy(&statics, &site)?;
    fs::write(site.join("recordings.json"), samples(&options, &site)?)
        .map_err(|error| format!("{}: {error}", site.display()))?;
    edit(&site.join("index.html"), |page| {
        page_of(&page, options.base.as_deref())
    })?;
    let page = fs::read_to_string(site.join("index.html"));
    let base = options.base.as_deref();
    page.and_then(|page| fs::write(site.join("embed/index.html"), framed(&page, base)))
        .map_err(|error| format!("{}: {error}", site.display()))?;
    let mut files = files_below(&site, &site)?;
    // Neither what says which files there are, nor what changes without them, nor what nobody loads, nor recordings.
    let is_apart =
        |file: &str| ["sw.js", "404.html", "recordings.json"].contains(&file) || file.starts_with("samples/");
    let is_read = |file: &str| file.ends_with(".md") || file.ends_with(".txt");
    files.retain(|file| !is_apart(file) && !is_read(file));
    let paths: Vec<PathBuf> = files.iter().map(|file| site.join(file)).collect();
    let version = content_hash(&paths)?;
    edit(&site.join("sw.js"), |script| worker_of(&script, &version, &files))?;
    show(&format!(
        "{} files of version {version} are in {}; put them into any folder of any host",
        files.len(),
        site.display()
    ));
    Ok(())
}

/// The first page, for a host of plain files.
fn page_of(page: &str, base: Option<&str>) -> String {
    let base = base.unwrap_or("./");
    let policy =
        format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{CONTENT_SECURITY_POLICY}\" />");
    let script = "<script type=\"module\" src=\"/offline.js\"></script>";
    let page = page
        .replacen("<head>", &format!("<head>{policy}"), 1)
        .replacen("</head>", &format!("{script}</head>"), 1)
        .replacen(" data-wasm=", " data-library=\"/recordings.json\" data-wasm=", 1);
    // Every address in it begins with a slash; a script is loaded from beside boot.js, which is beside the page.
    page.replace("=\"/", &format!("=\"{base}"))
}

/// The page for frames, made of the first one: a folder further down, it hears of the page around before the viewer is there, and
/// its workers may do what it may, because in a sandbox they are its own.
fn framed(page: &str, base: Option<&str>) -> String {
    let script = |name: &str| {
        let base = base.unwrap_or("./");
        format!("<script type=\"module\" src=\"{base}{name}\"></script>")
    };
    page.replacen(&script("offline.js"), "", 1)
        .replacen("<body>", &format!("<body>{}", script("embed/frame.js")), 1)
        .replacen("worker-src 'self'", "worker-src 'self' blob:", 1)
        .replacen("connect-src 'self'", "connect-src 'self' http: https: blob:", 1)
        .replace("=\"./", "=\"../")
        // This one is loaded from beside boot.js, wherever the page is.
        .replacen("data-js=\"../", "data-js=\"./", 1)
}

/// The service worker, with its version and its files: the page itself is the folder.
fn worker_of(script: &str, version: &str, files: &[String]) -> String {
    let files: Vec<String> = files
        .iter()
        .map(|file| {
            if file == "index.html" {
                "./".to_owned()
            } else {
                file.clone()
            }
        })
        .map(|file| format!("\"{file}\""))
        .collect();
    script
        .replacen("@version@", version, 1)
        .replacen("\"@files@\"", &files.join(", "), 1)
}

/// The list of the samples that come with it, which are put beside it.
fn samples(options: &Options, site: &Path) -> Result<String, String> {
    if !options.has_samples {
        return Ok("[]\n".to_owned());
    }
    let folder = site.join("samples");
    copy(&root().join("public/samples"), &folder)?;
    let mut list = match options.is_built {
        // What the tests built.
        true => Command::new(root().join("target/debug/playhead")),
        false => {
            build::program()?;
            Command::new(build::program_path())
        }
    };
    list.arg("list").arg(&folder).arg("--posters");
    output(&mut list).ok_or_else(|| format!("`{list:?}` failed"))
}

/// Makes a folder of ours empty. One that holds something else is left alone.
fn clear(site: &Path) -> Outcome {
    let failed = |error: io::Error| format!("{}: {error}", site.display());
    if site.is_dir() {
        let is_empty = fs::read_dir(site).map_err(failed)?.next().is_none();
        if !is_empty && !site.join("sw.js").is_file() {
            return Err(format!(
                "{} holds something else; name an empty folder with -o",
                site.display()
            ));
        }
        fs::remove_dir_all(site).map_err(failed)?;
    }
    fs::create_dir_all(site).map_err(failed)
}

/// Copies all but what was compressed beforehand: hosts do that themselves.
fn copy_tree(from: &Path, to: &Path) -> Outcome {
    for file in files_below(from, from)? {
        let is_compressed = [".br", ".gz"].iter().any(|ending| file.ends_with(ending));
        if is_compressed {
            continue;
        }
        let target = to.join(&file);
        let copied = fs::create_dir_all(target.parent().unwrap_or(to))
            .and_then(|()| fs::copy(from.join(&file), &target));
        copied.map_err(|error| format!("{}: {error}", target.display()))?;
    }
    Ok(())
}

/// The files below a folder, relative to another, with slashes, in order.
fn files_below(folder: &Path, top: &Path) -> Result<Vec<String>, String> {
    let failed = |error: io::Error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            files.extend(files_below(&path, top)?);
        } else if let Ok(name) = path.strip_prefix(top) {
            files.push(name.to_string_lossy().replace('\\', "/"));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Options, base, framed, page_of, worker_of};

    #[test]
    fn a_base_is_a_path_with_slashes_around_it() {
        assert_eq!(base("viewer").as_deref(), Ok("/viewer/"));
        assert_eq!(base("/a/b/").as_deref(), Ok("/a/b/"));
        assert_eq!(base("/").as_deref(), Ok("/"));
        assert!(base("a\"b").is_err());
        let read = |arguments: &[&str]| {
            Options::read(&arguments.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(read(&["--base", "x"]).unwrap().base.as_deref(), Some("/x/"));
        assert!(read(&["--bse", "x"]).unwrap_err().contains("usage"));
        assert!(read(&["-o"]).unwrap_err().contains("a folder"));
    }

    #[test]
    fn the_page_is_made_for_any_folder() {
        let page = "<head><link href=\"/a.css\"></head><script src=\"/boot.js\" data-js=\"/a.js\" data-wasm=\"/a.wasm\"></script>";
        let here = page_of(page, None);
        assert!(
            here.contains("src=\"./boot.js\" data-js=\"./a.js\" data-library=\"./recordings.json\""),
            "{here}"
        );
        assert!(
            here.contains("src=\"./offline.js\"") && !here.contains("\"/"),
            "{here}"
        );
        assert!(here.starts_with("<head><meta http-equiv"), "{here}");
        assert!(page_of(page, Some("/x/")).contains("href=\"/x/a.css\""));
    }

    #[test]
    fn the_page_for_frames_is_a_folder_further_down() {
        let page = "<head><link href=\"/a.css\"></head><body><script src=\"/boot.js\" data-js=\"/a.js\" data-wasm=\"/a.wasm\"></script>";
        let made = framed(&page_of(page, None), None);
        for part in [
            "href=\"../a.css\"",
            "<body><script type=\"module\" src=\"../embed/frame.js\">",
            "src=\"../boot.js\" data-js=\"./a.js\"",
            "data-wasm=\"../a.wasm\"",
            "worker-src 'self' blob:",
        ] {
            assert!(made.contains(part), "{part} in {made}");
        }
        assert!(!made.contains("offline.js"), "{made}");
        let based = framed(&page_of(page, Some("/x/")), Some("/x/"));
        assert!(
            based.contains("src=\"/x/embed/frame.js\"") && !based.contains("offline.js"),
            "{based}"
        );
    }

    #[test]
    fn the_service_worker_knows_the_files() {
        let script = worker_of(
            "\"@version@\" [\"@files@\"]",
            "1f",
            &["a.js".to_owned(), "index.html".to_owned()],
        );
        assert_eq!(script, "\"1f\" [\"a.js\", \"./\"]");
    }
}
