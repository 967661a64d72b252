// Only in pages that are in a frame (…/embed/ID): keeps the greeting of the page around until the viewer is there to answer it, and
// says at once that one is on its way. docs/embedding.md has the contract.
globalThis.playheadHello = new Promise((resolve) => {
  if (parent === window) return;
  addEventListener("message", function hear(event) {
    const { source, data, ports } = event;
    if (source !== parent || data?.t !== "rrp-embed" || ports.length !== 1) return;
    removeEventListener("message", hear);
    ports[0].postMessage({ type: "loading", v: 1, nonce: data.nonce });
    resolve(event);
  });
});

// The theme that the page around asks for, before anything is shown.
const theme = new URLSearchParams(location.search).get("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
