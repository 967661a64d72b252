//! The Playhead viewer.

#[cfg(target_arch = "wasm32")]
fn main() {
    app::boot::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
