//! The command line: what can be typed, with its help.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};

/// Records web pages and plays them back, in time and in state.
#[derive(Parser)]
#[command(name = "playhead", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve the viewer, a library of recordings and the protocol.
    Serve(ServeArguments),
    /// Record a page in Chromium until its window closes, the steps end or Ctrl-C is pressed; or a Node program.
    Record(RecordArguments),
    /// Serve one recording (or show a viewer's address) and open it in the browser.
    Open(OpenArguments),
    /// Say what a recording holds.
    Info {
        /// The recording.
        file: PathBuf,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Make a recording of what another recorder wrote: a Playwright trace, rrweb events, a HAR file.
    Import(ImportArguments),
    /// Read all of a recording and list everything that is wrong with it.
    Verify {
        /// The recording.
        file: PathBuf,
    },
}

#[derive(Args)]
pub(crate) struct ServeArguments {
    /// Recordings, and folders of recordings; the current folder if none is given.
    pub(crate) paths: Vec<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8912")]
    pub(crate) listen: SocketAddr,
    /// A protocol service to ask for recordings that are not here (ws:// or wss://); may be repeated.
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Vec<String>,
    /// Take recordings that clients send through the websocket, into this folder; the library serves them.
    #[arg(long, value_name = "DIR")]
    pub(crate) uploads: Option<PathBuf>,
    /// How much that folder may hold, in megabytes.
    #[arg(long, value_name = "MB", default_value_t = 4096)]
    pub(crate) max_uploads: u64,
    /// End sessions that were not used for so many seconds, after telling their clients; without it they last as long as
    /// the connection.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) idle_limit: Option<u32>,
    /// Open the browser.
    #[arg(long)]
    pub(crate) open: bool,
}

#[derive(Args)]
pub(crate) struct OpenArguments {
    /// A `.playhead` file, or the address of a viewer's page.
    pub(crate) target: String,
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
}

#[derive(Args)]
pub(crate) struct ImportArguments {
    /// A Playwright trace (trace.zip), rrweb events (JSON, also by line or packed) or a HAR file (also zipped). What it is is
    /// told by its content.
    pub(crate) file: PathBuf,
    /// The recording to write; by default named after the file, in the current folder.
    #[arg(short, long, value_name = "OUT.playhead")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct RecordArguments {
    /// The page to record; with --node the program's file.
    pub(crate) url: String,
    /// With --node, the program's arguments; those that begin with a hyphen go after `--`.
    #[arg(value_name = "ARGUMENT", requires = "node")]
    pub(crate) arguments: Vec<std::ffi::OsString>,
    /// Record a Node program, from its start until it ends. Needs `node`, version 20 or later.
    #[arg(long, conflicts_with_all = ["steps", "headless"])]
    pub(crate) node: bool,
    /// The file to write; by default named after the page and the time.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// A JSON list of actions (goto, click, type, press, wait-for, move, wait) to perform, then stop.
    #[arg(long, value_name = "FILE.json")]
    pub(crate) steps: Option<PathBuf>,
    /// Without a window. Needs --steps or Ctrl-C to end.
    #[arg(long)]
    pub(crate) headless: bool,
    /// Serve the recording while it is made, and after that until Ctrl-C is pressed; the first one ends a recording that
    /// goes on.
    #[arg(long, conflicts_with = "node")]
    pub(crate) serve: bool,
    /// With --serve, the address and port to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8912", requires = "serve")]
    pub(crate) listen: SocketAddr,
    /// With --serve, open the recording in the browser.
    #[arg(long, requires = "serve")]
    pub(crate) open: bool,
    /// Width of the page in CSS pixels.
    #[arg(long, default_value_t = 1280, value_parser = clap::value_parser!(u32).range(200..=7680))]
    pub(crate) width: u32,
    /// Height of the page in CSS pixels.
    #[arg(long, default_value_t = 800, value_parser = clap::value_parser!(u32).range(200..=4320))]
    pub(crate) height: u32,
    /// How much to record of scripts whose URL matches: 0 nothing, 1 positions, 2 values, 3 object history. May be
    /// repeated; the first match wins. By default 3, and 1 for libraries (node_modules, vendor, *.min.js, other hosts).
    #[arg(long, value_name = "GLOB=N")]
    pub(crate) level: Vec<String>,
    /// Elements whose text, attributes, values and keyboard input are not recorded. What is typed into password fields
    /// never is. Pictures show the page as it was.
    #[arg(long, value_name = "CSS-SELECTOR", conflicts_with = "node")]
    pub(crate) mask: Option<String>,
    /// Text that is not recorded, wherever it stands (values, the document, addresses, headers, bodies, messages), but
    /// for pictures and the scripts' own text. May be repeated.
    #[arg(long, value_name = "REGEX")]
    pub(crate) redact: Vec<String>,
    /// Record headers such as Authorization, Cookie and Set-Cookie too.
    #[arg(long, conflicts_with = "node")]
    pub(crate) keep_secrets: bool,
}
