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
    /// Make a link to a recording that needs no token and permits nothing else; list and revoke such links.
    Link(LinkArguments),
    /// Read all of a recording and list everything that is wrong with it.
    Verify {
        /// The recording.
        file: PathBuf,
    },
}

/// Who may do what on a server. The rules are told in docs/serving.md.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Access")]
pub(crate) struct AccessArguments {
    /// Ask everybody for this token, of 16 characters or more. Others on this machine can see it in the list of programs:
    /// better --token-file.
    #[arg(long, value_name = "TOKEN", conflicts_with = "token_file")]
    pub(crate) token: Option<String>,
    /// Ask everybody for the token in the first line of this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Let everybody look who reaches the server. What changes something still needs the token, if there is one.
    #[arg(long)]
    pub(crate) public: bool,
    /// A name that the server is reached by, such as that of a proxy before it; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Vec<String>,
    /// A site whose pages may connect, such as a viewer hosted elsewhere (https://viewer.example); may be repeated.
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) allow_origin: Vec<String>,
    /// Where the server keeps the key and the list of links that it made; by default the system's place for such things.
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
    /// The key that links are signed with, where several servers are to share one; made if there is none.
    #[arg(long, value_name = "FILE")]
    pub(crate) link_key_file: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct ServeArguments {
    /// Recordings, and folders of recordings; the current folder if none is given, and no store.
    pub(crate) paths: Vec<PathBuf>,
    /// Recordings in a store too: s3://BUCKET/FOLDER, gs://…, az://CONTAINER/…, file:///FOLDER. Credentials come from the
    /// environment.
    #[arg(long, value_name = "URL")]
    pub(crate) store: Option<String>,
    /// How much of what was read of the store is kept in memory, in megabytes.
    #[arg(long, value_name = "MB", default_value_t = 256)]
    pub(crate) store_cache: usize,
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8912")]
    pub(crate) listen: SocketAddr,
    /// A protocol service to ask for recordings that are not here (ws:// or wss://); may be repeated.
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Vec<String>,
    /// Take recordings that clients send through the websocket, into this folder; the library serves them. With --store they
    /// go on to the store once they are whole.
    #[arg(long, value_name = "DIR")]
    pub(crate) uploads: Option<PathBuf>,
    /// How much that folder may hold, in megabytes.
    #[arg(long, value_name = "MB", default_value_t = 4096)]
    pub(crate) max_uploads: u64,
    /// End sessions that were not used for so many seconds, after telling their clients; without it they last as long as
    /// the connection.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) idle_limit: Option<u32>,
    /// Take comments on recordings, and keep them beside the recordings.
    #[arg(long)]
    pub(crate) comments: bool,
    /// Connections at the same time.
    #[arg(long, value_name = "N", default_value_t = crate::limits::DEFAULT_CONNECTIONS)]
    pub(crate) max_connections: usize,
    /// Connections from one address. All that comes through a proxy comes from one.
    #[arg(long, value_name = "N", default_value_t = crate::limits::DEFAULT_PER_ADDRESS)]
    pub(crate) max_per_address: usize,
    /// Open the browser.
    #[arg(long)]
    pub(crate) open: bool,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

#[derive(Args)]
pub(crate) struct OpenArguments {
    /// A `.playhead` file, or the address of a viewer's page.
    pub(crate) target: String,
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    #[command(flatten)]
    pub(crate) access: AccessArguments,
}

#[derive(Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["recording", "list", "revoke", "rotate_key"])))]
pub(crate) struct LinkArguments {
    /// The recording: its id, or its file.
    pub(crate) recording: Option<String>,
    /// For a page that embeds the recording: no comments, no download.
    #[arg(long, requires = "recording", conflicts_with = "download")]
    pub(crate) embed: bool,
    /// Permit downloading the file as well.
    #[arg(long, requires = "recording", conflicts_with = "range")]
    pub(crate) download: bool,
    /// Only what happened between two times: seconds (12.5), mm:ss or hh:mm:ss.
    #[arg(long, value_name = "FROM-TO", requires = "recording")]
    pub(crate) range: Option<String>,
    /// How long the link lasts: 30m, 12h, 7d.
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub(crate) expires: String,
    /// The address that people reach the server by.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8912")]
    pub(crate) server: String,
    /// List the links that have not expired.
    #[arg(long)]
    pub(crate) list: bool,
    /// Take a link back: its name, as --list shows it, or the link itself. Who looks through it is shown out.
    #[arg(long, value_name = "LINK")]
    pub(crate) revoke: Option<String>,
    /// Sign with a new key from now on. Links that were made before stay good.
    #[arg(long)]
    pub(crate) rotate_key: bool,
    /// With --rotate-key: all links that were made before end.
    #[arg(long, requires = "rotate_key")]
    pub(crate) end_all: bool,
    /// The store of the server, if it has one: links are noted there.
    #[arg(long, value_name = "URL")]
    pub(crate) store: Option<String>,
    /// Where the server keeps its links, as for `serve`.
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
    /// The key that links are signed with, as for `serve`.
    #[arg(long, value_name = "FILE")]
    pub(crate) link_key_file: Option<PathBuf>,
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
    #[command(flatten)]
    pub(crate) access: AccessArguments,
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
