// The runtime's host in Node: the log goes to a file.
const { openSync, writeSync } = require('node:fs');
const file = openSync(process.env.PLAYHEAD_LOG, 'w');
const isClosing = false;
function send(bytes) {
  writeSync(file, bytes);
}
function wake() {}
process.on('exit', flush);
byte(0xa2);
number(performance.timeOrigin);
// Code that comes as text runs as it is.
defineProperty(globalThis, '_$ev', { value: (code) => code });
defineProperty(globalThis, '_$ie', { value: (f) => f });
