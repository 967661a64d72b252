// Keeps the viewer for when there is no network: its own files, of one version together, and nothing else. Recordings are never
// kept: they are large, private, and read in parts. A newer version waits until the person wants it or no page of this one is
// left. `cargo xtask dist` writes the version and the files in.
const VERSION = "@version@";
const FILES = ["@files@"];

const home = new URL(registration.scope);
const mine = `playhead ${home.pathname} `;
const addresses = new Set(FILES.map((file) => new URL(file, home).href));

addEventListener("install", (event) => {
  const fetchAll = async () => {
    const cache = await caches.open(mine + VERSION);
    // What has a hash in its name may come from the browser's own cache, everything else has to be asked for.
    const request = (address) => new Request(address, { cache: /[0-9a-f]{16}/.test(address) ? "default" : "reload" });
    await cache.addAll([...addresses].map(request));
  };
  event.waitUntil(fetchAll());
});

addEventListener("activate", (event) => {
  const begin = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(mine) && name !== mine + VERSION);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  };
  event.waitUntil(begin());
});

addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== home.origin || !address.pathname.startsWith(home.pathname)) return;
  const path = address.pathname.slice(home.pathname.length);
  if (request.mode === "navigate") {
    if (path === "" || path === "index.html") event.respondWith(kept(home.href));
    // The path of a recording's page on a server: here its id stands in the query.
    else if (path.startsWith("recording/")) event.respondWith(Response.redirect(byQuery(address, path)));
    return;
  }
  address.search = "";
  if (addresses.has(address.href)) event.respondWith(kept(address.href));
});

async function kept(address) {
  const cache = await caches.open(mine + VERSION);
  return (await cache.match(address)) ?? fetch(address);
}

function byQuery(address, path) {
  const id = path.slice("recording/".length).replace(/\/$/, "");
  const rest = address.search.replace(/^\?/, "&");
  return `${home.href}?recording=${id}${rest}${address.hash}`;
}
