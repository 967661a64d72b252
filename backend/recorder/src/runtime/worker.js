// The log of a worker leaves it by a websocket of its own.
//
// A worker can end at any moment, so the log goes out soon; what a task wrote just before it was ended is lost.

const isMain = false;
const FLUSH_AFTER_MS = 5;

const socket = new WebSocket(`ws://${ADDRESS}`);
const sendTo = bind(WebSocket.prototype.send);
socket.binaryType = 'arraybuffer';
let waiting = [];
let isOpen = false;

function deliver(block) {
  if (!isOpen) {
    waiting[waiting.length] = block;
    return;
  }
  const frame = new Uint8Array(4 + block.bytes.length);
  for (let i = 0; i < 4; i++) frame[i] = (block.number >>> (8 * i)) & 255;
  setBytes(frame, block.bytes, 4);
  sendTo(socket, frame);
}

socket.onopen = () => {
  isOpen = true;
  const all = waiting;
  waiting = [];
  for (let i = 0; i < all.length; i++) deliver(all[i]);
};
socket.onmessage = (event) => acknowledge(+event.data);
