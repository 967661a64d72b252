// Starts the engine: the worker's script, with what lies beside it. It is a file of its own because the page's policy allows no
// script that is made on the fly.
importScripts("worker.js");
wasm_bindgen({ module_or_path: "worker_bg.wasm" });
