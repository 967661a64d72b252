// Starts the engine: the worker's script, with what lies beside it. It is a file of its own because the page's policy allows no
// script that is made on the fly. In a sandbox it is fetched by a worker that is nowhere, and is told where it lies.
self.playheadFolder ??= new URL("./", location.href).href;
// Scripts come from this folder alone, whoever names them.
if (self.trustedTypes && !trustedTypes.defaultPolicy) {
  trustedTypes.createPolicy("default", { createScriptURL: (url) => (url.startsWith(playheadFolder) ? url : null) });
}
importScripts(`${playheadFolder}worker.js`);
wasm_bindgen({ module_or_path: `${playheadFolder}worker_bg.wasm` });
