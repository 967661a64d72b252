//! The recordings that stories look at, each made once with `playhead record` from a page of `tests/pages`; and of the to-do
//! page what is known without any of our code: what its own program does with the actions of `steps.json`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use recording::{reader::Reader, source::FileSource};
use serde_json::{Value as Json, json};
use tests::{
    local::LocalSession,
    pages::{self, Pages},
    program::{self, Recorded},
};

/// Size of the recorded page.
pub(crate) const SIZE_PX: (u32, u32) = (900, 640);
/// Title of the document.
pub(crate) const TITLE: &str = "Pocket list";
/// `steps.json` clicks so often; each is one `mousedown`.
pub(crate) const N_CLICKS: usize = 5;
/// … types `buy milk 15m` and presses Enter: each key goes down once.
pub(crate) const N_KEYS: usize = 13;
/// The document, and `#all` and `#done` by `history.replaceState`.
pub(crate) const N_NAVIGATIONS: usize = 3;

/// What `store.on('change', …)` of `app.js` logs when the third task is added.
pub(crate) mod added {
    /// Beginning of the message; the task's preview follows.
    pub(crate) const MESSAGE: &str = "#3 add";
    /// Names and files of the frames, the running one first. The handler and the form's listener have no names.
    pub(crate) const FRAMES: [(&str, &str); 4] = [
        ("(anonymous)", "app.js"),
        ("emit", "store.js"),
        ("add", "store.js"),
        ("(anonymous)", "app.js"),
    ];
    /// Variables of the handler's own scope and their values.
    pub(crate) const VARIABLES: [(&str, &str); 2] = [("kind", "\"add\""), ("revision", "3")];
    /// Properties of the task it was given.
    pub(crate) const TODO: [(&str, &str); 4] = [
        ("id", "3"),
        ("text", "\"buy milk\""),
        ("minutes", "15"),
        ("done", "false"),
    ];
}

/// The recording's file, and its id.
pub(crate) struct Recording {
    pub(crate) path: PathBuf,
    pub(crate) id: String,
}

/// A page to record, or what another recorder wrote of one.
pub(crate) struct RecordedPage {
    /// Its folder below `tests/pages`; or only how its file is called.
    name: &'static str,
    made_of: MadeOf,
    recording: OnceLock<Recording>,
}

/// What a recording is made of; paths are below `tests`.
enum MadeOf {
    /// What is done to the page.
    Steps(&'static str),
    /// A file to import.
    File(&'static str),
}

impl RecordedPage {
    const fn new(name: &'static str, steps: &'static str) -> Self {
        Self {
            name,
            made_of: MadeOf::Steps(steps),
            recording: OnceLock::new(),
        }
    }

    /// What another recorder wrote.
    const fn imported(name: &'static str, file: &'static str) -> Self {
        Self {
            name,
            made_of: MadeOf::File(file),
            recording: OnceLock::new(),
        }
    }

    /// The recording, made when it is first asked for.
    pub(crate) fn recording(&'static self) -> &'static Recording {
        self.recording.get_or_init(|| {
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
            fs::create_dir_all(&folder).expect("the target folder can be written");
            let path = folder.join(format!("{}.playhead", self.name));
            let program = program::path().expect("playhead is built");
            let below = Path::new(env!("CARGO_MANIFEST_DIR"));
            match self.made_of {
                MadeOf::Steps(steps) => {
                    let pages = Pages::serve(pages::folder(), 0).expect("a free port");
                    let recorded = Recorded {
                        url: &pages.url(&format!("{}/", self.name)),
                        steps: &below.join(steps),
                        output: &path,
                        size_px: SIZE_PX,
                    };
                    program::record(&program, &recorded).expect("the page is recorded");
                }
                MadeOf::File(file) => {
                    let mut import = Command::new(&program);
                    import.arg("import").arg(below.join(file)).arg("-o").arg(&path);
                    program::output(&mut import).expect("the file is imported");
                }
            }
            let id = open(&path).head().recording_id.clone();
            Recording { path, id }
        })
    }
}

/// The same story as Playwright, rrweb and a HAR tell it.
pub(crate) static TRACE: RecordedPage = RecordedPage::imported("trace", "importing/samples/trace.zip");
pub(crate) static EVENTS: RecordedPage = RecordedPage::imported("rrweb", "importing/samples/rrweb.json.gz");
pub(crate) static HAR: RecordedPage = RecordedPage::imported("har", "importing/samples/session.har");
/// A list of things to do.
pub(crate) static TODO: RecordedPage = RecordedPage::new("todo", "browser/steps.json");
/// A cart whose total is wrong, and a price that changes behind its back.
pub(crate) static CART: RecordedPage = RecordedPage::new("cart", "pages/cart/steps.json");
/// An order that the server refuses.
pub(crate) static CHECKOUT: RecordedPage = RecordedPage::new("checkout", "pages/checkout/steps.json");
/// A loop that runs 12,000 times.
pub(crate) static READINGS: RecordedPage = RecordedPage::new("readings", "pages/readings/steps.json");
/// A minified bundle of TypeScript, with its map.
pub(crate) static FORECAST: RecordedPage = RecordedPage::new("forecast", "pages/forecast/steps.json");

/// The recording of the to-do page.
pub(crate) fn recording() -> &'static Recording {
    TODO.recording()
}

/// How many events of each kind the recording holds: presses of the mouse, of keys, and navigations.
pub(crate) fn n_events() -> (usize, usize, usize) {
    let mut session = LocalSession::open(open(&recording().path)).expect("the recording opens");
    let mut events = |command: &str, event: &str| -> Vec<Json> {
        session
            .call(command, json!({}))
            .unwrap_or_else(|error| panic!("{command}: {error}"));
        let batches = session.take_events(event);
        batches
            .iter()
            .flat_map(|batch| batch["events"].as_array().cloned().unwrap_or_default())
            .collect()
    };
    let of_kind = |events: &[Json], kind: &str| events.iter().filter(|event| event["kind"] == kind).count();
    (
        of_kind(
            &events("Session.findMouseEvents", "Session.mouseEvents"),
            "mousedown",
        ),
        of_kind(
            &events("Session.findKeyboardEvents", "Session.keyboardEvents"),
            "keydown",
        ),
        events("Session.findNavigationEvents", "Session.navigationEvents").len(),
    )
}

/// The JPEG, base64, that was painted last at or before a point of the to-do page.
pub(crate) fn picture_at(point: u64) -> String {
    picture_in(recording(), point)
}

/// As [`picture_at`], of any recording.
pub(crate) fn picture_in(recording: &Recording, point: u64) -> String {
    let mut session = LocalSession::open(open(&recording.path)).expect("the recording opens");
    session.load();
    session
        .call("Graphics.findPaints", json!({}))
        .expect("paints are found");
    let batches = session.take_events("Graphics.paintPoints");
    let paints = batches
        .iter()
        .flat_map(|batch| batch["paints"].as_array().into_iter().flatten());
    let last = paints
        .filter_map(|paint| paint["point"].as_str()?.parse::<u64>().ok())
        .filter(|&at| at <= point)
        .max()
        .expect("something was painted before");
    let contents = session
        .call(
            "Graphics.getPaintContents",
            json!({ "point": last.to_string(), "mimeType": "image/jpeg" }),
        )
        .expect("a paint has contents");
    contents["screen"]["data"]
        .as_str()
        .expect("a paint is base64")
        .to_owned()
}

pub(crate) fn open(path: &Path) -> Reader {
    Reader::open(Box::new(FileSource::open(path).expect("the recording is there")))
        .expect("the recording opens")
}
