//! Records a Node program: its modules are rewritten as Node loads them, and it reports through pipes until it ends.
//!
//! Node is started with a runtime before the program (`runtime/node.js`). That asks for the rewritten text of each module
//! ([`conversation`]) and writes its log to a pipe; both are read here. Standard input, output and error are the
//! program's own, untouched.

mod conversation;

use std::{
    ffi::OsString,
    fs::File,
    io::{self, BufWriter, PipeReader, PipeWriter, Read},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::ExitStatus,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use command_fds::{CommandFdExt, FdMapping};
use recording::{
    following,
    manifest::{FORMAT_VERSION, Head, Manifest},
    writer::Writer,
};
use serde_json::json;
use tokio::sync::{Notify, mpsc};

use crate::{
    head,
    journal::Journal,
    levels::Glob,
    questions::Answers,
    record::{FLUSH_EVERY, Progress},
    redact::{Redaction, Redactor},
    runtime,
    scripts::Scripts,
    socket::Block,
};
use conversation::Conversation;

/// The program to record, and how.
#[derive(Clone, Debug)]
pub struct NodeOptions {
    /// The program's file.
    pub script: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// The file to write; one that is there is replaced.
    pub output: PathBuf,
    /// How much to record of modules whose `file:` URL matches, 0 to 3; the first match counts, before the defaults.
    pub levels: Vec<(Glob, u8)>,
    /// What is taken out of the recording.
    pub redaction: Redaction,
    /// As [`crate::RecordOptions::flush_every`].
    pub flush_every: Duration,
    /// Node itself; None: `node` on the PATH.
    pub node: Option<PathBuf>,
}

impl NodeOptions {
    /// The defaults, without arguments.
    pub fn new(script: impl Into<PathBuf>, output: impl Into<PathBuf>) -> Self {
        Self {
            script: script.into(),
            arguments: Vec::new(),
            output: output.into(),
            levels: Vec::new(),
            redaction: Redaction::default(),
            flush_every: FLUSH_EVERY,
            node: None,
        }
    }
}

/// What a recording came to hold, and how the program ended.
#[derive(Debug)]
pub struct NodeSummary {
    /// What the file says of itself.
    pub manifest: Manifest,
    /// The program's exit code or signal.
    pub status: ExitStatus,
}

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NodeError {
    /// No such program.
    #[error("cannot find the program: {source}: {}", path.display())]
    Script {
        /// Its file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Node does not start.
    #[error("cannot start Node: {source}: {}", program.display())]
    Node {
        /// What was started.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// No pipes or temporary files for the runtime.
    #[error("cannot prepare the runtime: {0}")]
    Runtime(io::Error),
    /// The file cannot be written.
    #[error("cannot write the recording: {source}: {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// The pipes' numbers in the program: questions, answers, the log, and questions and answers of the loader's thread.
const FILES: [i32; 5] = [3, 4, 5, 6, 7];
/// How often what has arrived is written.
const ADVANCE_EVERY: Duration = Duration::from_millis(50);
/// Blocks read from the pipe that the loop has not taken yet; then the program waits.
const MAX_BLOCKS_ON_THE_WAY: usize = 16;
/// How long the pipe may stay open after the program has ended, in the hands of a process it left behind.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How long a program that was told to stop may take, before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs the program to its end. When `stop` is notified the program is taken to have been told (Ctrl-C reaches it too),
/// and is killed if it does not end soon. `on_progress` is called about twice a second.
///
/// # Errors
/// If there is no such program, Node cannot be started or the file cannot be written. However the program ends, its
/// recording is whole.
pub async fn record_node(
    options: NodeOptions,
    mut on_progress: impl FnMut(Progress),
    stop: Arc<Notify>,
) -> Result<NodeSummary, NodeError> {
    let script = options
        .script
        .canonicalize()
        .map_err(|source| NodeError::Script {
            path: options.script.clone(),
            source,
        })?;
    let url = url::Url::from_file_path(&script).map_or_else(|()| String::new(), String::from);
    let failed = |source| NodeError::Write {
        path: options.output.clone(),
        source,
    };
    let began_at = now();
    let head = Head {
        format: FORMAT_VERSION,
        recording_id: uuid::Uuid::new_v4().to_string(),
        build_id: head::build_id("node", began_at),
        url: url.clone(),
        recorded_at: began_at as f64 / 1000.0,
        viewport: (0, 0),
        device_pixel_ratio: 1.0,
    };
    let file = File::create(&options.output).map_err(failed)?;
    following::mark_as_growing(&file);
    let writer = Writer::create(BufWriter::new(file), head).map_err(failed)?;
    let mut journal = Journal::new(writer, began_at);
    journal.redactor = Redactor::new(options.redaction.clone());
    let scripts = Arc::new(Mutex::new(Scripts::of_node()));

    let folder = tempfile::tempdir().map_err(NodeError::Runtime)?;
    let mut command = command(&options, &url, folder.path()).map_err(NodeError::Runtime)?;
    let pipes = Pipes::to(&mut command).map_err(NodeError::Runtime)?;
    let mut child = command.spawn().map_err(|source| NodeError::Node {
        program: node_program(&options),
        source,
    })?;
    // The program's ends of the pipes close with it.
    drop(command);
    for (questions, answers) in [pipes.main, pipes.loader] {
        let conversation = Conversation {
            answers: Answers {
                scripts: scripts.clone(),
                levels: Arc::from(options.levels.clone()),
                document_url: Arc::new(Mutex::new(url.clone())),
                own: Arc::default(),
            },
        };
        std::thread::spawn(move || conversation.hold(questions, answers));
    }
    let (sender, mut blocks) = mpsc::channel(MAX_BLOCKS_ON_THE_WAY);
    let realm = format!("{began_at}-node");
    std::thread::spawn(move || read_log(pipes.log, &realm, &sender));

    let mut advance = tokio::time::interval(ADVANCE_EVERY);
    let mut last_flush = tokio::time::Instant::now();
    let mut last_progress = last_flush;
    let mut status = None;
    let mut is_log_complete = false;
    let far = last_flush + Duration::from_secs(365 * 24 * 3600);
    let deadline = tokio::time::sleep_until(far);
    tokio::pin!(deadline);
    while status.is_none() || !is_log_complete {
        tokio::select! {
            ended = child.wait(), if status.is_none() => {
                status = Some(ended.map_err(NodeError::Runtime)?);
                deadline.as_mut().reset(tokio::time::Instant::now() + LAST_WORDS);
            },
            block = blocks.recv(), if !is_log_complete && journal.has_room() => match block {
                Some(block) => journal.add_block(block),
                None => is_log_complete = true,
            },
            () = &mut deadline => match status {
                Some(_) => is_log_complete = true,
                None => {
                    let _ = child.start_kill();
                    deadline.as_mut().reset(far);
                }
            },
            () = stop.notified(), if status.is_none() => {
                deadline.as_mut().reset(tokio::time::Instant::now() + STOP_TIMEOUT);
            },
            _ = advance.tick() => {
                let mut scripts = scripts.lock().unwrap_or_else(PoisonError::into_inner);
                journal.advance(&mut scripts, now(), false).map_err(failed)?;
                if last_flush.elapsed() >= options.flush_every {
                    last_flush = tokio::time::Instant::now();
                    journal.flush().map_err(failed)?;
                }
                if last_progress.elapsed() >= Duration::from_millis(500) {
                    last_progress = tokio::time::Instant::now();
                    let elapsed = Duration::from_micros(now().saturating_sub(began_at));
                    on_progress(Progress { elapsed, n_steps: journal.n_steps() });
                }
            }
        }
    }
    let title = script
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut scripts = scripts.lock().unwrap_or_else(PoisonError::into_inner);
    let manifest = journal.finish(&mut scripts, title).map_err(failed)?;
    let status = status.unwrap_or_default();
    Ok(NodeSummary { manifest, status })
}

fn node_program(options: &NodeOptions) -> PathBuf {
    options.node.clone().unwrap_or_else(|| PathBuf::from("node"))
}

/// Node with the runtime, which is written to a folder, before the program.
fn command(options: &NodeOptions, url: &str, folder: &Path) -> io::Result<tokio::process::Command> {
    let hooks = folder.join("hooks.mjs");
    std::fs::write(&hooks, include_str!("hooks.mjs"))?;
    let preload = folder.join(runtime::SOURCE_NAME);
    let hooks_url = url::Url::from_file_path(&hooks).map_or_else(|()| String::new(), String::from);
    let [questions, answers, log, loader_questions, loader_answers] = FILES;
    let config = json!({
        "name": runtime::SOURCE_NAME, "preload": preload, "url": url,
        "questions": questions, "answers": answers, "log": log,
        "hooks": { "url": hooks_url, "questions": loader_questions, "answers": loader_answers },
    });
    std::fs::write(&preload, runtime::for_node(&config))?;
    let mut command = tokio::process::Command::new(node_program(options));
    command
        .arg("--require")
        .arg(&preload)
        .arg(&options.script)
        .args(&options.arguments)
        .kill_on_drop(true);
    Ok(command)
}

/// Our ends of the pipes: questions of the program and of the loader's thread with the way to answer, and the log.
struct Pipes {
    main: (PipeReader, PipeWriter),
    loader: (PipeReader, PipeWriter),
    log: PipeReader,
}

impl Pipes {
    /// Makes pipes, and gives their other ends to a program that is about to start.
    fn to(command: &mut tokio::process::Command) -> io::Result<Self> {
        let (main_questions, asks) = io::pipe()?;
        let (hears, main_answers) = io::pipe()?;
        let (log, logs) = io::pipe()?;
        let (loader_questions, loader_asks) = io::pipe()?;
        let (loader_hears, loader_answers) = io::pipe()?;
        let theirs: [OwnedFd; 5] = [
            asks.into(),
            hears.into(),
            logs.into(),
            loader_asks.into(),
            loader_hears.into(),
        ];
        let mappings = theirs.into_iter().zip(FILES);
        let mappings = mappings.map(|(parent_fd, child_fd)| FdMapping { parent_fd, child_fd });
        command
            .fd_mappings(mappings.collect())
            .map_err(io::Error::other)?;
        Ok(Self {
            main: (main_questions, main_answers),
            loader: (loader_questions, loader_answers),
            log,
        })
    }
}

/// The runtime's blocks are about 1 MiB; one with a very long text is larger.
const MAX_BLOCK_BYTES: usize = 1 << 30;

fn read_log(mut log: PipeReader, realm: &str, blocks: &mpsc::Sender<Block>) {
    for number in 1.. {
        let mut length = [0; 4];
        if log.read_exact(&mut length).is_err() {
            break;
        }
        let length = u32::from_ne_bytes(length) as usize;
        if length > MAX_BLOCK_BYTES {
            break;
        }
        let mut bytes = vec![0; length];
        if log.read_exact(&mut bytes).is_err() {
            break;
        }
        let block = Block {
            realm: realm.to_owned(),
            number,
            bytes,
        };
        if blocks.blocking_send(block).is_err() {
            break;
        }
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_micros() as u64)
}
