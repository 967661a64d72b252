// The probes: what the instrumenter's insertions call. `instrument/` says where each stands. A long list: one
// function for each thing a program does.

// The stack of active frames, by serial number. Frames and scope instances count together.
const stack = new Int32Array(1 << 16);
let depth = 0;
let nInstances = 0;
let nThrows = 0;

function step(site) {
  const d = site - lastSite;
  lastSite = site;
  if (d > -33 && d < 95) buffer[position++] = d + 32;
  else {
    buffer[position++] = 0x80;
    zigzag(d);
  }
  if ((++nSteps & 4095) === 0) tick();
  if (position > BLOCK) flush();
}

function enterTask() {
  task++;
  letGo();
  tick();
  if (arrive !== null) arrive();
}

function enterPositions(fid) {
  if (depth === 0) enterTask();
  byte(0x81);
  varint(fid);
  const serial = ++nInstances;
  stack[++depth] = serial;
  if (position > BLOCK) flush();
  return serial;
}

// The parent is told by how many instances ago it began, 0 for none. With `shape`, how many arguments there are, few, is told
// by the record's own number.
function begin(fid, parent, self, shape) {
  if (depth === 0) enterTask();
  const serial = ++nInstances;
  stack[++depth] = serial;
  const at = position;
  if (parent === 0) {
    buffer[at] = self === undefined ? shape : shape + 1;
    position = put(at + 1, fid);
  } else {
    buffer[at] = self === undefined ? shape + 0x10 : shape + 0x11;
    position = put(put(at + 1, fid), serial - parent);
  }
  if (self !== undefined) value(self);
  return serial;
}
function enter(fid, parent, self, nArguments) {
  if (depth === 0) enterTask();
  const serial = ++nInstances;
  stack[++depth] = serial;
  let at = position;
  buffer[at] = 0x82;
  at = put(at + 1, fid);
  at = put(at, parent === 0 ? 0 : serial - parent);
  if (self === undefined) position = put(at, nArguments << 1);
  else {
    position = put(at, (nArguments << 1) | 1);
    value(self);
  }
  return serial;
}
function enter0(fid, parent, self) {
  const serial = begin(fid, parent, self, 0xc0);
  done();
  return serial;
}
function enter1(fid, parent, self, a) {
  const serial = begin(fid, parent, self, 0xc2);
  value(a);
  done();
  return serial;
}
function enter2(fid, parent, self, a, b) {
  const serial = begin(fid, parent, self, 0xc4);
  value(a);
  value(b);
  done();
  return serial;
}
function enter3(fid, parent, self, a, b, c) {
  const serial = begin(fid, parent, self, 0xc6);
  value(a);
  value(b);
  value(c);
  done();
  return serial;
}
function enter4(fid, parent, self, a, b, c, d) {
  const serial = begin(fid, parent, self, 0xc8);
  value(a);
  value(b);
  value(c);
  value(d);
  done();
  return serial;
}
function enterMany(fid, parent, self, ...args) {
  const serial = enter(fid, parent, self, args.length);
  for (let i = 0; i < args.length; i++) value(args[i]);
  done();
  return serial;
}

function leave() {
  byte(0x83);
  if (depth > 0 && --depth === 0) endTask();
}
function leaveFrame(serial) {
  resumeElsewhere(serial);
  leave();
}
function endTask() {
  letGo();
  if (settle !== null) settle();
  tick();
  if (isClosing) flush();
}

function resume(serial) {
  if (depth > 0 && stack[depth] === serial) return;
  if (depth === 0) enterTask();
  byte(0x89);
  varint(nInstances - serial);
  stack[++depth] = serial;
}
// Back in a frame by another way than the `await` it left by: what it waited for was rejected.
function resumeElsewhere(serial) {
  resume(serial);
  if (nAwaited > 0) awaitEnded(serial, 'rejected', false);
}
function suspend(serial, v) {
  // Not on top: a finally block of a loop that was left by returning from a suspended generator.
  if (depth > 0 && stack[depth] === serial) {
    byte(0x88);
    if (--depth === 0) endTask();
  }
  return v;
}
// After an `await` nothing else runs: what is still on the stack is a module's top level that threw.
function resumeAwaiting(serial, v) {
  while (depth > 0 && stack[depth] !== serial) leave();
  resume(serial);
  if (nAwaited > 0) awaitEnded(serial, 'fulfilled', true, v);
  return v;
}
function resumeWith(serial, v) {
  resume(serial);
  return v;
}

// `yield* inner` and `for await (… of inner)`: the frame stays below what `inner` runs, and is given up when that returns.
// What the engine looks at is looked at once, in its order.
function delegate(serial, iterable) {
  if (iterable === undefined || iterable === null) return iterable;
  return delegateBy(serial, iterable, iterator, iterable[iterator]);
}
function delegateAsync(serial, iterable) {
  if (iterable === undefined || iterable === null) return iterable;
  const open = iterable[asyncIterator];
  if (open === undefined || open === null) return delegateBy(serial, iterable, iterator, iterable[iterator]);
  return delegateBy(serial, iterable, asyncIterator, open);
}
function delegateBy(serial, iterable, symbol, open) {
  // The engine says what is wrong with it.
  if (typeof open !== 'function') return { __proto__: null, [symbol]: open };
  return {
    __proto__: null,
    [symbol]() {
      const inner = apply(open, iterable, none);
      return isObject(inner) ? standIn(serial, inner) : inner;
    },
  };
}
function standIn(serial, inner) {
  const { next } = inner;
  function call(method, args) {
    resume(serial);
    return suspend(serial, apply(method, inner, args));
  }
  function optional(name) {
    const method = inner[name];
    return method === undefined || method === null ? method : (...args) => call(method, args);
  }
  return {
    __proto__: null,
    next: (...args) => call(next, args),
    get return() {
      return optional('return');
    },
    get throw() {
      return optional('throw');
    },
  };
}
const { iterator, asyncIterator } = Symbol;

function returns(v) {
  byte(0x84);
  value(v);
  done();
  return v;
}
function ends() {
  byte(0x85);
}
function throws(v) {
  byte(0x86);
  value(v);
  noteThrow(v, ++nThrows);
  done();
  return v;
}
function catches() {
  byte(0x87);
}

// Which throw an object was last thrown by, so that an uncaught one can be told where it arose.
const thrownObjects = new WeakMap();
const throwOf = WeakMap.prototype.get.bind(thrownObjects);
const keepThrow = WeakMap.prototype.set.bind(thrownObjects);
function noteThrow(v, n) {
  if (isObject(v)) keepThrow(v, n);
}

function write(binding, v) {
  const at = position;
  buffer[at] = 0x8a;
  position = put(at + 1, binding);
  value(v);
  done();
  return v;
}
function writeOuter(binding, owner, v) {
  const at = position;
  buffer[at] = 0x8b;
  position = put(put(at + 1, binding), nInstances - owner);
  value(v);
  done();
  return v;
}
function writeGlobal(name, v) {
  byte(0x96);
  key(name);
  value(v);
  done();
  return v;
}

// `s += x`: a long string is logged by what was added, for looking at all of it would flatten it each time.
let lastAdded;
function adds(v) {
  return (lastAdded = v);
}
function append(binding, v) {
  if (typeof v !== 'string' || v.length <= 200 || typeof lastAdded !== 'string') return write(binding, v);
  byte(0x8c);
  varint(binding);
  value(lastAdded);
  done();
  return v;
}
function appendOuter(binding, owner, v) {
  if (typeof v !== 'string' || v.length <= 200 || typeof lastAdded !== 'string') return writeOuter(binding, owner, v);
  byte(0x8d);
  varint(binding);
  varint(nInstances - owner);
  value(lastAdded);
  done();
  return v;
}

function openScope(scope, parent) {
  const serial = ++nInstances;
  byte(0x8e);
  varint(scope);
  varint(parent === 0 ? 0 : serial - parent);
  return serial;
}
function copyScope(scope, from) {
  const serial = ++nInstances;
  byte(0x8f);
  varint(scope);
  varint(serial - from);
  return serial;
}

function first(v) {
  return v;
}

// Objects

function isObject(v) {
  return (typeof v === 'object' && v !== null) || typeof v === 'function';
}

// Whether changes of an object can be logged as such: it was written before, and not too long ago.
function canFollow(o) {
  const known = idOf(o);
  const id = mention(o);
  if (known !== 0 && isStale(id)) writeObject(o);
  else if (known !== 0) return id;
  done();
  return 0;
}

function arrayIndex(k) {
  if (typeof k === 'number') return k >= 0 && (k | 0) === k ? k : -1;
  return typeof k === 'string' && isIndex(k) ? +k : -1;
}

// A property has taken a value.
function property(o, k, v) {
  const id = idOf(o);
  const kind = id === 0 ? PLAIN : kinds[id];
  // The common cases: a property of a plain object, or an element of an array, that is being followed.
  if (kind === PLAIN && id !== 0 && typeof k === 'string' && !isStale(id) && k.charCodeAt(0) !== 35) {
    // Not its own: a setter took it.
    if (!hasOwn(o, k)) return;
    const at = position;
    buffer[at] = 0x91;
    position = put(at + 1, id);
    key(k);
    value(v);
    return done();
  }
  if (kind === ARRAY && typeof k === 'number' && k >= 0 && (k | 0) === k && !isStale(id)) {
    byte(0x91);
    varint(id);
    byte(1);
    varint(k);
    value(v);
    return done();
  }
  if (kind === TYPED_ARRAY && typeof k === 'number' && k >= 0 && (k | 0) === k) {
    // Beyond what is kept nothing is written; of the rest, what the array made of the value.
    if (k >= MAX_TYPED_ELEMENTS) return;
    byte(0x91);
    varint(id);
    byte(1);
    varint(k);
    value(o[k]);
    return done();
  }
  if (IS_LIVE[kind] === 1 || kind === WINDOW || kind === PROXY) {
    writtenAt[id] = 0xffffffff; // look again at the next mention
    return;
  }
  const isPrivate = typeof k === 'string' && k.charCodeAt(0) === 35;
  if (isPrivate) notePrivate(o, k, v);
  if (id === 0) {
    mention(o);
    return done();
  }
  const index = kind === ARRAY || typeof k === 'number' ? arrayIndex(k) : -1;
  const isKey = typeof k !== 'object' && typeof k !== 'function';
  if (isStale(id) || !isKey || (kind === ARRAY && k === 'length')) {
    writeObject(o);
    return done();
  }
  // Not its own: a setter took it.
  if (index < 0 && !isPrivate && !hasOwn(o, k)) return;
  byte(0x91);
  varint(id);
  key(index >= 0 ? index : typeof k === 'symbol' ? k : '' + k);
  value(v);
  done();
}

function propertyWrite(o, k, v) {
  if (isObject(o)) property(o, k, v);
  return v;
}
function propertyWriteBy(o, v, k) {
  if (isObject(o)) property(o, k, v);
  return v;
}
// `a.b++` and `a.b--`, whose value is the old one.
function propertyIncrease(o, k, old) {
  if (isObject(o)) property(o, k, typeof old === 'bigint' ? old + 1n : old + 1);
  return old;
}
function propertyIncreaseBy(o, old, k) {
  return propertyIncrease(o, k, old);
}
function propertyDecrease(o, k, old) {
  if (isObject(o)) property(o, k, typeof old === 'bigint' ? old - 1n : old - 1);
  return old;
}
function propertyDecreaseBy(o, old, k) {
  return propertyDecrease(o, k, old);
}
// `++a.b`
function propertyOperation(result, o, k) {
  if (isObject(o)) property(o, k, result);
  return result;
}
// `[a.b] = c` has run: what does `a.b` hold now?
function propertyNow(o, k) {
  if (!isObject(o) || isProxy(o)) return;
  if (typeof k === 'object' || typeof k === 'function') return writeObjectAgain(o);
  const d = getOwnPropertyDescriptor(o, k);
  if (d !== undefined && hasOwn(d, 'value')) property(o, k, d.value);
}
function writeObjectAgain(o) {
  if (idOf(o) === 0) mention(o);
  else writeObject(o);
  done();
}
function propertyDelete(result, o, k) {
  if (isObject(o) && !isProxy(o) && idOf(o) !== 0) {
    const isKey = typeof k !== 'object' && typeof k !== 'function';
    if (!isKey) writeObjectAgain(o);
    else if (!hasOwn(o, k)) {
      const id = canFollow(o);
      if (id !== 0) {
        byte(0x92);
        varint(id);
        const index = kinds[id] === ARRAY ? arrayIndex(k) : -1;
        key(index >= 0 ? index : typeof k === 'symbol' ? k : '' + k);
      }
    }
  }
  return result;
}
function privateField(o, name, v) {
  notePrivate(o, name, v);
  if (idOf(o) !== 0) property(o, name, v);
  return v;
}

// The length of an array before a call, and above it how often the array had changed: what the call's arguments do to it
// has been written by the time the call itself is.
const UNKNOWN = 0xffff, ABOVE = 2 ** 32;
function lengthOf(o) {
  if (!isArray(o)) return -1;
  const id = idOf(o);
  return o.length + (id === 0 ? UNKNOWN : arrayChanges[id]) * ABOVE;
}

const PUSH = 1, POP = 2, SHIFT = 3, UNSHIFT = 4, SPLICE = 5, SET_ENTRY = 10, ADD = 11, DELETE = 12, CLEAR = 13;

// A method that changes the container it is called on has been called.
function mutation(o, operation, oldLength, result, a, b) {
  if (!isObject(o) || isProxy(o)) return result;
  if (oldLength >= 0) arrayMutation(o, operation, oldLength, result, a);
  else {
    const known = idOf(o);
    if (known === 0) return result;
    const kind = kinds[known];
    if (kind === MAP || kind === SET) entryMutation(o, operation, a, b);
    else if (kind === TYPED_ARRAY || kind === DATE) writeObjectAgain(o);
  }
  return result;
}

function arrayMutation(o, operation, oldLength, result, a) {
  const id = idOf(o);
  if (id === 0) return;
  const nChangesBefore = Math_floor(oldLength / ABOVE), nChanges = arrayChanges[id];
  const isAsBefore = nChangesBefore === nChanges;
  oldLength -= nChangesBefore * ABOVE;
  arrayChanges[id] = nChanges + 1 === UNKNOWN ? 0 : nChanges + 1;
  if (isStale(id)) return writeObjectAgain(o);
  if (!isAsBefore) return writeObjectAgain(o);
  const { length } = o;
  let start = 0, nRemoved = 0, nInserted = 0;
  switch (operation) {
    case PUSH:
      start = oldLength;
      nInserted = length - oldLength;
      break;
    case POP:
      start = length;
      nRemoved = oldLength - length;
      break;
    case SHIFT:
      nRemoved = oldLength - length;
      break;
    case UNSHIFT:
      nInserted = length - oldLength;
      break;
    case SPLICE:
      if (!isArray(result) || (typeof a !== 'number' && a !== undefined)) return writeObjectAgain(o);
      a = a === undefined || a !== a ? 0 : Math_trunc(a);
      start = a < 0 ? Math_max(oldLength + a, 0) : Math_min(a, oldLength);
      nRemoved = result.length;
      nInserted = length - oldLength + nRemoved;
      break;
    default:
      return writeObjectAgain(o);
  }
  if (nRemoved < 0 || nInserted < 0 || nInserted > MAX_ELEMENTS) return writeObjectAgain(o);
  if (nRemoved === 0 && nInserted === 0) return;
  byte(0x93);
  varint(id);
  varint(start);
  varint(nRemoved);
  varint(nInserted);
  for (let i = 0; i < nInserted; i++) value(o[start + i]);
  done();
}
const { floor: Math_floor, trunc: Math_trunc, max: Math_max, min: Math_min } = Math;

function entryMutation(o, operation, a, b) {
  const id = canFollow(o);
  if (id === 0) return;
  const isMap = kinds[id] === MAP;
  // Containers keep -0 as 0.
  if (a === 0) a = 0;
  if (operation === SET_ENTRY && isMap) {
    byte(0x94);
    varint(id);
    value(a);
    value(b);
  } else if (operation === ADD && !isMap) {
    byte(0x95);
    varint(id);
    value(a);
  } else if (operation === DELETE) {
    byte(0x97);
    varint(id);
    value(a);
  } else if (operation === CLEAR) {
    byte(0x9f);
    varint(id);
  } else return;
  done();
}

// `Object.assign(o, …)` and the like have returned what they changed.
function changed(o) {
  if (isObject(o) && !isProxy(o) && idOf(o) !== 0) writeObjectAgain(o);
  return o;
}

// `Reflect.set(o, …)` and the like have returned something else.
function changedBy(result, o) {
  changed(o);
  return result;
}
// `super(…)` has returned: fields may have been added to what was seen before.
function constructed(binding, self) {
  changed(self);
  return write(binding, self);
}
function constructedOuter(binding, owner, self) {
  changed(self);
  return writeOuter(binding, owner, self);
}

// Promises: how one stands is known where the program waits for it, or settles it within sight. Nothing is asked of it.

const promisePrototype = Promise.prototype;
const NativePromise = Promise;
function isPlainPromise(v) {
  return isObject(v) && !isProxy(v) && getPrototypeOf(v) === promisePrototype;
}

function settled(promise, state, hasResult, result) {
  notePrivate(promise, '[[PromiseState]]', state);
  if (hasResult) notePrivate(promise, '[[PromiseResult]]', result);
  if (idOf(promise) === 0) return;
  const id = canFollow(promise);
  if (id === 0) return;
  byte(0x91);
  varint(id);
  key('[[PromiseState]]');
  value(state);
  if (hasResult) {
    byte(0x91);
    varint(id);
    key('[[PromiseResult]]');
    value(result);
  }
  done();
}

// What suspended frames wait for, by their serial numbers.
const awaited = new Map();
const awaitedBy = Map.prototype.get.bind(awaited);
const keepAwaited = Map.prototype.set.bind(awaited);
const forgetAwaited = Map.prototype.delete.bind(awaited);
const forgetAllAwaited = Map.prototype.clear.bind(awaited);
// Some are waited for in vain, and must not be kept for ever.
const MAX_AWAITED = 10000;
let nAwaited = 0;
function suspendAwaiting(serial, v) {
  if (isPlainPromise(v)) {
    if (nAwaited >= MAX_AWAITED) {
      forgetAllAwaited();
      nAwaited = 0;
    }
    keepAwaited(serial, v);
    nAwaited++;
  }
  return suspend(serial, v);
}
function awaitEnded(serial, state, hasResult, result) {
  const promise = awaitedBy(serial);
  if (promise === undefined) return;
  forgetAwaited(serial);
  nAwaited--;
  settled(promise, state, hasResult, result);
}

// Whether `Promise.resolve(v)` is fulfilled with `v`: it is no thenable, and needs not be asked to know it.
function isNoThenable(v) {
  if (!isObject(v)) return true;
  if (isProxy(v) || hasOwn(v, 'then')) return false;
  const prototype = getPrototypeOf(v);
  if (prototype === null) return true;
  if (isProxy(prototype)) return false;
  const info = knownPrototype(prototype);
  return info !== undefined && info.isBuiltin && (info.kind === PLAIN || info.kind === ARRAY) && !('then' in prototype);
}
function promiseMade(promise, v, isFulfilled) {
  if (isPlainPromise(promise) && promise !== v && (!isFulfilled || isNoThenable(v))) {
    settled(promise, isFulfilled ? 'fulfilled' : 'rejected', true, v);
  }
  return promise;
}

// `new Promise(f)`: `f` gets functions that tell which of them was called first.
const settlements = new WeakMap();
const settlementOf = WeakMap.prototype.get.bind(settlements);
const keepSettlement = WeakMap.prototype.set.bind(settlements);
function executor(f) {
  // Another `Promise` may look at what it is given.
  const current = getOwnPropertyDescriptor(globalThis, 'Promise');
  if (typeof f !== 'function' || current === undefined || current.value !== NativePromise) return f;
  const settlement = { promise: undefined, state: undefined, result: undefined };
  const settle = (state, v) => {
    if (settlement.state !== undefined) return;
    settlement.state = state === 'rejected' || isNoThenable(v) ? state : '';
    settlement.result = v;
    if (settlement.promise !== undefined && settlement.state !== '') settled(settlement.promise, state, true, v);
  };
  const told = (native, state) => {
    const tell = [(v) => {
      settle(state, v);
      return native(v);
    }][0];
    keepOriginal(tell, native);
    return tell;
  };
  const wrapped = [(resolve, reject) => {
    try {
      return apply(f, undefined, [told(resolve, 'fulfilled'), told(reject, 'rejected')]);
    } catch (error) {
      settle('rejected', error);
      throw error;
    }
  }][0];
  keepSettlement(wrapped, settlement);
  return wrapped;
}
function promiseBegun(promise, f) {
  const settlement = isObject(f) ? settlementOf(f) : undefined;
  if (settlement === undefined || !isPlainPromise(promise)) return promise;
  settlement.promise = promise;
  if (settlement.state === undefined) notePrivate(promise, '[[PromiseState]]', 'pending');
  else if (settlement.state !== '') settled(promise, settlement.state, true, settlement.result);
  return promise;
}

// Every realm that shares the log has them.
function defineProbes(globalThis) {
  const probes = {
    _$s: step, _$e: enterPositions, _$e0: enter0, _$e1: enter1, _$e2: enter2, _$e3: enter3, _$e4: enter4,
    _$en: enterMany, _$l: leave, _$lf: leaveFrame, _$r: returns, _$n: ends, _$th: throws, _$cx: catches,
    _$aw: suspend, _$ar: resumeWith, _$at: resumeAwaiting, _$aa: suspendAwaiting, _$cf: resumeElsewhere, _$yd: delegate, _$ya: delegateAsync,
    _$w: write, _$wo: writeOuter, _$wg: writeGlobal, _$wa: append, _$wao: appendOuter, _$pc: adds,
    _$o1: born1, _$o2: born2, _$o3: born3, _$o4: born4, _$on: bornMany, _$oa: bornArray,
    _$nb: openScope, _$nc: copyScope, _$q: first, _$un: undefined,
    _$pw: propertyWrite, _$pwk: propertyWriteBy, _$pu: propertyIncrease, _$puk: propertyIncreaseBy,
    _$pm: propertyDecrease, _$pmk: propertyDecreaseBy, _$px: propertyOperation, _$pr: propertyNow, _$pd: propertyDelete, _$pf: privateField, _$ml: lengthOf, _$mc: mutation, _$rs: changed, _$rk: changedBy,
    _$sw: constructed, _$swo: constructedOuter, _$pv: promiseMade, _$ex: executor, _$np: promiseBegun,
  };
  for (const name in probes) defineProperty(globalThis, name, { value: probes[name] });
  // Temporaries of code that has no function body of its own to declare them in.
  const temporaries = ['_$t', '_$k1', '_$k2', '_$k3', '_$k4', '_$k5', '_$k6', '_$k7', '_$k8', '_$k9'];
  for (const name of temporaries) defineProperty(globalThis, name, { value: undefined, writable: true });
}
defineProbes(globalThis);
