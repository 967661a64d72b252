// Code that comes as text while the program runs: `eval`, the constructors of functions, timers given a string.
//
// The recorder is asked for the text to run instead (`rewritten`). What it refuses, or cannot parse where it stands (such
// as `new.target` in a direct eval), runs as it is.

const nativeEval = globalThis['eval'];
noteEval(nativeEval);

// `eval(x)` was made `eval(_$ev(x, eval))`: it stays a direct call.
function evaluated(code, callee) {
  if (typeof code !== 'string' || !isNotedEval(callee)) return code;
  const answer = rewritten('eval', urlOfRealm(), code);
  return answer === null ? code : answer;
}

const urlOfRealm = () => {
  const { href } = location;
  return startsWith(href, 'about:') ? baseOfRealm() : href;
};
const baseOfRealm = () => (typeof document === 'object' ? document.baseURI : location.href);

// What runs at the bottom of the stack, or in its place, must leave it as it was.
function evaluateAlone(code) {
  const before = depth;
  try {
    const answer = typeof code === 'string' ? rewritten('eval-alone', urlOfRealm(), code) : null;
    return nativeEval(answer === null ? code : answer);
  } finally {
    while (depth > before) leave();
  }
}

// Any other use of the name: `(0, eval)(x)`, `const e = eval`. Never a direct call.
const indirectEval = { eval(x) { return evaluateAlone(x); } }.eval;
keepOriginal(indirectEval, nativeEval);
function evalReference(f) {
  return f === nativeEval ? indirectEval : f;
}

for (const name of typeof TEXT_TIMERS === 'undefined' ? ['setTimeout', 'setInterval'] : TEXT_TIMERS) {
  replace(globalThis, name, (original, self, args) => {
    const code = args[0];
    if (typeof code !== 'string') return apply(original, self, args);
    return apply(original, self, [() => evaluateAlone(code), args[1]]);
  });
}

// `Function` and its three relatives. The engine's own makes the function first: its errors, its text and its prototype are
// the right ones.
{
  const { construct, setPrototypeOf } = Reflect;
  const make = (native, args, target) => {
    const texts = [];
    for (let i = 0; i < args.length; i++) texts[i] = `${args[i]}`;
    const made = construct(native, texts, target);
    const source = textOf(made);
    const answer = rewritten('function', urlOfRealm(), `(${source})`);
    if (answer === null) return made;
    let recorded;
    try {
      recorded = nativeEval(answer);
    } catch {
      return made;
    }
defineProperty(recorded, 'name', { value: 'anonymous', writable: false, enumerable: false, configurable: true });
    const prototype = getPrototypeOf(made);
    if (getPrototypeOf(recorded) !== prototype) setPrototypeOf(recorded, prototype);
    keepText(recorded, source);
    return recorded;
  };
  for (const text of ['(function () {})', '(async function () {})', '(function* () {})', '(async function* () {})']) {
    const native = getPrototypeOf(nativeEval(text)).constructor;
    const handler = {
      __proto__: null,
      apply: (target, self, args) => make(native, args, native),
      construct: (target, args, newTarget) => make(native, args, newTarget === recorded ? native : newTarget),
    };
    const recorded = new NativeProxy(native, handler);
    keepOriginal(recorded, native);
    const { prototype } = native;
    const descriptor = getOwnPropertyDescriptor(prototype, 'constructor');
    defineProperty(prototype, 'constructor', { __proto__: null, ...descriptor, value: recorded });
    if (native === Function) {
      defineProperty(globalThis, 'Function', { value: recorded, writable: true, enumerable: false, configurable: true });
    }
  }
}

// Rewritten functions show the text they had.
replace(Function.prototype, 'toString', (original, self, args) => {
  const source = apply(original, self, args);
  if (!isObject(self)) return source;
  const known = knownText(self);
  if (known !== undefined) return known;
  return indexOf(source, '_$') >= 0 ? originalText(self, source) : source;
});

// Names of the runtime are not among those of the window.
const isOurs = (name) => typeof name === 'string' && startsWith(name, '_$');
const withoutOurs = (names) => {
  const rest = [];
  for (let i = 0; i < names.length; i++) if (!isOurs(names[i])) rest[rest.length] = names[i];
  return rest;
};
for (const [owner, name] of [[Object, 'getOwnPropertyNames'], [Reflect, 'ownKeys']]) {
  replace(owner, name, (original, self, args) => {
    const names = apply(original, self, args);
    return args[0] === globalThis ? withoutOurs(names) : names;
  });
}
replace(Object, 'getOwnPropertyDescriptors', (original, self, args) => {
  const found = apply(original, self, args);
  if (args[0] === globalThis) for (const name of ownKeys(found)) if (isOurs(name)) delete found[name];
  return found;
});

defineProperty(globalThis, '_$ev', { value: evaluated });
defineProperty(globalThis, '_$ie', { value: evalReference });
