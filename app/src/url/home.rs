//! Where the viewer is: the path of its first address, with a slash at its end. It is `/` where the server that has the
//! recordings serves it, and any folder of any server else; `boot` finds out, once.

use std::sync::OnceLock;

static HOME: OnceLock<String> = OnceLock::new();

/// The path of the first address.
pub fn home() -> &'static str {
    HOME.get().map_or("/", String::as_str)
}

/// Says where it is; only the first time counts.
pub fn set_home(path: String) {
    HOME.get_or_init(|| path);
}
