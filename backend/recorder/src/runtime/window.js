// The log of a window leaves it through a worker, which sends it over a websocket.
//
// A worker dies with its page, so when the page is about to go everything goes once more, through a binding of the
// DevTools protocol (which also stands in for a worker that cannot be had). In the page's last moments that is cut off
// too, and what is left is small: it goes as beacons. The recorder tells doubles by their numbers.

const throughBinding = globalThis[bindingName];
delete globalThis[bindingName];

// The page itself, whose address and tree of nodes the recording shows.
const isMain = config.isMain === true && globalThis === globalThis.top;

const FLUSH_AFTER_MS = 50;
// The page is going now.
let isHidden = false;
let worker = null;

const base64 = btoa.bind(globalThis);
const characters = String.fromCharCode;
const post = bind(Worker.prototype.postMessage);
const beacon = navigator.sendBeacon.bind(navigator);

function deliver(block) {
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
    // By the secret the recorder knows that the request is its own.
    const started = new Worker(`${url}#/${secret}/`, { name: 'recorder' });
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

// The recorder asks for what is left: the number of the last block, and the title.
defineProperty(globalThis, '_$z', {
  value: () => {
    flush();
    return `${realm} ${lastBlock} ${document.title}`;
  },
});

{
  const add = bind(EventTarget.prototype.addEventListener);
  const listen = (type, listener) => add(globalThis, type, listener, { capture: true, passive: true });
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
}
// In a frame of another origin Chromium crashes if a worker is asked for this early.
if (globalThis === globalThis.top) startWorker();
else later(startWorker, 0);
