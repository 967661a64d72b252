//! How much memory the module may take: what a hostile program fills is that, not the page's. Whatever would take more
//! ends the module, and the worker sets it up anew.

/// Of all its interpreters together. One takes 2 MB.
const MEMORY_BYTES: u64 = 512 << 20;

/// Calls within each other are nested on the stack too.
const STACK_BYTES: u64 = 8 << 20;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo:rustc-link-arg-cdylib=--max-memory={MEMORY_BYTES}");
        println!("cargo:rustc-link-arg-cdylib=-zstack-size={STACK_BYTES}");
    }
}
