//! The runtime that a page's probes report to: JavaScript, run in every document before anything of the page.

use std::collections::BTreeSet;

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;

/// The parts share one function body; the order matters.
const LOG: &str = include_str!("log.js");
const OBJECTS: &str = include_str!("objects.js");
const PROBES: &str = include_str!("probes.js");
const NATIVES: &str = include_str!("natives.js");
const CONSOLE: &str = include_str!("console.js");
/// What the page is and what happens to it: a block of its own, that gives the rest four functions.
const PAGE_LOG: &str = concat!(
    "let startDom, noteUrl, hookWindow, keyOf;\n{\n",
    include_str!("secrets.js"),
    include_str!("events.js"),
    include_str!("net.js"),
    include_str!("layout.js"),
    include_str!("dom.js"),
    "}\n"
);
const PAGE: &str = include_str!("page.js");
const TRANSPORT: &str = include_str!("transport.js");
const WINDOW: &str = include_str!("window.js");
const ERRORS: &str = include_str!("errors.js");
const EVAL: &str = include_str!("eval.js");
const HANDLERS: &str = include_str!("handlers.js");
const MARKUP: &str = include_str!("markup.js");
const WORKER: &str = include_str!("worker.js");
const WORKERS: &str = include_str!("workers.js");
const NESTED: &str = include_str!("nested.js");
const START: &str = include_str!("start.js");
const NODE: &str = include_str!("node.js");

/// The name by which stack traces know the runtime: its lines are taken out of them.
pub(crate) const SOURCE_NAME: &str = "playhead-runtime.js";

/// Which window of the browser a runtime is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Window {
    /// The one that is recorded, with its frames.
    Main,
    /// Another: one it opened, or a frame in a process of its own.
    Other,
}

/// The runtime for a window, which sends its log to 127.0.0.1 at `port`, or through the DevTools binding named `binding`.
///
/// It runs in every document. A frame that can reach a document around it shares that one's log, for they call each other
/// and make one stack; only what belongs to its own globals is made again for it (`openRealm`).
/// The text of elements that match `mask` is not recorded.
pub(crate) fn for_window(
    window: Window,
    port: u16,
    secret: &str,
    binding: &str,
    mask: Option<&str>,
) -> String {
    let is_main = window == Window::Main;
    let config = serde_json::json!({ "port": port, "secret": secret, "binding": binding, "isMain": is_main, "mask": mask });
    let key = format!("_${secret}");
    let realm = [ERRORS, CONSOLE, EVAL, WORKERS, HANDLERS, MARKUP, PAGE].join("\n");
    let own = [
        LOG, OBJECTS, PROBES, NATIVES, TRANSPORT, WINDOW, ERRORS, CONSOLE, EVAL, WORKERS, HANDLERS, MARKUP,
        PAGE_LOG, PAGE, START,
    ]
    .join("\n");
    // What neither the realm's parts nor the shared ones declare is the window's.
    let not_globals = ["undefined", "NaN", "Infinity", "globalThis", "arguments"].map(str::to_owned);
    let mut names = &free_names(&realm) & &free_names(&own);
    names.retain(|name| !not_globals.contains(name));
    let names = Vec::from_iter(names).join(", ");
    // A frame without an element it may see stands in a document of another origin, of which nothing may be asked: this early,
    // Chromium does not refuse but crash.
    format!(
        "(function (config) {{ 'use strict';
if (Object.prototype.hasOwnProperty.call(globalThis, '{key}')) return void globalThis['{key}'].listenAgain();
for (let at = window; at.frameElement !== null; ) {{
  at = at.parent;
  const shared = at['{key}'];
  if (shared !== undefined) return void shared.openRealm(globalThis);
}}
{own}
function openRealm(globalThis) {{
const {{ {names} }} = globalThis;
const isMain = false;
noteGlobals(globalThis);
defineProbes(globalThis);
{realm}
hookWindow(globalThis);
defineProperty(globalThis, '{key}', {{ value: {{ openRealm, listenAgain }} }});
}}
defineProperty(globalThis, '{key}', {{ value: {{ openRealm, listenAgain }} }});
}})({config});
//# sourceURL={SOURCE_NAME}"
    )
}

/// The runtime for a worker, which sends its log to 127.0.0.1 at `port`. It may be run twice. A worker started by a
/// worker is told the address of its script.
pub(crate) fn for_worker(port: u16, secret: &str, url: Option<&str>) -> String {
    let config = serde_json::json!({ "port": port, "secret": secret, "url": url });
    let nested = url.map_or("", |_| NESTED);
    let parts = [
        LOG, OBJECTS, PROBES, NATIVES, TRANSPORT, nested, WORKER, ERRORS, CONSOLE, EVAL, WORKERS, START,
    ]
    .join("\n");
    format!(
        "if (!('_$s' in globalThis)) (function (config) {{ 'use strict';\n{parts}\n}})({config});\n//# sourceURL={SOURCE_NAME}"
    )
}

/// The names a text takes from its surroundings.
fn free_names(text: &str) -> BTreeSet<String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::script()).parse();
    let scoping = SemanticBuilder::new()
        .build(&parsed.program)
        .semantic
        .into_scoping();
    let names = scoping.root_unresolved_references().keys();
    names.map(|name| name.to_string()).collect()
}

/// The runtime for a Node program, as a CommonJS module to be loaded before it; `config` says which pipes it has.
pub(crate) fn for_node(config: &serde_json::Value) -> String {
    // Threads load what was loaded before the program too; they have no pipes of their own.
    format!(
        "if (require('node:worker_threads').isMainThread) (function (config) {{ 'use strict';\n{LOG}\n{OBJECTS}\n{PROBES}\n{NATIVES}\n{CONSOLE}\n{NODE}\n{EVAL}\n}})({config});\n//# sourceURL={SOURCE_NAME}"
    )
}

/// The runtime for another host, which brings `send(bytes)`, `wake()` and `isClosing` in `host`.
pub fn for_host(host: &str) -> String {
    format!(
        "(function () {{ 'use strict';\n{LOG}\n{OBJECTS}\n{PROBES}\n{NATIVES}\n{CONSOLE}\n{host}\n}})();\n//# sourceURL={SOURCE_NAME}"
    )
}
