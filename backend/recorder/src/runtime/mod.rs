//! The runtime that a page's probes report to: JavaScript, run in every document before anything of the page.

/// The parts share one function body; the order matters.
const LOG: &str = include_str!("log.js");
const OBJECTS: &str = include_str!("objects.js");
const PROBES: &str = include_str!("probes.js");
const CONSOLE: &str = include_str!("console.js");
const SECRETS: &str = include_str!("secrets.js");
const EVENTS: &str = include_str!("events.js");
const LAYOUT: &str = include_str!("layout.js");
const DOM: &str = include_str!("dom.js");
const NET: &str = include_str!("net.js");
const PAGE: &str = include_str!("page.js");
const NODE: &str = include_str!("node.js");

/// The name by which stack traces know the runtime: its lines are taken out of them.
pub(crate) const SOURCE_NAME: &str = "playhead-runtime.js";

/// The runtime for a page, which sends its log to 127.0.0.1 at `port`, or through the DevTools binding named `binding`.
pub fn for_page(port: u16, secret: &str, binding: &str) -> String {
    let config = serde_json::json!({ "port": port, "secret": secret, "binding": binding });
    // Frames of the page have no probes: their scripts are not rewritten.
    format!(
        "if (window === top) (function (config) {{ 'use strict';\n{LOG}\n{OBJECTS}\n{PROBES}\n{CONSOLE}\n{SECRETS}\n{EVENTS}\n{LAYOUT}\n{DOM}\n{NET}\n{PAGE}\n}})({config});\n//# sourceURL={SOURCE_NAME}"
    )
}

/// The runtime for a Node program, as a CommonJS module to be loaded before it; `config` says which pipes it has.
pub(crate) fn for_node(config: &serde_json::Value) -> String {
    // Threads load what was loaded before the program too; they have no pipes of their own.
    format!(
        "if (require('node:worker_threads').isMainThread) (function (config) {{ 'use strict';\n{LOG}\n{OBJECTS}\n{PROBES}\n{CONSOLE}\n{NODE}\n}})({config});\n//# sourceURL={SOURCE_NAME}"
    )
}

/// The runtime for another host, which brings `send(bytes)`, `wake()` and `isClosing` in `host`.
pub fn for_host(host: &str) -> String {
    format!(
        "(function () {{ 'use strict';\n{LOG}\n{OBJECTS}\n{PROBES}\n{CONSOLE}\n{host}\n}})();\n//# sourceURL={SOURCE_NAME}"
    )
}
