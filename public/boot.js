// Puts the kept theme into force before anything is shown, then starts the program that the script element names.
const root = document.documentElement;
try {
  const { theme } = JSON.parse(localStorage.getItem("playhead.preferences") ?? "{}");
  if (theme === "light" || theme === "dark") root.dataset.theme ??= theme;
} catch {
  // Storage is forbidden or holds something else: the system's theme is as good.
}

// Text becomes markup only where a view has parts that never change: elements with attributes of which none runs or fetches
// anything. Scripts come from beside this one. Everything else is refused, and the browser reports it.
const folder = new URL("./", import.meta.url).href;
const isInert = (text) =>
  /^([^<]|<\/?(?!script)[a-z]\w*( (class|id|role|type|title|for|name|alt|scope|dir|rows|max|tabindex|placeholder|spellcheck|autocomplete|inputmode|viewBox|preserveAspectRatio|(aria|data)-[a-z-]+)(="[^"<]*")?)*>)*$/.test(text);
globalThis.trustedTypes?.createPolicy("default", {
  createHTML: (text) => (isInert(text) ? text : null),
  createScriptURL: (url) => (new URL(url).href.startsWith(folder) || url.startsWith("blob:null/") ? url : null),
});

const { js, wasm } = document.querySelector("script[data-js]").dataset;
const say = (text) => {
  const place = document.getElementById("boot");
  if (place) place.textContent = text;
};
const slow = setTimeout(() => say("Loading…"), 800);
try {
  const { default: start } = await import(js);
  await start({ module_or_path: wasm });
} catch (error) {
  say("The viewer could not be started. Reload the page; it needs a browser of the last two years.");
  throw error;
} finally {
  clearTimeout(slow);
}
