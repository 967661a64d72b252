// Puts the kept theme into force before anything is shown, then starts the program that the script element names.
const root = document.documentElement;
try {
  const { theme } = JSON.parse(localStorage.getItem("playhead.preferences") ?? "{}");
  if (theme === "light" || theme === "dark") root.dataset.theme ??= theme;
} catch {
  // Storage is forbidden or holds something else: the system's theme is as good.
}

// What may become markup or a script, and nothing else: decision 20.
const folder = new URL("./", import.meta.url).href;
const isInert = /^([^<]|<\/?(?!script)[a-z]\w*( (class|id|type|role|aria-[a-z]+)="[^"<]*")*>)*$/;
globalThis.trustedTypes?.createPolicy("default", {
  createHTML: (text) => (isInert.test(text) ? text : null),
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
