// The program's host: Node. Blocks of the log, questions to the recorder and its answers go through pipes, written and
// read synchronously: nothing is lost when the process ends, and a module runs only once its rewritten text is here.
//
// `node/mod.rs` starts this before the program (`--require`). ES modules pass through `hooks.mjs` or, where Node has
// them, through hooks in this thread.

const { writeSync, readSync } = require('node:fs');
const nodeModule = require('node:module');
const { pathToFileURL } = require('node:url');
const childProcess = require('node:child_process');
const { questions, answers, log, hooks } = config;

const toJson = JSON.stringify;
const encodeText = bind(TextEncoder.prototype.encode);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const decodeText = bind(TextDecoder.prototype.decode);

// The recorder is gone: the program goes on by itself.
let isAlone = false;

function writeAll(file, bytes) {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  } catch {
    isAlone = true;
  }
}

function readAll(file, bytes) {
  for (let done = 0; done < bytes.length; ) {
    const n = readSync(file, bytes, done, bytes.length - done, null);
    if (n === 0) return false;
    done += n;
  }
  return true;
}

const lengthOfAnswer = new Uint32Array(1);
const lengthBytes = new Uint8Array(lengthOfAnswer.buffer);

// Length (32 bits, as the machine has them) and JSON there; length and text back, the largest number for no text.
function ask(question) {
  if (isAlone) return null;
  const text = encodeText(encoder, toJson(question));
  const bytes = new Uint8Array(4 + text.length);
  lengthOfAnswer[0] = text.length;
  setBytes(bytes, lengthBytes);
  setBytes(bytes, text, 4);
  writeAll(questions, bytes);
  try {
    if (isAlone || !readAll(answers, lengthBytes)) throw isAlone;
    if (lengthOfAnswer[0] === 0xffffffff) return null;
    const answer = new Uint8Array(lengthOfAnswer[0]);
    if (!readAll(answers, answer)) throw isAlone;
    return decodeText(decoder, answer);
  } catch {
    isAlone = true;
    return null;
  }
}

// The log

// The process is about to end: blocks are sent at the end of each task.
let isClosing = false;

function send(bytes) {
  if (isAlone) return;
  const block = new Uint8Array(4 + bytes.length);
  lengthOfAnswer[0] = bytes.length;
  setBytes(block, lengthBytes);
  setBytes(block, bytes, 4);
  writeAll(log, block);
}

// Something was written: it goes out soon, even if the program does nothing more. The timer keeps nothing alive.
const FLUSH_AFTER_MS = 50;
const later = setTimeout;
const release = (() => {
  const timer = later(() => {}, 0);
  clearTimeout(timer);
  return bind(getPrototypeOf(timer).unref);
})();
let isAwake = false;
function wake() {
  if (isAwake || isClosing) return;
  isAwake = true;
  release(later(() => {
    isAwake = false;
    flush();
  }, FLUSH_AFTER_MS));
}

function endAll() {
  if (depth === 0) return;
  depth = 0;
  byte(0xa0);
}

// Nothing of the program runs: what is still on the stack is a module's top level that threw, for it has no `finally`.
process.on('beforeExit', endAll);
// Listeners of `exit` that come later still run.
process.on('exit', () => {
  isClosing = true;
  flush();
});
replace(process, 'reallyExit', (original, self, args) => {
  flush();
  return apply(original, self, args);
});
// The default of these signals ends the process without a word: the log goes out first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  const listener = () => {
    flush();
    if (process.listenerCount(signal) > 1) return;
    process.removeListener(signal, listener);
    process.kill(process.pid, signal);
  };
  process.on(signal, listener);
}

process.on('uncaughtExceptionMonitor', (error, origin) => {
  endAll();
  const isRejection = origin === 'unhandledRejection';
  uncaught(isRejection, error, (isRejection ? 'Uncaught (in promise) ' : 'Uncaught ') + describe(error), '', 0, 0);
});

// Modules

// The wrapper's frame is the module's top level, which has no `finally` of its own.
replace(nodeModule.prototype, '_compile', (original, self, args) => {
  const [content, filename, format] = args;
  const before = depth;
  let given = args;
  if (typeof content === 'string' && typeof filename === 'string' && !isModuleFormat(format)) {
    const text = ask({ rewrite: 'commonjs', url: pathToFileURL(filename).href, text: content });
    if (text !== null) given = [text, filename, format];
  }
  try {
    return apply(original, self, given);
  } finally {
    while (depth > before) leave();
  }
});
function isModuleFormat(format) {
  return typeof format === 'string' && startsWith(format, 'module');
}

if (typeof nodeModule.registerHooks === 'function') {
  nodeModule.registerHooks({
    load(url, context, nextLoad) {
      const result = nextLoad(url, context);
      const { format, source } = result;
      if (format !== 'module' || source === null || source === undefined) return result;
      const content = typeof source === 'string' ? source : decodeText(decoder, source);
      const text = ask({ rewrite: 'module', url, text: content });
      return text === null ? result : { ...result, source: text };
    },
  });
} else {
  nodeModule.register(hooks.url, { data: { questions: hooks.questions, answers: hooks.answers } });
}

// What a module or `require` refers to is all the program has loaded: only what tells them apart is shown.
const SHOWN_OF_MODULES = ['id', 'filename', 'exports'];
lookHost = (o) => {
  if (typeof o === 'function') {
    const cache = getOwnPropertyDescriptor(o, 'cache');
    return cache !== undefined && cache.value === nodeModule._cache && o !== nodeModule ? none : undefined;
  }
  return getPrototypeOf(o) === nodeModule.prototype ? SHOWN_OF_MODULES : undefined;
};

// Processes and threads

// What the program starts in turn starts as it would.
process.execArgv.splice(process.execArgv.indexOf(config.preload) - 1, 2);

const noted = (what, name) => ask({ warning: `${what} are not recorded: ${name}` });
replace(childProcess.ChildProcess.prototype, 'spawn', (original, self, args) => {
  const options = args[0];
  if (isObject(options)) noted('child processes', String_(options.file));
  return apply(original, self, args);
});
for (const name of ['spawnSync', 'execFileSync', 'execSync']) {
  replace(childProcess, name, (original, self, args) => {
    noted('child processes', String_(args[0]));
    return apply(original, self, args);
  });
}
nodeModule.syncBuiltinESMExports();
process.on('worker', (worker) => {
  // Node loads modules in a thread of its own.
  if (worker.constructor.name !== 'InternalWorker') noted('worker threads', 'of this program');
});

// Texts and traces as their author knows them; `eval.js` is next, and takes these.

const location = { href: config.url };
const isWellFormed = typeof String.prototype.isWellFormed === 'function' ? bind(String.prototype.isWellFormed) : () => true;
// Node's timers take no text.
const TEXT_TIMERS = [];
const rewritten = (what, url, text) => (isWellFormed(text) ? ask({ evaluate: what, url, text }) : null);
const evals = new WeakSet();
const isNotedEval = WeakSet.prototype.has.bind(evals);
const noteEval = WeakSet.prototype.add.bind(evals);
const indexOf = bind(String.prototype.indexOf);
const knownTexts = new WeakMap();
const knownText = WeakMap.prototype.get.bind(knownTexts);
const keepText = WeakMap.prototype.set.bind(knownTexts);
function originalText(f, source) {
  const found = ask({ original: source }) ?? source;
  keepText(f, found);
  return found;
}

// V8 asks this for the text of `stack`, once per error. A program that sets its own gets what V8 gives it.
defineProperty(Error, 'prepareStackTrace', {
  value: traceOf, writable: true, configurable: true, enumerable: false,
});
const errorText = bind(Error.prototype.toString);
// Node marks its own errors with a symbol, and puts their code into the first line.
let nodeErrorMark;
try {
  process.chdir(0);
} catch (error) {
  for (let o = error; o !== null && nodeErrorMark === undefined; o = getPrototypeOf(o)) {
    nodeErrorMark = ownKeys(o).find((key) => typeof key === 'symbol' && describeSymbol(key) === 'kIsNodeError');
  }
}
function headOf(error) {
  const isNodes = nodeErrorMark !== undefined && isObject(error) && nodeErrorMark in error;
  return isNodes ? `${error.name} [${error.code}]: ${error.message}` : errorText(error);
}
const siteText = (site) => apply(site.toString, site, none);
function traceOf(error, sites) {
  let head = '<error>';
  try {
    head = headOf(error);
  } catch {}
  let trace = '';
  for (let i = 0; i < sites.length; i++) {
    const line = siteText(sites[i]);
    if (indexOf(line, config.name) < 0) trace += '\n    at ' + line;
  }
  if (trace === '') return head;
  const original = ask({ trace });
  return head + (original === null ? trace : original);
}

byte(0xa2);
number(performance.timeOrigin);
tick();
