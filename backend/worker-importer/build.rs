//! How much memory the module may take: what a hostile file fills is that, not the page's. Whatever would take more ends the
//! module, which is there for one file anyway.

/// Four times the longest text that is read of a file (`importer`'s limits), which is what its nodes come to.
const MEMORY_BYTES: u64 = 1 << 30;

/// Reading JSON recurses as deep as it nests, which is bounded, and each level takes some kB.
const STACK_BYTES: u64 = 8 << 20;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        println!("cargo:rustc-link-arg-cdylib=--max-memory={MEMORY_BYTES}");
        println!("cargo:rustc-link-arg-cdylib=-zstack-size={STACK_BYTES}");
    }
}
