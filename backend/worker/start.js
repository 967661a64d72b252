// Starts the engine: the worker's script, with what lies beside it. It is a file of its own because the page's policy allows no
// script that is made on the fly. In a sandbox it is fetched by a worker that is nowhere, and is told where it lies.
const folder = self.playheadFolder ?? "";
importScripts(`${folder}worker.js`);
wasm_bindgen({ module_or_path: `${folder}worker_bg.wasm` });
