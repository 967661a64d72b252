// The log: a byte buffer of records, written by the probes and decoded by `log.rs`. Opcodes and value tags stand there too.
//
// These files are one function body (`mod.rs` joins them). Everything of the browser's that they call is taken here,
// before the page can replace it; methods are bound so that a page's patches are not met later.

const bind = (method) => Function.prototype.call.bind(method);
const { apply, ownKeys, getPrototypeOf, getOwnPropertyDescriptor } = Reflect;
const { isArray } = Array;
const { defineProperty } = Object;
const hasOwn = bind(Object.prototype.hasOwnProperty);
const now = performance.now.bind(performance);
const sliceBytes = bind(Uint8Array.prototype.slice);
const subarray = bind(Uint8Array.prototype.subarray);
const setBytes = bind(Uint8Array.prototype.set);
const encoder = new TextEncoder();
const encodeInto = bind(TextEncoder.prototype.encodeInto);
const textOf = bind(Function.prototype.toString);
const substring = bind(String.prototype.slice);
const startsWith = bind(String.prototype.startsWith);
const bigintText = bind(BigInt.prototype.toString);
const symbolDescription = bind(getOwnPropertyDescriptor(Symbol.prototype, 'description').get);

// A block is sent when it has this many bytes. One record adds at most MARGIN beyond its strings, which make their own room.
const BLOCK = 1 << 20;
const MARGIN = 1 << 17;

let buffer = new Uint8Array(BLOCK + 2 * MARGIN);
let position = 0;
let lastSite = 0;
let nSteps = 0;
let lastTick = 0;

// What the host has to do when the program's stack is empty, and before a message; null for nothing.
let settle = null;
// What it has to do when the program is entered with an empty stack.
let arrive = null;

function byte(n) {
  buffer[position++] = n;
}

function varint(n) {
  position = put(position, n);
}

// The probes of hot code keep the position in a variable of their own: writes a number at `at`, gives where it ends.
function put(at, n) {
  if (n < 128) {
    buffer[at] = n;
    return at + 1;
  }
  return putLong(at, n);
}
function putLong(at, n) {
  while (n > 127) {
    buffer[at++] = (n & 127) | 128;
    n >>>= 7;
  }
  buffer[at] = n;
  return at + 1;
}

function zigzag(n) {
  varint(((n << 1) ^ (n >> 31)) >>> 0);
}

const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);
function number(n) {
  const at = position;
  float[0] = n;
  buffer[at] = floatBytes[0];
  buffer[at + 1] = floatBytes[1];
  buffer[at + 2] = floatBytes[2];
  buffer[at + 3] = floatBytes[3];
  buffer[at + 4] = floatBytes[4];
  buffer[at + 5] = floatBytes[5];
  buffer[at + 6] = floatBytes[6];
  buffer[at + 7] = floatBytes[7];
  position = at + 8;
}

// Records are never split between blocks: room is made by a larger buffer.
function makeRoom(nBytes) {
  if (position + nBytes + MARGIN <= buffer.length) return;
  const larger = new Uint8Array((position + nBytes) * 2 + MARGIN);
  setBytes(larger, subarray(buffer, 0, position));
  buffer = larger;
}

// Longer strings are cut; the cut shows.
const MAX_TEXT = 1 << 20;

// Length in bytes, then UTF-8.
function text(s) {
  if (s.length > MAX_TEXT) s = substring(s, 0, MAX_TEXT) + '…';
  const n = s.length;
  makeRoom(n * 3 + 5);
  if (n < 128) {
    const start = position + 1;
    let i = 0;
    for (; i < n; i++) {
      const c = s.charCodeAt(i);
      if (c > 127) break;
      buffer[start + i] = c;
    }
    if (i === n) {
      buffer[position] = n;
      position = start + n;
      return;
    }
  }
  // The length is not known before: five bytes hold any.
  const { written } = encodeInto(encoder, s, subarray(buffer, position + 5));
  let rest = written;
  for (let i = 0; i < 4; i++) {
    buffer[position++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  buffer[position++] = rest;
  position += written;
}

// Short strings get a number at their first sight; the table is emptied when it is full, between two records.
const MAX_STRINGS = 30000;
const strings = new Map();
const stringId = Map.prototype.get.bind(strings);
const keepString = Map.prototype.set.bind(strings);
const forgetStrings = Map.prototype.clear.bind(strings);
let nStrings = 0;

// Long strings are compared with the last ones: programs often log the same or a grown one.
const recent = ['', '', '', '', '', '', '', ''];
let nextRecent = 0;

function string(s) {
  const n = s.length;
  if (n <= 200) {
    const id = stringId(s);
    if (id !== undefined) {
      byte(0x86);
      varint(id);
    } else {
      keepString(s, nStrings++);
      byte(0x87);
      text(s);
    }
    return;
  }
  if (n <= MAX_TEXT) {
    for (let i = 0; i < 8; i++) {
      const old = recent[i];
      if (old === s) {
        byte(0x8b);
        byte(i);
        return;
      }
      const m = old.length;
      if (m > 100 && m < n && s.charCodeAt(m - 1) === old.charCodeAt(m - 1) && startsWith(s, old)) {
        byte(0x8c);
        byte(i);
        text(substring(s, m));
        recent[i] = s;
        return;
      }
    }
    recent[nextRecent] = s;
    byte(0x88);
    byte(nextRecent);
    nextRecent = (nextRecent + 1) & 7;
  } else {
    byte(0x8d);
  }
  text(s);
}

// A property's key: 0 new name, 1 index, 2 symbol, else a known name.
function key(k) {
  if (typeof k === 'number') {
    byte(1);
    varint(k);
  } else if (typeof k === 'symbol') {
    byte(2);
    text(describeSymbol(k));
  } else {
    const id = stringId(k);
    if (id !== undefined) {
      varint(id + 3);
    } else {
      keepString(k, nStrings++);
      byte(0);
      text(k);
    }
  }
}

function describeSymbol(symbol) {
  const description = symbolDescription(symbol);
  return description === undefined ? '' : description;
}

// Short, so that the engine puts it into the probes, and those into the program.
function value(v) {
  if (typeof v === 'number') {
    if ((v & 127) === v && (v !== 0 || 1 / v > 0)) buffer[position++] = v;
    else otherNumber(v);
  } else if (typeof v === 'object' && v !== null) object(v);
  else otherValue(v);
}

function otherNumber(v) {
  if ((v | 0) === v && (v !== 0 || 1 / v > 0)) {
    buffer[position++] = 0x84;
    zigzag(v);
  } else {
    buffer[position++] = 0x85;
    number(v);
  }
}

function otherValue(v) {
  switch (typeof v) {
    case 'string':
      return string(v);
    case 'boolean':
      return byte(v ? 0x82 : 0x83);
    case 'undefined':
      if (v === undefined) return byte(0x80);
      return object(v); // document.all
    case 'object':
      return byte(0x81);
    case 'function':
      return object(v);
    case 'bigint':
      byte(0x89);
      return text(bigintText(v));
    case 'symbol':
      byte(0x8a);
      return text(describeSymbol(v));
  }
}

// Programs mostly speak of the same objects again, or of neighbours, or of new ones: those are one byte.
let lastMentioned = 0;
let lastBorn = 0;
function object(o) {
  const id = mention(o), d = id - lastMentioned;
  if (d >= -32 && d < 48) {
    lastMentioned = id;
    buffer[position++] = d + 0xd0;
  } else farObject(id);
}
function farObject(id) {
  const ago = lastBorn - id;
  if (ago >= 0 && ago < 32) buffer[position++] = 0x90 + ago;
  else {
    lastMentioned = id;
    buffer[position] = 0x8e;
    position = put(position + 1, id);
  }
}

// Ends a record: what was seen for the first time follows, and a full block goes out.
function done() {
  if (nPending > 0) drain();
  if (position > BLOCK) flush();
}

let lastFlush = 0;
function flush() {
  if (position === 0) return;
  lastFlush = lastTick;
  const block = sliceBytes(buffer, 0, position);
  position = 0;
  if (buffer.length > BLOCK + 2 * MARGIN) buffer = new Uint8Array(BLOCK + 2 * MARGIN);
  if (nStrings > MAX_STRINGS) {
    forgetStrings();
    nStrings = 0;
    byte(0x99);
  }
  send(block);
}

// The clock, as microseconds since the last time.
function tick() {
  const time = Math_round(now() * 1000);
  const passed = time - lastTick;
  byte(0x98);
  if (passed > 0) {
    lastTick = time;
    varint(passed > 0x7fffffff ? 0x7fffffff : passed);
  } else {
    byte(0);
  }
  // A long task must not hold back what others, who run meanwhile, have to tell.
  if (time - lastFlush > MAX_SILENCE_MICROS) flush();
  wake();
}
const MAX_SILENCE_MICROS = 100000;
const Math_round = Math.round;
