// The page around the program: input, navigation, and the road of the log to the recorder.
//
// Blocks go to a worker, which sends them over a websocket; what has not been acknowledged is kept. A worker dies with its
// page, so when the page is about to go everything goes once more, through a binding of the DevTools protocol (which
// also stands in for a worker that cannot be had). In the page's last moments that is cut off too, and what is left is
// small: it goes as beacons. The recorder tells doubles by their numbers.

const { port, secret, binding: bindingName } = config;
const realm = `${Math_round(performance.timeOrigin * 1000)}-${Math.random().toString(36).slice(2)}`;
const throughBinding = globalThis[bindingName];
delete globalThis[bindingName];

// The page is about to go: blocks are sent at the end of each task.
let isClosing = false;
// It is going now.
let isHidden = false;
let lastBlock = 0;
let unacknowledged = [];
let worker = null;

const later = setTimeout.bind(globalThis);
const base64 = btoa.bind(globalThis);
const characters = String.fromCharCode;
const post = bind(Worker.prototype.postMessage);

const beacon = navigator.sendBeacon.bind(navigator);
const ADDRESS = `127.0.0.1:${port}/${secret}/${realm}`;

// A recorder that cannot keep up must not take the page's memory: past this the document's log ends.
const MAX_UNACKNOWLEDGED = 256 << 20;
let nUnacknowledged = 0;
let isFull = false;

function send(bytes) {
  if (isFull) return;
  nUnacknowledged += bytes.length;
  if (nUnacknowledged > MAX_UNACKNOWLEDGED) {
    isFull = true;
    bytes = new Uint8Array([0xa1]);
  }
  const block = { number: ++lastBlock, bytes };
  unacknowledged[unacknowledged.length] = block;
  if (isHidden) sendAsBeacon(block);
  else if (worker === null) sendThroughBinding(block);
  else post(worker, block);
}

function sendAsBeacon(block) {
  beacon(`http://${ADDRESS}/${block.number}`, block.bytes);
}

function sendThroughBinding(block) {
  if (typeof throughBinding !== 'function') return;
  let binary = '';
  for (let i = 0; i < block.bytes.length; i += 8192) {
    binary += apply(characters, null, subarray(block.bytes, i, i + 8192));
  }
  throughBinding(`${realm} ${block.number} ${base64(binary)}`);
}

function acknowledge(number) {
  let n = 0;
  while (n < unacknowledged.length && unacknowledged[n].number <= number) nUnacknowledged -= unacknowledged[n++].bytes.length;
  const rest = [];
  for (let i = n; i < unacknowledged.length; i++) rest[rest.length] = unacknowledged[i];
  unacknowledged = rest;
}

function sendAllThroughBinding() {
  for (let i = 0; i < unacknowledged.length; i++) sendThroughBinding(unacknowledged[i]);
}

// Within the worker.
const WORKER = `
  const waiting = [];
  const socket = new WebSocket(${JSON.stringify(`ws://${ADDRESS}`)});
  socket.binaryType = 'arraybuffer';
  const send = ({ number, bytes }) => {
    const frame = new Uint8Array(4 + bytes.length);
    new DataView(frame.buffer).setUint32(0, number, true);
    frame.set(bytes, 4);
    socket.send(frame);
  };
  onmessage = ({ data }) => socket.readyState === 1 ? send(data) : waiting.push(data);
  socket.onopen = () => waiting.splice(0).forEach(send);
  socket.onmessage = ({ data }) => postMessage(Number(data));
  socket.onclose = () => postMessage(-1);
`;

function startWorker() {
  try {
    const url = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }));
    const started = new Worker(url, { name: 'recorder' });
    const lose = () => {
      if (worker === null) return;
      worker = null;
      sendAllThroughBinding();
    };
    started.onmessage = (event) => (event.data < 0 ? lose() : acknowledge(event.data));
    started.onerror = lose;
    worker = started;
  } catch {
    worker = null;
  }
}

// Something was written: it goes out soon, even if the page does nothing more.
const FLUSH_AFTER_MS = 50;
let isAwake = false;
function wake() {
  if (isAwake) return;
  isAwake = true;
  later(() => {
    isAwake = false;
    flush();
  }, FLUSH_AFTER_MS);
}

// The recorder asks for what is left: the number of the last block, and the title.
defineProperty(globalThis, '_$z', {
  value: () => {
    flush();
    return `${realm} ${lastBlock} ${document.title}`;
  },
});

const listen = (() => {
  const add = bind(EventTarget.prototype.addEventListener);
  return (type, listener) => add(globalThis, type, listener, { capture: true, passive: true });
})();

function navigation(kind) {
  tick();
  byte(0x9e);
  text(kind);
  text(location.href);
  noteUrl();
}

function mouse(kind, event) {
  tick();
  byte(0x9c);
  byte(kind);
  byte(event.isTrusted ? 0 : 1);
  number(+event.clientX);
  number(+event.clientY);
}

const MOUSE_INTERVAL_MS = 1000 / 60;
let lastMove = -Infinity;
listen('mousemove', (event) => {
  const time = now();
  if (time - lastMove < MOUSE_INTERVAL_MS - 1) return;
  lastMove = time;
  mouse(0, event);
});
listen('mousedown', (event) => mouse(1, event));
['keydown', 'keyup', 'keypress'].forEach((type, kind) => {
  listen(type, (event) => {
    tick();
    byte(0x9d);
    byte(kind);
    byte(event.isTrusted ? 0 : 1);
    text(typeof event.key === 'string' ? event.key : '');
  });
});

listen('popstate', () => navigation('popstate'));
listen('hashchange', () => navigation('hashchange'));
for (const method of ['pushState', 'replaceState']) {
  replace(History.prototype, method, (original, self, args) => {
    const result = apply(original, self, args);
    navigation(method);
    return result;
  });
}

// Whether anything of the page runs below the listener that asks.
function isProgramBelow() {
  if (Error.prepareStackTrace !== undefined || !(Error.stackTraceLimit > 3)) return true;
  const lines = stackOf(new Error('')).split('\n');
  return lines.filter((line) => line.includes(' at ') && !line.includes('playhead-runtime')).length > 0;
}

listen('error', (event) => {
  if (!(event instanceof ErrorEvent)) return;
  // A script's top level has no `finally`: its frame is taken off when its error arrives.
  if (depth > 0 && !isProgramBelow()) {
    depth = 0;
    byte(0xa0);
  }
  const reason = event.error;
  uncaught(false, reason, String_(event.message), String_(event.filename), event.lineno >>> 0, event.colno >>> 0);
});
listen('unhandledrejection', (event) => {
  const { reason } = event;
  uncaught(true, reason, 'Uncaught (in promise) ' + describe(reason), '', 0, 0);
});

listen('beforeunload', () => {
  flush();
  sendAllThroughBinding();
  isClosing = true;
});
listen('pagehide', () => {
  isHidden = isClosing = true;
  for (let i = 0; i < unacknowledged.length; i++) sendAsBeacon(unacknowledged[i]);
  flush();
});
listen('pageshow', () => {
  isHidden = isClosing = false;
});

startWorker();
byte(0xa2);
number(performance.timeOrigin);
navigation('load');
startDom();
