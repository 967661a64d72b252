//! Ways to an engine: in this task, on another thread, in a worker of headless Chromium, behind the server's websocket,
//! and behind that of any other service.

pub(crate) mod worker;

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use client::transport::{CloseReason, Frame, Incoming, Outgoing, Transport, local, native};
use engine::Engine;
use futures::{FutureExt, SinkExt, StreamExt, channel::mpsc, executor::block_on};
use recording::{reader::Reader, source::FileSource};
use tests::program::{self, Server};
use wire::ids::RecordingId;

use worker::WorkerHost;

/// A recording to ask about.
#[derive(Clone)]
pub(crate) struct Sample {
    /// Name of the file, without its extension.
    pub(crate) name: String,
    pub(crate) id: RecordingId,
    pub(crate) path: PathBuf,
}

impl Sample {
    /// Whether there is a file to compare answers with; a remote service may have a recording that we do not.
    pub(crate) fn is_here(&self) -> bool {
        self.path.is_file()
    }

    /// The file itself, to compare answers with.
    pub(crate) fn open(&self) -> Reader {
        let source = FileSource::open(&self.path).expect("the sample can be read");
        Reader::open(Box::new(source)).expect("the sample is a recording")
    }
}

/// Recordings in PLAYHEAD_SAMPLES, or those kept with the project.
pub(crate) fn samples() -> Vec<Sample> {
    match env::var_os("PLAYHEAD_SAMPLES") {
        Some(folder) => samples_in(Path::new(&folder)),
        None => kept_samples(),
    }
}

/// Recordings kept with the project.
pub(crate) fn kept_samples() -> Vec<Sample> {
    samples_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/samples"))
}

/// The recording that PLAYHEAD_REMOTE_RECORDING names: its file, or else its id.
pub(crate) fn remote_sample() -> Sample {
    let named = env::var("PLAYHEAD_REMOTE_RECORDING");
    let named =
        named.expect("PLAYHEAD_REMOTE_RECORDING names a recording that the service has, by file or id");
    match Path::new(&named).is_file() {
        true => sample(PathBuf::from(named)),
        false => Sample {
            name: named.clone(),
            id: RecordingId::from(named),
            path: PathBuf::new(),
        },
    }
}

fn samples_in(folder: &Path) -> Vec<Sample> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "playhead"))
        .collect();
    paths.sort();
    assert!(
        !paths.is_empty(),
        "no recordings in {}; `cargo xtask samples` makes them",
        folder.display()
    );
    paths.into_iter().map(sample).collect()
}

fn sample(path: PathBuf) -> Sample {
    let name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut sample = Sample {
        name,
        id: RecordingId::from(""),
        path,
    };
    sample.id = RecordingId::from(sample.open().head().recording_id.as_str());
    sample
}

/// Where the engine is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Memory,
    Thread,
    Worker,
    Server,
    /// At PLAYHEAD_REMOTE_URL.
    #[cfg_attr(
        not(feature = "remote"),
        expect(dead_code, reason = "only where there is such a service")
    )]
    Remote,
}

/// A running host; ends when dropped.
pub(crate) enum Host {
    Memory(Vec<Sample>),
    Thread(Vec<Sample>),
    Worker(Arc<WorkerHost>),
    Server(Server),
    Remote(String),
}

impl Host {
    pub(crate) fn start(place: Place, samples: &[Sample]) -> Self {
        match place {
            Place::Memory => Self::Memory(samples.to_vec()),
            Place::Thread => Self::Thread(samples.to_vec()),
            Place::Worker => Self::Worker(WorkerHost::shared(samples)),
            Place::Remote => {
                Self::Remote(env::var("PLAYHEAD_REMOTE_URL").expect("PLAYHEAD_REMOTE_URL is a ws:// address"))
            }
            Place::Server => {
                let program = program::path().unwrap_or_else(|error| panic!("{error}"));
                let paths: Vec<&Path> = samples.iter().map(|sample| sample.path.as_path()).collect();
                Self::Server(Server::start(&program, &paths, 0).unwrap_or_else(|error| panic!("{error}")))
            }
        }
    }

    /// A new connection's transport. Must be called on a local task set.
    pub(crate) async fn connect(&self) -> Transport {
        match self {
            Self::Memory(samples) => {
                let (here, there) = local::pair();
                tokio::task::spawn_local(answer(engine(samples.clone()), there));
                here
            }
            Self::Thread(samples) => {
                let (here, there) = threaded_pair();
                let samples = samples.clone();
                std::thread::spawn(move || {
                    let (incoming, outgoing) = there;
                    block_on(answer(engine(samples), transport(incoming, outgoing)));
                });
                transport(here.0, here.1)
            }
            Self::Worker(host) => {
                let (incoming, outgoing) = host.connect();
                transport(incoming, outgoing)
            }
            Self::Server(server) => socket(&format!("ws://127.0.0.1:{}/", server.port())).await,
            Self::Remote(url) => socket(url).await,
        }
    }
}

async fn socket(url: &str) -> Transport {
    native::open(url)
        .await
        .unwrap_or_else(|reason| panic!("{url}: {reason}"))
}

fn engine(samples: Vec<Sample>) -> Engine {
    Engine::new(Box::new(move |id| {
        let sample = samples.iter().find(|sample| sample.id == *id);
        match sample {
            Some(sample) => Ok(Arc::new(sample.open())),
            None => Err(format!("this host has no recording {id}")),
        }
    }))
}

/// Answers what comes, and lets the engine read on in the recording while nothing does.
async fn answer(mut engine: Engine, transport: Transport) {
    let Transport {
        mut incoming,
        mut outgoing,
    } = transport;
    let mut frames = Vec::new();
    loop {
        let next = match incoming.next().now_or_never() {
            Some(next) => next,
            None if engine.poll(&mut frames) || !frames.is_empty() => {
                if send(&mut frames, &mut outgoing).await.is_err() {
                    return;
                }
                NextTurn::default().await;
                continue;
            }
            None => next_frame(&mut incoming).await,
        };
        let Some(Ok(Frame::Text(text))) = next else { return };
        if engine.handle(&text, &mut frames).is_err() || send(&mut frames, &mut outgoing).await.is_err() {
            return;
        }
    }
}

async fn next_frame(incoming: &mut Incoming) -> Option<Result<Frame, CloseReason>> {
    incoming.next().await
}

async fn send(frames: &mut Vec<String>, outgoing: &mut Outgoing) -> Result<(), CloseReason> {
    for frame in frames.drain(..) {
        outgoing.feed(Frame::Text(frame)).await?;
    }
    outgoing.flush().await
}

/// Lets other tasks of the thread run once.
#[derive(Default)]
struct NextTurn {
    has_waited: bool,
}

impl Future for NextTurn {
    type Output = ();

    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        match std::mem::replace(&mut self.has_waited, true) {
            true => std::task::Poll::Ready(()),
            false => {
                context.waker().wake_by_ref();
                std::task::Poll::Pending
            }
        }
    }
}

pub(crate) type End = (mpsc::UnboundedReceiver<Frame>, mpsc::UnboundedSender<Frame>);

/// Queues whose ends may live on different threads, which a transport itself may not.
fn threaded_pair() -> (End, End) {
    let (to_there, from_here) = mpsc::unbounded();
    let (to_here, from_there) = mpsc::unbounded();
    ((from_there, to_there), (from_here, to_here))
}

pub(crate) fn transport(
    incoming: mpsc::UnboundedReceiver<Frame>,
    outgoing: mpsc::UnboundedSender<Frame>,
) -> Transport {
    Transport::new(
        incoming.map(Ok),
        outgoing.sink_map_err(|_closed| CloseReason::vanished()),
    )
}
