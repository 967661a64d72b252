//! `playhead serve` and `playhead open`: the server's life, from binding its port to Ctrl-C, of which its clients hear first.

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use recording::{reader::Reader, source::FileSource};
use tokio::{task::JoinHandle, time::MissedTickBehavior};

use crate::{
    access::Access,
    cli::{OpenArguments, ServeArguments},
    http::Site,
    library::Library,
    limits::Limits,
    listen, socket, state,
    store::Store,
    uploads::Uploads,
};

/// How often recordings that are being made are looked at: asking for a file's length costs microseconds, and their writers
/// write about once a second.
const FOLLOW_EVERY: Duration = Duration::from_millis(250);

/// How long the server waits, when it stops, for what is under way: a notice, the answers to what was asked before, and
/// a moment for the network.
const GRACE: Duration =
    Duration::from_millis(500 + socket::NOTICE.as_millis() as u64 + socket::LAST_ANSWERS.as_millis() as u64);

/// The file in the server's own folder with what it learned of a store's recordings.
const CARDS: &str = "store-cards.json";

/// Serves until Ctrl-C.
///
/// # Errors
/// A path that does not exist, an address that cannot be listened on, an upstream that is no websocket address, a store that
/// cannot be used, others who would reach the server while nothing says what they may.
pub(crate) fn serve(arguments: ServeArguments) -> anyhow::Result<ExitCode> {
    let mut paths = arguments.paths;
    if paths.is_empty() && arguments.uploads.is_none() && arguments.store.is_none() {
        paths.push(PathBuf::from("."));
    }
    if let Some(missing) = paths.iter().find(|path| !path.exists()) {
        bail!("there is no file or folder {}", missing.display());
    }
    if let Some(odd) = arguments
        .upstream
        .iter()
        .find(|url| !url.starts_with("ws://") && !url.starts_with("wss://"))
    {
        bail!("an upstream is a ws:// or wss:// address, not {odd}");
    }
    let open = arguments.open.then(|| "/".to_owned());
    in_runtime(async move {
        let cache_bytes = arguments.store_cache.saturating_mul(1_000_000);
        let store = arguments.store.as_deref();
        let store = store
            .map(|address| Store::open(address, cache_bytes))
            .transpose()?;
        let access = Access::new(&arguments.access, arguments.listen, store.as_ref())?;
        let uploads = match arguments.uploads {
            Some(folder) => {
                let max_bytes = arguments.max_uploads.saturating_mul(1_000_000);
                let uploads = Uploads::open(&folder, max_bytes, store.clone())
                    .with_context(|| format!("use {}", folder.display()))?;
                if store.is_none() {
                    paths.push(folder);
                }
                Some(uploads)
            }
            None => None,
        };
        let mut library = Library::new(paths);
        if let Some(store) = store {
            let state = state::folder(arguments.access.state.as_deref());
            library = library.with_store(store, state.map(|state| state.join(CARDS)));
        }
        let mut site = Site::new(library, access);
        site.upstreams = arguments.upstream;
        site.uploads = uploads;
        site.idle_limit = arguments
            .idle_limit
            .map(|seconds| Duration::from_secs(seconds.into()));
        site.takes_comments = arguments.comments;
        site.limits = Limits::new(arguments.max_connections, arguments.max_per_address);
        run(site, arguments.listen, open).await
    })
}

/// Opens a recording, or a viewer's address, in the browser.
///
/// # Errors
/// A file that cannot be opened, a browser that cannot be started.
pub(crate) fn open(arguments: OpenArguments) -> anyhow::Result<ExitCode> {
    if arguments.target.starts_with("http://") || arguments.target.starts_with("https://") {
        webbrowser::open(&arguments.target).with_context(|| format!("open {}", arguments.target))?;
        return Ok(ExitCode::SUCCESS);
    }
    let path = PathBuf::from(&arguments.target);
    let id = recording_id(&path)?;
    let access = Access::new(&arguments.access, arguments.listen, None)?;
    let site = Site::new(Library::new(vec![path]), access);
    in_runtime(run(site, arguments.listen, Some(format!("/recording/{id}"))))
}

fn recording_id(path: &Path) -> anyhow::Result<String> {
    let context = || format!("open {}", path.display());
    let source = FileSource::open(path).with_context(context)?;
    let reader = Reader::open(Box::new(source)).with_context(context)?;
    Ok(reader.head().recording_id.clone())
}

/// Runs something that serves to its end.
#[tokio::main]
pub(crate) async fn in_runtime<T>(future: impl Future<Output = T>) -> T {
    future.await
}

async fn run(site: Site, listen: SocketAddr, open: Option<String>) -> anyhow::Result<ExitCode> {
    let serving = Serving::begin(site, listen).await?;
    serving.announce(open.as_deref());
    serving.until_stopped().await?;
    Ok(ExitCode::SUCCESS)
}

/// A server that runs.
pub(crate) struct Serving {
    /// What its requests can reach.
    pub(crate) site: Arc<Site>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Serving {
    /// Serves from now on.
    ///
    /// # Errors
    /// An address that cannot be listened on.
    pub(crate) async fn begin(site: Site, listen: SocketAddr) -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| {
            format!("listen on {listen} (is another server running there? try --listen 127.0.0.1:0)")
        })?;
        let address = listener.local_addr().context("ask for the address")?;
        if let Some(register) = &site.access.register {
            // A link that was taken back must not be good for a moment because the server has just begun.
            let looked = register.look().await.map_err(anyhow::Error::msg);
            looked.context("read which links were revoked")?;
            let _ = register.tidy().await;
        }
        let site = Arc::new(site);
        tokio::spawn(follow(site.clone()));
        let watched = site.clone();
        tokio::spawn(async move { watched.access.watch().await });
        Ok(Self {
            address,
            server: tokio::spawn(listen::accept(listener, site.clone())),
            site,
        })
    }

    /// Says where the server listens, and opens a path of it in the browser.
    pub(crate) fn announce(&self, open: Option<&str>) {
        say(&format!("listening on http://{}", self.address));
        if let Some(path) = open {
            let url = self.url(path);
            if webbrowser::open(&url).is_err() {
                say(&format!("no browser could be started; open {url}"));
            }
        }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Serves until Ctrl-C.
    ///
    /// # Errors
    /// The server fails.
    pub(crate) async fn until_stopped(self) -> anyhow::Result<()> {
        let Self { site, server, .. } = self;
        let stopped = async {
            told_to_stop().await;
            // Clients hear of it first. Whoever is in a hurry says it twice.
            site.is_stopping.send_replace(true);
            tokio::select! {
                () = site.is_stopping.closed() => {}
                () = tokio::time::sleep(GRACE) => {}
                () = told_to_stop() => {}
            }
        };
        let stopping = stopped.await;
        server.abort();
        say("stopped");
        Ok(stopping)
    }
}

/// Looks after recordings that are being made, and tells the websockets when one has grown.
async fn follow(site: Arc<Site>) {
    let mut clock = tokio::time::interval(FOLLOW_EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        let looking = site.clone();
        let looked = tokio::task::spawn_blocking(move || looking.library.follow());
        if looked.await.unwrap_or_default() {
            site.grown.send_replace(());
        }
    }
}

/// Ends at Ctrl-C, or when the system asks the program to end.
async fn told_to_stop() {
    #[cfg(unix)]
    if let Ok(mut ending) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = ending.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Prints a line for the person, or the program, that started the server.
pub(crate) fn say(line: &str) {
    // Whoever started it may have stopped listening.
    let _ = writeln!(std::io::stdout(), "{line}");
}
