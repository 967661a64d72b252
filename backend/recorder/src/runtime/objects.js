// Objects: their identity, what they hold when first seen, and which of them have to be looked at again. A long
// file, for every kind of object is looked at in its own way.

// Identity is a private name stamped on the object by returning it from a base constructor: the program cannot see it
// and no table is asked. What cannot be stamped has its number in a WeakMap.
class Base {
  constructor(o) {
    return o;
  }
}
class Stamp extends Base {
  #id;
  constructor(o, id) {
    super(o);
    this.#id = id;
  }
  static id(o) {
    return #id in o ? o.#id : 0;
  }
}
const stampedId = Stamp.id;
const unstampable = new WeakMap();
const unstampableId = WeakMap.prototype.get.bind(unstampable);
const keepUnstampable = WeakMap.prototype.set.bind(unstampable);
let hasUnstampable = false;
let nObjects = 0;

// By object number: what kind it is, and when it was last written whole (see `isStale`).
let kinds = new Uint8Array(1 << 14);
let writtenAt = new Uint32Array(1 << 14);
// How often arrays were changed by their methods, by number.
let arrayChanges = new Uint16Array(1 << 14);

const PLAIN = 0, ARRAY = 1, TYPED_ARRAY = 2, MAP = 3, SET = 4, WEAK = 5, FUNCTION = 6, DATE = 7, REGEXP = 8, ERROR = 9,
  PROMISE = 10, BOXED = 11, NODE = 12, PROXY = 13, WINDOW = 14, OPAQUE = 15, HOST = 16, BUFFER = 17, VIEW = 18;

// Kinds that change without any probe seeing it: written again when mentioned in a later task.
const IS_LIVE = new Uint8Array(19);
IS_LIVE[TYPED_ARRAY] = IS_LIVE[DATE] = IS_LIVE[NODE] = 1;

// One more at each task that enters the program.
let task = 0;

// Others are written whole again at their first change after every 65,536 steps, so that a reader never has far to look.
function isStale(id) {
  return writtenAt[id] !== nSteps >>> 16;
}

// The objects mentioned last, of kinds that are not live: programs come back to them at once. They are let go with the task.
let latest = null;
let latestId = 0;
let earlier = null;
let earlierId = 0;
function letGo() {
  latest = earlier = lastPrototype = null;
  latestId = earlierId = 0;
}

function idOf(o) {
  if (o === latest) return latestId;
  if (o === earlier) return earlierId;
  return lookUpId(o);
}
function lookUpId(o) {
  return stampedId(o) || (hasUnstampable ? unstampableId(o) | 0 : 0);
}

function giveId(o) {
  const id = ++nObjects;
  if (id >= kinds.length) growTables();
  try {
    new Stamp(o, id);
  } catch {
    hasUnstampable = true;
    keepUnstampable(o, id);
  }
  return id;
}

const setWords = Uint32Array.prototype.set;
function growTables() {
  const oldKinds = kinds, oldWritten = writtenAt;
  kinds = new Uint8Array(oldKinds.length * 2);
  setBytes(kinds, oldKinds);
  writtenAt = new Uint32Array(oldWritten.length * 2);
  apply(setWords, writtenAt, [oldWritten]);
  const oldChanges = arrayChanges;
  arrayChanges = new Uint16Array(oldChanges.length * 2);
  apply(setWords, arrayChanges, [oldChanges]);
}

// Objects that still have to be written. Their number per record is bounded; the rest waits for the next.
const pending = { __proto__: null };
let nPending = 0;
const MAX_PER_RECORD = 2000;

function mention(o) {
  if (o === latest) return latestId;
  if (o === earlier) return earlierId;
  return mentionAnother(o);
}
function mentionAnother(o) {
  let id = lookUpId(o);
  if (id === 0) {
    id = giveId(o);
    pending[nPending++] = o;
  } else if (IS_LIVE[kinds[id]] === 1) {
    if (writtenAt[id] !== task) {
      writtenAt[id] = task;
      pending[nPending++] = o;
    }
  } else {
    earlier = latest;
    earlierId = latestId;
    latest = o;
    latestId = id;
  }
  return id;
}

function drain() {
  for (let n = 0; nPending > 0 && n < MAX_PER_RECORD; n++) {
    const o = pending[--nPending];
    pending[nPending] = undefined;
    writeObject(o);
  }
}

// Limits of what is written of one object.
const MAX_ELEMENTS = 1000;
const MAX_TYPED_ELEMENTS = 64;
const MAX_PROPERTIES = 1000;
const MAX_ATTRIBUTES = 100;

const getter = (prototype, name) => bind(getOwnPropertyDescriptor(prototype, name).get);
const TypedArray = getPrototypeOf(Uint8Array);
const typedLength = getter(TypedArray.prototype, 'length');
const mapSize = getter(Map.prototype, 'size');
const setSize = getter(Set.prototype, 'size');
const mapEntries = bind(Map.prototype.entries);
const setValues = bind(Set.prototype.values);
const nextMapEntry = bind(getPrototypeOf(new Map().entries()).next);
const nextSetValue = bind(getPrototypeOf(new Set().values()).next);
const dateTime = bind(Date.prototype.getTime);
const regexpSource = getter(RegExp.prototype, 'source');
// `flags` itself would ask the object, which may answer with code of the program.
const regexpFlags = [];
for (const [letter, name] of [['d', 'hasIndices'], ['g', 'global'], ['i', 'ignoreCase'], ['m', 'multiline'], ['s', 'dotAll'],
  ['u', 'unicode'], ['v', 'unicodeSets'], ['y', 'sticky']]) {
  if (hasOwn(RegExp.prototype, name)) regexpFlags.push({ letter, isSet: getter(RegExp.prototype, name) });
}
const unbox = {
  number: bind(Number.prototype.valueOf),
  string: bind(String.prototype.valueOf),
  boolean: bind(Boolean.prototype.valueOf),
  symbol: bind(Symbol.prototype.valueOf),
  bigint: bind(BigInt.prototype.valueOf),
};
const hasNodes = typeof Node === 'function';
const nodeType = hasNodes && getter(Node.prototype, 'nodeType');
const nodeName = hasNodes && getter(Node.prototype, 'nodeName');
const nodeValue = hasNodes && getter(Node.prototype, 'nodeValue');
const attributeNames = hasNodes && bind(Element.prototype.getAttributeNames);
const attribute = hasNodes && bind(Element.prototype.getAttribute);

// What is known of a prototype: the kind its instances are and the name of their class.
const prototypes = new WeakMap();
const knownPrototype = WeakMap.prototype.get.bind(prototypes);
const keepPrototype = WeakMap.prototype.set.bind(prototypes);
const stackGetters = new WeakSet();
const isStackGetter = WeakSet.prototype.has.bind(stackGetters);
const keepStackGetter = WeakSet.prototype.add.bind(stackGetters);
const globals = new WeakSet();
const isGlobal = WeakSet.prototype.has.bind(globals);
const keepGlobal = WeakSet.prototype.add.bind(globals);
// Each realm has its own.
function noteGlobals(globalThis) {
  const builtin = (constructor, kind, boxed) =>
    keepPrototype(constructor.prototype, { kind, name: constructor.name, isBuiltin: true, boxed });
  const names = {
    Object: PLAIN, Array: ARRAY, Map: MAP, Set: SET, WeakMap: WEAK, WeakSet: WEAK, WeakRef: WEAK, Function: FUNCTION,
    Date: DATE, RegExp: REGEXP, Error: ERROR, EvalError: ERROR, RangeError: ERROR, ReferenceError: ERROR,
    SyntaxError: ERROR, TypeError: ERROR, URIError: ERROR, AggregateError: ERROR, Promise: PROMISE,
    ArrayBuffer: BUFFER, SharedArrayBuffer: BUFFER, DataView: VIEW, DOMException: ERROR, Window: WINDOW,
  };
  for (const name in names) {
    if (typeof globalThis[name] === 'function') builtin(globalThis[name], names[name]);
  }
  for (const name of ['Number', 'String', 'Boolean', 'Symbol', 'BigInt']) {
    builtin(globalThis[name], BOXED, unbox[name.toLowerCase()]);
  }
  builtin(getPrototypeOf(globalThis.Uint8Array), TYPED_ARRAY);
  for (const name of ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array',
    'Uint32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array']) {
    builtin(globalThis[name], TYPED_ARRAY);
  }
  const evaluate = globalThis['eval'];
  for (const text of ['(async () => {})', '(function* () {})', '(async function* () {})']) {
    let f;
    try {
      f = evaluate(text);
    } catch {
      // Not allowed here.
      continue;
    }
    keepPrototype(getPrototypeOf(f), { kind: FUNCTION, name: 'Function', isBuiltin: true });
  }
  if (typeof globalThis.Node === 'function') builtin(globalThis.Node, NODE);
  const own = getOwnPropertyDescriptor(new globalThis.Error(''), 'stack');
  const inherited = getOwnPropertyDescriptor(globalThis.Error.prototype, 'stack');
  for (const d of [own, inherited]) if (d !== undefined && d.get !== undefined) keepStackGetter(d.get);
  keepGlobal(globalThis);
}
noteGlobals(globalThis);

// Proxies cannot be told from their targets: each is noted as it is made, and never looked into.
const proxies = new WeakSet();
const isNotedProxy = WeakSet.prototype.has.bind(proxies);
const noteProxy = WeakSet.prototype.add.bind(proxies);
let hasProxies = false;
function isProxy(o) {
  return hasProxies && isNotedProxy(o);
}

let lastPrototype = null;
let lastInfo;
function describePrototype(prototype) {
  if (prototype === lastPrototype) return lastInfo;
  lastInfo = describeAnother(prototype);
  lastPrototype = prototype;
  return lastInfo;
}
function describeAnother(prototype) {
  let info = knownPrototype(prototype);
  if (info !== undefined) return info;
  if (isProxy(prototype)) return { kind: PLAIN, name: 'Object', isBuiltin: false };
  const parent = getPrototypeOf(prototype);
  const inherited = parent === null ? { kind: PLAIN, name: 'Object' } : describePrototype(parent);
  let name = inherited.name;
  const constructor = getOwnPropertyDescriptor(prototype, 'constructor');
  if (constructor && typeof constructor.value === 'function') name = functionName(constructor.value) || name;
  // A prototype the browser made: its members are not worth a look.
  const isBuiltin = constructor !== undefined && typeof constructor.value === 'function' && isNative(constructor.value);
  info = { kind: inherited.kind, name, isBuiltin, boxed: inherited.boxed };
  keepPrototype(prototype, info);
  return info;
}

function functionName(f) {
  if (isProxy(f)) return '';
  const name = getOwnPropertyDescriptor(f, 'name');
  return name && typeof name.value === 'string' ? name.value : '';
}

const NATIVE = '[native code] }';
function isNative(f) {
  return substring(textOf(f), -NATIVE.length) === NATIVE;
}

// Private members are seen only where a probe wrote them.
const privateMembers = new WeakMap();
const privatesOf = WeakMap.prototype.get.bind(privateMembers);
const keepPrivates = WeakMap.prototype.set.bind(privateMembers);
function notePrivate(o, name, v) {
  let members = privatesOf(o);
  if (members === undefined) keepPrivates(o, (members = { __proto__: null }));
  members[name] = v;
}

// Looks at an object without running any of the program's code, then writes it. Nothing is written if looking fails.
function writeObject(o) {
  const id = idOf(o);
  if (id === 0) return;
  let seen;
  try {
    seen = look(o);
  } catch {
    seen = { kind: OPAQUE, name: 'Object', prototype: null, keys: none, nKept: 0, nKeys: 0, descriptors: none };
  }
  kinds[id] = seen.kind;
  writtenAt[id] = IS_LIVE[seen.kind] === 1 ? task : nSteps >>> 16;
  byte(0x90);
  varint(id);
  key(seen.name);
  if (seen.prototype === null) byte(0);
  else varint(mention(seen.prototype) + 1);
  byte(seen.kind >= HOST ? PLAIN : seen.kind);
  if (seen.kind === ARRAY) writeElements(o);
  else if (seen.write) seen.write();
  varint(seen.nKeys);
  const { keys, descriptors } = seen;
  varint(seen.nKept);
  for (let i = 0; i < seen.nKept; i++) {
    const d = descriptors[i];
    descriptors[i] = undefined;
    key(keys[i]);
    const flags = (d.writable ? 1 : 0) | (d.configurable ? 2 : 0) | (d.enumerable ? 4 : 0);
    if (hasOwn(d, 'value')) {
      byte(flags);
      value(d.value);
    } else {
      byte(flags | 8);
      varint(d.get === undefined ? 0 : mention(d.get));
      varint(d.set === undefined ? 0 : mention(d.set));
    }
  }
  if (descriptors === spareDescriptors) isSpareTaken = false;
  if (position > BLOCK) flush();
}

function writeElements(o) {
  const n = o.length;
  const m = n > MAX_ELEMENTS ? MAX_ELEMENTS : n;
  varint(n);
  varint(m);
  for (let i = 0; i < m; i++) {
    // An element may be a getter, in the array or behind a hole.
    const d = getOwnPropertyDescriptor(o, i);
    if (d === undefined) byte(0x8f);
    else value(d.value);
  }
}

const none = [];

// Hosts know of objects that lead to all the rest: names of the properties to show of one, else undefined.
let lookHost = null;

function look(o) {
  if (isProxy(o)) {
    const seen = { kind: PROXY, name: 'Proxy', prototype: null };
    lookInside(o, seen, none);
    return seen;
  }
  const seen = { kind: PLAIN, name: 'Object', prototype: null, keys: none, nKept: 0, nKeys: 0, descriptors: none, write: null, slots: undefined };
  if (isGlobal(o)) {
    seen.kind = WINDOW;
    seen.name = 'Window';
    return seen;
  }
  const prototype = getPrototypeOf(o);
  if (prototype !== null) {
    const info = describePrototype(prototype);
    seen.kind = info.kind;
    seen.name = info.name;
    // Of what the browser made only the kinds above are known; their state is not in their properties.
    if (!info.isBuiltin) seen.prototype = prototype;
    const look = LOOKS[info.kind];
    if (typeof o === 'function') lookFunction(o, seen);
    else if (isArray(o)) seen.kind = ARRAY;
    else if (look) {
      try {
        look(o, seen, info);
      } catch {
        // It inherits from a built-in without being one.
        seen.kind = PLAIN;
        seen.write = null;
      }
    } else if (info.kind === FUNCTION || info.kind === ARRAY) seen.kind = PLAIN;
  } else if (typeof o === 'function') {
    lookFunction(o, seen);
  }
  if (seen.kind === WINDOW) return seen;
  if (seen.kind === ARRAY && o.length > 200) return seen;
  if (seen.kind === TYPED_ARRAY) return seen;
  lookProperties(o, seen);
  return seen;
}

function lookProperties(o, seen) {
  const shown = lookHost === null ? undefined : lookHost(o);
  lookInside(o, seen, shown === undefined ? ownKeys(o) : shown);
}

// What most objects are looked at with; others that are looked at meanwhile, if looking runs code of the program, get their own.
const N_SPARE = 32;
const spareDescriptors = [];
for (let i = 0; i < N_SPARE; i++) spareDescriptors[i] = undefined;
let isSpareTaken = false;

// Own properties of some keys, then what is no property: private members, and in double brackets the state of a promise,
// what a proxy stands before, and what getters of the engine's own say.
function lookInside(o, seen, all) {
  const { kind } = seen;
  // No arrays: what a program puts into Array.prototype must not be in the way.
  const members = privatesOf(o);
  if (kind === PLAIN && !isSpareTaken && all.length <= N_SPARE && members === undefined && seen.slots === undefined) {
    isSpareTaken = true;
    const nKeys = all.length;
    try {
      for (let i = 0; i < nKeys; i++) {
        const d = getOwnPropertyDescriptor(o, all[i]);
        if (d === undefined) throw o;
        spareDescriptors[i] = d;
      }
    } catch (error) {
      isSpareTaken = false;
      throw error;
    }
    seen.keys = all;
    seen.descriptors = spareDescriptors;
    seen.nKept = seen.nKeys = nKeys;
    return;
  }
  const keys = { __proto__: null };
  const descriptors = { __proto__: null };
  let n = 0;
  let nKept = 0;
  for (let i = 0; i < all.length; i++) {
    const k = all[i];
    if (kind === ARRAY && typeof k === 'string' && (k === 'length' || isIndex(k))) continue;
    if (kind === FUNCTION && (k === 'length' || k === 'name' || k === 'arguments' || k === 'caller')) continue;
    if (kind === FUNCTION && k === 'prototype' && !seen.isClass) continue;
    if (kind === ERROR && (k === 'stack' || k === 'message')) continue;
    if (kind === REGEXP && k === 'lastIndex') continue;
    if (kind === BOXED && typeof k === 'string' && (k === 'length' || isIndex(k))) continue;
    n++;
    if (nKept >= MAX_PROPERTIES) continue;
    const d = getOwnPropertyDescriptor(o, k);
    if (d === undefined) continue;
    descriptors[nKept] = d;
    keys[nKept++] = k;
  }
  for (let part = members, isLast = false; ; part = seen.slots, isLast = true) {
    if (part !== undefined) {
      const names = ownKeys(part);
      for (let i = 0; i < names.length; i++) {
        n++;
        descriptors[nKept] = { __proto__: null, value: part[names[i]], writable: true, configurable: false, enumerable: false };
        keys[nKept++] = names[i];
      }
    }
    if (isLast) break;
  }
  seen.keys = keys;
  seen.descriptors = descriptors;
  seen.nKept = nKept;
  seen.nKeys = n;
}

function isIndex(k) {
  const c = k.charCodeAt(0);
  return c >= 48 && c <= 57 && k.length < 11 && '' + (k >>> 0) === k;
}

// The end of a function's text names the function (see `instrument/rewrite.rs`).
function functionId(source) {
  const end = source.length;
  if (end < 8 || source.charCodeAt(end - 1) !== 125 || source.charCodeAt(end - 2) !== 47) return 0;
  let id = 0, scale = 1, i = end - 4;
  for (; i > 0; i--) {
    const digit = source.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) break;
    id += digit * scale;
    scale *= 10;
  }
  return scale > 1 && source.charCodeAt(i) === 36 && source.charCodeAt(i - 1) === 95 ? id + 1 : 0;
}

function lookFunction(o, seen) {
  seen.kind = FUNCTION;
  const name = functionName(o);
  const source = textOf(o);
  seen.name = 'Function';
  seen.isClass = startsWith(source, 'class');
  const id = functionId(source);
  seen.write = () => {
    text(name);
    varint(id);
  };
}

const bufferLength = getter(ArrayBuffer.prototype, 'byteLength');
const sharedLength = typeof SharedArrayBuffer === 'function' ? getter(SharedArrayBuffer.prototype, 'byteLength') : bufferLength;
const viewBuffer = getter(DataView.prototype, 'buffer');
const viewLength = getter(DataView.prototype, 'byteLength');
const viewOffset = getter(DataView.prototype, 'byteOffset');
const LOOKS = [];
LOOKS[BUFFER] = (o, seen) => {
  let length;
  try {
    length = bufferLength(o);
  } catch {
    length = sharedLength(o);
  }
  seen.slots = { __proto__: null, '[[byteLength]]': length };
};
LOOKS[VIEW] = (o, seen) => {
  seen.slots = {
    __proto__: null, '[[buffer]]': viewBuffer(o), '[[byteLength]]': viewLength(o), '[[byteOffset]]': viewOffset(o),
  };
};
LOOKS[TYPED_ARRAY] = (o, seen) => {
  const n = typedLength(o);
  seen.write = () => {
    const m = n > MAX_TYPED_ELEMENTS ? MAX_TYPED_ELEMENTS : n;
    varint(n);
    varint(m);
    for (let i = 0; i < m; i++) value(o[i]);
  };
};
LOOKS[MAP] = (o, seen) => {
  const n = mapSize(o);
  seen.write = () => {
    const m = n > MAX_ELEMENTS ? MAX_ELEMENTS : n;
    varint(n);
    varint(m);
    const entries = mapEntries(o);
    for (let i = 0; i < m; i++) {
      const entry = nextMapEntry(entries).value;
      value(entry[0]);
      value(entry[1]);
    }
  };
};
LOOKS[SET] = (o, seen) => {
  const n = setSize(o);
  seen.write = () => {
    const m = n > MAX_ELEMENTS ? MAX_ELEMENTS : n;
    varint(n);
    varint(m);
    const values = setValues(o);
    for (let i = 0; i < m; i++) value(nextSetValue(values).value);
  };
};
LOOKS[DATE] = (o, seen) => {
  const time = dateTime(o);
  seen.write = () => number(time);
};
LOOKS[REGEXP] = (o, seen) => {
  let source = '/' + regexpSource(o) + '/';
  for (let i = 0; i < regexpFlags.length; i++) if (regexpFlags[i].isSet(o)) source += regexpFlags[i].letter;
  seen.write = () => text(source);
};
LOOKS[ERROR] = (o, seen) => {
  const message = getOwnPropertyDescriptor(o, 'message');
  const messageText = message && typeof message.value === 'string' ? message.value : domMessage(o);
  const stack = stackOf(o);
  seen.write = () => {
    text(messageText);
    text(stack);
  };
};
LOOKS[BOXED] = (o, seen, info) => {
  const inner = info.boxed(o);
  seen.write = () => value(inner);
};
// What a node's text, or an attribute's, may be written as; null for as it is.
let hideText = null;
LOOKS[NODE] = (o, seen) => {
  const type = nodeType(o);
  const name = nodeName(o);
  const content = nodeValue(o);
  const names = type === 1 ? attributeNames(o) : none;
  seen.write = () => {
    byte(type);
    text(name);
    if (typeof content === 'string') {
      byte(1);
      text(substring(hideText === null ? content : hideText(o, '', content), 0, 10000));
    } else byte(0);
    const n = names.length > MAX_ATTRIBUTES ? MAX_ATTRIBUTES : names.length;
    varint(n);
    for (let i = 0; i < n; i++) {
      text(names[i]);
      const v = attribute(o, names[i]);
      text(typeof v === 'string' ? substring(hideText === null ? v : hideText(o, names[i], v), 0, 10000) : '');
    }
  };
};

// `stack` is a plain property, or in newer V8 an accessor of the engine's own: only that one is called.
const inheritedStack = getOwnPropertyDescriptor(Error.prototype, 'stack') || {};
function stackOf(o) {
  const d = getOwnPropertyDescriptor(o, 'stack');
  let stack;
  if (d !== undefined && hasOwn(d, 'value')) stack = d.value;
  else {
    const get = d === undefined ? inheritedStack.get : d.get;
    if (get !== undefined && isStackGetter(get)) stack = apply(get, o, none);
  }
  return typeof stack === 'string' ? stack : '';
}

const domExceptionMessage = typeof DOMException === 'function' ? getter(DOMException.prototype, 'message') : null;
function domMessage(o) {
  if (domExceptionMessage === null) return '';
  try {
    return domExceptionMessage(o);
  } catch {
    return '';
  }
}

// Births: what a literal of the program makes is written as it is made, without being looked at.

// Which literals have been told by the names of their properties.
let toldLiterals = new Uint8Array(1 << 12);
function tellLiteral(literal, o) {
  if (literal >= toldLiterals.length) {
    const larger = new Uint8Array(literal * 2);
    setBytes(larger, toldLiterals);
    toldLiterals = larger;
  }
  toldLiterals[literal] = 1;
  byte(0xa3);
  varint(literal);
  const keys = ownKeys(o);
  varint(keys.length);
  for (let i = 0; i < keys.length; i++) key(keys[i]);
}

function birth(o, literal) {
  if (literal >= toldLiterals.length || toldLiterals[literal] === 0) tellLiteral(literal, o);
  const id = ++nObjects;
  if (id >= kinds.length) growTables();
  new Stamp(o, id);
  writtenAt[id] = nSteps >>> 16;
  const at = position;
  buffer[at] = 0xa4;
  position = put(put(at + 1, literal), id - lastBorn);
  lastBorn = id;
}
function born1(literal, o, a) {
  birth(o, literal);
  value(a);
  done();
  return o;
}
function born2(literal, o, a, b) {
  birth(o, literal);
  value(a);
  value(b);
  done();
  return o;
}
function born3(literal, o, a, b, c) {
  birth(o, literal);
  value(a);
  value(b);
  value(c);
  done();
  return o;
}
function born4(literal, o, a, b, c, d) {
  birth(o, literal);
  value(a);
  value(b);
  value(c);
  value(d);
  done();
  return o;
}
function bornMany(literal, o, ...values) {
  birth(o, literal);
  for (let i = 0; i < values.length; i++) value(values[i]);
  done();
  return o;
}
function bornArray(o) {
  const n = o.length;
  if (n > MAX_ELEMENTS) return o;
  const id = ++nObjects;
  if (id >= kinds.length) growTables();
  new Stamp(o, id);
  kinds[id] = ARRAY;
  writtenAt[id] = nSteps >>> 16;
  const at = position;
  buffer[at] = 0xa5;
  position = put(put(at + 1, n), id - lastBorn);
  lastBorn = id;
  for (let i = 0; i < n; i++) value(o[i]);
  done();
  return o;
}
