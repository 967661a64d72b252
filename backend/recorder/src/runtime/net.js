// Who asked for what: the point of the program's own requests. The recorder joins them with what the browser tells, by
// method and URL, in order.

const NativeUrl = URL;
const hrefOf = getter(URL.prototype, 'href');
const baseOf = getter(Node.prototype, 'baseURI');
const requestUrl = getter(Request.prototype, 'url');
const requestMethod = getter(Request.prototype, 'method');
const upperCase = bind(String.prototype.toUpperCase);

function asked(view, url, method) {
  let address;
  try {
    address = hrefOf(new NativeUrl(url, baseOf(view.document)));
  } catch {
    return;
  }
  // What was changed so far is what the asking code saw.
  byte(0xb6);
  string(method);
  string(address);
  done();
}

// An address, if it can be had without running any of the program's code.
function addressOf(v) {
  if (typeof v === 'string') return v;
  try {
    return hrefOf(v);
  } catch {
    return undefined;
  }
}

const sentBy = new WeakMap();
const requestOf = WeakMap.prototype.get.bind(sentBy);
const keepRequest = WeakMap.prototype.set.bind(sentBy);

function hookRequests(view) {
  replace(view, 'fetch', (original, self, args) => {
    const [input, init] = args;
    const given = option(init, 'method');
    let url = addressOf(input), method = 'GET';
    if (url === undefined) {
      try {
        url = requestUrl(input);
        method = requestMethod(input);
      } catch {
        // The browser turns it into an address.
      }
    }
    if (url !== undefined) asked(view, url, typeof given === 'string' ? upperCase(given) : method);
    return apply(original, self, args);
  });
  const { XMLHttpRequest: { prototype }, Navigator } = view;
  replace(prototype, 'open', (original, self, args) => {
    const url = addressOf(args[1]);
    if (isObject(self) && url !== undefined && typeof args[0] === 'string') keepRequest(self, { url, method: upperCase(args[0]) });
    return apply(original, self, args);
  });
  replace(prototype, 'send', (original, self, args) => {
    const request = isObject(self) ? requestOf(self) : undefined;
    if (request !== undefined) asked(view, request.url, request.method);
    return apply(original, self, args);
  });
  replace(Navigator.prototype, 'sendBeacon', (original, self, args) => {
    const url = addressOf(args[0]);
    if (url !== undefined) asked(view, url, 'POST');
    return apply(original, self, args);
  });
  for (const name of ['WebSocket', 'EventSource']) {
    const Native = view[name];
    if (typeof Native !== 'function') continue;
    const Recorded = new NativeProxy(Native, {
      __proto__: null,
      construct: (target, args, newTarget) => {
        const url = addressOf(args[0]);
        if (url !== undefined) asked(view, url, 'GET');
        return construct(target, args, newTarget);
      },
    });
    defineProperty(Native.prototype, 'constructor', { value: Recorded });
    defineProperty(view, name, { value: Recorded });
  }
}
const { construct } = Reflect;
