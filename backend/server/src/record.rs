//! `playhead record`: a page, from its first byte until somebody is done with it, into a file.

use std::{
    io::{IsTerminal, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, bail};
use recorder::{EndedBy, Glob, Pattern, Progress, RecordOptions, Redaction, StepAction, Summary};
use tokio::sync::Notify;

use crate::{
    access::Access,
    cli::{AccessArguments, RecordArguments},
    http::Site,
    library::Library,
    serve::{Serving, say},
};

/// Records, and says what came of it. Exits with 1 if a step failed or the page crashed; the file is whole all the same.
///
/// # Errors
/// Steps or levels that cannot be read, a browser or page that cannot be had, a file that cannot be written.
pub(crate) fn record(arguments: RecordArguments) -> anyhow::Result<ExitCode> {
    if arguments.node {
        return record_node(arguments);
    }
    let url = with_scheme(&arguments.url);
    let output = arguments.output.unwrap_or_else(|| default_output(&url));
    let mut options = RecordOptions::new(&url, &output);
    options.steps = arguments.steps.as_deref().map(read_steps).transpose()?;
    options.is_headless = arguments.headless;
    (options.width, options.height) = (arguments.width, arguments.height);
    options.levels = read_levels(&arguments.level)?;
    options.redaction = Redaction {
        mask: arguments.mask,
        patterns: read_patterns(&arguments.redact)?,
        keeps_keys: arguments.keep_secrets,
    };
    if arguments.serve {
        return serve(options, arguments.access, arguments.listen, arguments.open);
    }
    let summary = run(options)?;
    report(&summary, &output)
}

/// How often what has happened is written while somebody watches. At once a second instead of every two the end moves as
/// people expect it to.
const FLUSH_EVERY: Duration = Duration::from_secs(1);
/// How often to look whether the recording has begun.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Records and serves what is recorded, then goes on serving it.
#[tokio::main]
async fn serve(
    mut options: RecordOptions,
    access: AccessArguments,
    listen: SocketAddr,
    opens: bool,
) -> anyhow::Result<ExitCode> {
    options.flush_every = FLUSH_EVERY;
    let output = options.output.clone();
    let (library, is_done) = Library::of_own(output.clone());
    let site = Site::new(library, Access::new(&access, listen, None)?);
    let serving = Serving::begin(site, listen).await?;
    let begun = async {
        let id = loop {
            match serving.site.library.own_recording() {
                Some(id) => break id,
                None => tokio::time::sleep(LOOK_EVERY).await,
            }
        };
        let path = format!("/recording/{id}");
        serving.announce(opens.then_some(&*path));
        say(&format!("watch it at {}", serving.url(&path)));
        std::future::pending().await
    };
    let summary = tokio::select! {
        summary = record_page(options) => summary,
        () = begun => bail!("the recording was not begun"),
    };
    is_done.store(true, Ordering::Release);
    let code = report(&summary?, &output)?;
    say("the recording is finished; Ctrl-C ends the server");
    serving.until_stopped().await?;
    Ok(code)
}

/// Records a Node program, and exits as it did.
#[cfg(unix)]
#[tokio::main]
async fn record_node(arguments: RecordArguments) -> anyhow::Result<ExitCode> {
    let output = arguments
        .output
        .unwrap_or_else(|| default_output(&format!("node://{}", file_stem(&arguments.url))));
    let mut options = recorder::node::NodeOptions::new(&arguments.url, &output);
    options.arguments = arguments.arguments;
    options.levels = read_levels(&arguments.level)?;
    options.redaction.patterns = read_patterns(&arguments.redact)?;
    let stop = Arc::new(Notify::new());
    let on_signal = stop.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            on_signal.notify_one();
        }
    });
    // The program has standard output and error to itself until it ends.
    let summary = recorder::node::record_node(options, |_| (), stop)
        .await
        .with_context(|| format!("record to {}", output.display()))?;
    let manifest = &summary.manifest;
    eprintln!(
        "recorded {}: {:.1} s, {} steps, {} messages",
        output.display(),
        manifest.duration.as_millis() / 1000.0,
        manifest.counts.steps,
        manifest.counts.messages
    );
    for warning in &manifest.warnings {
        eprintln!("note: {warning}");
    }
    let signal = std::os::unix::process::ExitStatusExt::signal(&summary.status);
    let code = summary.status.code().or(signal.map(|signal| 128 + signal));
    Ok(ExitCode::from(
        code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1),
    ))
}

#[cfg(not(unix))]
fn record_node(_: RecordArguments) -> anyhow::Result<ExitCode> {
    bail!("Node programs are recorded on Linux and macOS only")
}

#[cfg(unix)]
fn file_stem(path: &str) -> String {
    let stem = Path::new(path).file_stem();
    stem.map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

#[tokio::main]
async fn run(options: RecordOptions) -> anyhow::Result<Summary> {
    record_page(options).await
}

async fn record_page(options: RecordOptions) -> anyhow::Result<Summary> {
    let stop = Arc::new(Notify::new());
    let on_signal = stop.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            on_signal.notify_one();
        }
    });
    let how_to_end = match &options.steps {
        Some(_) => "the steps are done",
        None if options.is_headless => "Ctrl-C is pressed",
        None => "the window is closed",
    };
    eprintln!("recording {} until {how_to_end}", options.url);
    let output = options.output.clone();
    let is_terminal = std::io::stderr().is_terminal();
    let summary = recorder::record(options, |progress| show(progress, is_terminal), stop).await;
    if is_terminal {
        eprintln!();
    }
    summary.with_context(|| format!("record to {}", output.display()))
}

/// One line that is written over.
fn show(progress: Progress, is_terminal: bool) {
    if is_terminal {
        eprint!(
            "\r{:6.1} s  {:>12} steps ",
            progress.elapsed.as_secs_f64(),
            progress.n_steps
        );
        let _ = std::io::stderr().flush();
    }
}

#[expect(clippy::print_stdout, reason = "what was recorded is the command's output")]
fn report(summary: &Summary, output: &Path) -> anyhow::Result<ExitCode> {
    let manifest = &summary.manifest;
    let size = std::fs::metadata(output)
        .with_context(|| format!("read {}", output.display()))?
        .len();
    println!(
        "{}: {:.1} s, {} steps, {} messages, {} pictures, {:.2} MB",
        output.display(),
        manifest.duration.as_millis() / 1000.0,
        manifest.counts.steps,
        manifest.counts.messages,
        manifest.counts.paints,
        size as f64 / 1e6
    );
    for warning in &manifest.warnings {
        eprintln!("note: {warning}");
    }
    match &summary.ended_by {
        EndedBy::FailedStep(error) => eprintln!("error: {error}"),
        EndedBy::Crashed => eprintln!("error: the page crashed; what happened until then is in the file"),
        EndedBy::Steps | EndedBy::Stop | EndedBy::Closed => {
            println!("open it with: playhead open {}", output.display());
            return Ok(ExitCode::SUCCESS);
        }
    }
    Ok(ExitCode::FAILURE)
}

/// People type `localhost:3000` and `example.com`.
fn with_scheme(url: &str) -> String {
    let has_scheme = url.contains("://")
        || ["about:", "data:", "file:"]
            .iter()
            .any(|scheme| url.starts_with(scheme));
    if has_scheme {
        url.to_owned()
    } else {
        format!("http://{url}")
    }
}

/// Named after the page's host and the second it was made, in the current folder.
fn default_output(url: &str) -> PathBuf {
    let host = url
        .split_once("://")
        .map_or("", |(_, rest)| rest)
        .split(['/', '?', '#'])
        .next()
        .unwrap_or_default();
    let host: String = host
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let host = if host.is_empty() {
        "recording"
    } else {
        host.as_str()
    };
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    PathBuf::from(format!("{host}-{seconds}.playhead"))
}

fn read_patterns(texts: &[String]) -> anyhow::Result<Vec<Pattern>> {
    let read = |text: &String| Pattern::new(text).with_context(|| format!("--redact {text}"));
    texts.iter().map(read).collect()
}

fn read_steps(path: &Path) -> anyhow::Result<Vec<StepAction>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    recorder::parse_steps(&text).with_context(|| format!("read the steps in {}", path.display()))
}

fn read_levels(levels: &[String]) -> anyhow::Result<Vec<(Glob, u8)>> {
    levels.iter().map(|level| read_level(level)).collect()
}

/// Reads `GLOB=N`.
fn read_level(text: &str) -> anyhow::Result<(Glob, u8)> {
    match text.rsplit_once('=').map(|(glob, level)| (glob, level.parse())) {
        Some((glob, Ok(level @ 0..=3))) if !glob.is_empty() => Ok((Glob::new(glob), level)),
        _ => bail!("a level is GLOB=N with N from 0 to 3, such as '*/vendor/*=1', not {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{default_output, read_level, with_scheme};

    #[test]
    fn addresses_may_lack_their_scheme() {
        assert_eq!(with_scheme("localhost:3000/a"), "http://localhost:3000/a");
        assert_eq!(with_scheme("https://example.com"), "https://example.com");
        assert_eq!(with_scheme("about:blank"), "about:blank");
    }

    #[test]
    fn files_are_named_after_the_host() {
        let name = default_output("http://localhost:3000/a/b").display().to_string();
        assert!(
            name.starts_with("localhost-3000-") && name.ends_with(".playhead"),
            "{name}"
        );
    }

    #[test]
    fn a_level_is_a_glob_and_a_number() {
        assert!(matches!(read_level("*/vendor/*=1"), Ok((_, 1))));
        assert!(matches!(read_level("*?a=b*=3"), Ok((_, 3))));
        for wrong in ["*", "*=4", "=1", "*=x"] {
            assert!(read_level(wrong).is_err(), "{wrong}");
        }
    }
}
