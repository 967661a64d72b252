// A worker started by a worker, within a script of the recorder: addresses are those of the script it is about, `config.url`.

const ownUrl = config.url;
const ownerOf = (name) => {
  let owner = globalThis;
  while (!hasOwn(owner, name)) owner = getPrototypeOf(owner);
  return owner;
};
const resolved = (address) => {
  try {
    return new URL(`${address}`, ownUrl).href;
  } catch {
    return address;
  }
};
{
  const { href, origin, protocol, host, hostname, port, pathname, search, hash } = new URL(ownUrl);
  const place = {
    __proto__: WorkerLocation.prototype, href, origin, protocol, host, hostname, port, pathname, search, hash,
    toString: () => href,
  };
  for (const name of ownKeys(place)) defineProperty(place, name, { enumerable: false, writable: false });
  defineProperty(globalThis, 'location', { value: place, enumerable: true, configurable: true });
}
replace(ownerOf('importScripts'), 'importScripts', (original, self, args) => apply(original, self, args.map(resolved)));
replace(ownerOf('fetch'), 'fetch', (original, self, args) => {
  if (typeof args[0] === 'string' || args[0] instanceof URL) args[0] = resolved(args[0]);
  return apply(original, self, args);
});
replace(XMLHttpRequest.prototype, 'open', (original, self, args) => {
  args[1] = resolved(args[1]);
  return apply(original, self, args);
});
