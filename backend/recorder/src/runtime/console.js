// Console messages and uncaught errors: written with their arguments as values, at the point where they happen.

const INFO = 0, WARNING = 1, ERROR_LEVEL = 2, ASSERT = 3, TRACE = 4;

function message(method, level, note, args) {
  if (settle !== null) settle();
  tick();
  // What the console shows is what the object is now.
  for (let i = 0; i < args.length; i++) refresh(args[i]);
  while (nPending > 0) drain();
  byte(0x9a);
  text(method);
  byte(level);
  if (note === null) byte(0);
  else {
    byte(1);
    text(note);
  }
  varint(args.length);
  for (let i = 0; i < args.length; i++) value(args[i]);
  done();
}

function refresh(v) {
  if (!isObject(v)) return;
  if (idOf(v) === 0) mention(v);
  else if (kinds[idOf(v)] !== FUNCTION) writeObject(v);
}

const counts = { __proto__: null };
const timers = { __proto__: null };
const label = (args) => (args.length === 0 || args[0] === undefined ? 'default' : typeof args[0] === 'object' ? 'object' : '' + String_(args[0]));
const String_ = String;
const passed = (name) => `${name}: ${Math_round((now() - timers[name]) * 1000) / 1000} ms`;

const CONSOLE = {
  log: INFO, info: INFO, debug: INFO, warn: WARNING, error: ERROR_LEVEL, trace: TRACE, table: INFO, dir: INFO,
  dirxml: INFO, group: INFO, groupCollapsed: INFO, groupEnd: INFO, clear: INFO,
};
const SPECIAL = {
  assert(args) {
    if (!args[0]) message('assert', ASSERT, null, args.slice(1));
  },
  count(args) {
    const name = label(args);
    counts[name] = (counts[name] | 0) + 1;
    message('count', INFO, `${name}: ${counts[name]}`, []);
  },
  countReset(args) {
    counts[label(args)] = 0;
  },
  time(args) {
    const name = label(args);
    if (timers[name] === undefined) timers[name] = now();
  },
  timeLog(args) {
    const name = label(args);
    if (timers[name] !== undefined) message('timeLog', INFO, passed(name), args.slice(1));
  },
  timeEnd(args) {
    const name = label(args);
    if (timers[name] === undefined) return;
    message('timeEnd', INFO, passed(name), []);
    timers[name] = undefined;
  },
};

// Some hosts' methods call one another: only the outermost is the program's.
let isInConsole = false;
function replaceConsole(method, write) {
  replace(console, method, (original, self, args) => {
    if (isInConsole) return apply(original, self, args);
    isInConsole = true;
    try {
      write(args);
      return apply(original, self, args);
    } finally {
      isInConsole = false;
    }
  });
}
for (const method in CONSOLE) replaceConsole(method, (args) => message(method, CONSOLE[method], null, args));
for (const method in SPECIAL) replaceConsole(method, SPECIAL[method]);
replace(Function.prototype, 'toString', (original, self, args) => {
  const stoodIn = isObject(self) ? originalOf(self) : undefined;
  return apply(original, stoodIn === undefined ? self : stoodIn, args);
});

function uncaught(isRejection, reason, messageText, url, line, column) {
  tick();
  refresh(reason);
  while (nPending > 0) drain();
  byte(0x9b);
  byte(isRejection ? 1 : 0);
  text(messageText);
  value(reason);
  text(url);
  varint(line);
  varint(column);
  const n = isObject(reason) ? throwOf(reason) : undefined;
  varint(n === undefined ? 0 : n);
  done();
}

function describe(reason) {
  if (!isObject(reason)) return typeof reason === 'symbol' ? 'Symbol(' + describeSymbol(reason) + ')' : String_(reason);
  try {
    const seen = look(reason);
    if (seen.kind !== ERROR) return '#<' + seen.name + '>';
    const own = getOwnPropertyDescriptor(reason, 'message');
    return own && typeof own.value === 'string' && own.value !== '' ? seen.name + ': ' + own.value : seen.name;
  } catch {
    return 'Object';
  }
}

// Proxies are noted as they are made.
{
  const NativeProxy = Proxy;
  const made = (proxy, target, handler) => {
    noteProxy(proxy);
    hasProxies = true;
    notePrivate(proxy, '[[Target]]', target);
    notePrivate(proxy, '[[Handler]]', handler);
    return proxy;
  };
  const handler = {
    __proto__: null,
    construct: (target, args) => made(new target(args[0], args[1]), args[0], args[1]),
  };
  const Recorded = new NativeProxy(NativeProxy, handler);
  replace(NativeProxy, 'revocable', (original, self, args) => {
    const pair = apply(original, self, args);
    made(pair.proxy, args[0], args[1]);
    return pair;
  });
  defineProperty(globalThis, 'Proxy', { value: Recorded, writable: true, configurable: true });
}
