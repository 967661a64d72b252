// Runs tests of test262, each as it is and rewritten, in realms of their own within one process. Jobs come as lines of
// JSON on standard input, results go as lines to standard output:
//   first line: { runtime: text, harness: { file: text }, fixtures: { path: rewritten text } }
//   job:    { path, texts: [plain, rewritten], originals: [a function's text], includes: [file], isModule, isAsync }
//   question: { what, text }    answered by a line with the text to evaluate instead, or null
//   result: { outcomes: [plain, rewritten] }    each "ok" or `<phase> <error's name>: <message>`
//
// Usage: node --experimental-vm-modules --expose-gc run.mjs

import { readFileSync, readSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import vm from "node:vm";

// Lines are read and written at once, for a test waits for the answer to what it evaluates.
let waiting = Buffer.alloc(0);
function readLine() {
  const parts = [waiting];
  for (let at = waiting.indexOf(10); ; ) {
    if (at >= 0) {
      const last = parts.pop();
      const start = at + 1;
      waiting = last.subarray(start);
      return Buffer.concat([...parts, last.subarray(0, at)]).toString();
    }
    const part = Buffer.alloc(1 << 16);
    const n = readSync(0, part, 0, part.length, null);
    if (n === 0) process.exit(0);
    parts.push(part.subarray(0, n));
    at = parts[parts.length - 1].indexOf(10);
  }
}
function writeLine(value) {
  let bytes = Buffer.from(`${JSON.stringify(value)}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(1, bytes));
}
const ask = (what, text) => {
  writeLine({ what, text });
  return JSON.parse(readLine());
};

const { runtime, harness, fixtures } = JSON.parse(readLine());
const scripts = new Map();
const script = (name, text) => {
  if (!scripts.has(name)) scripts.set(name, new vm.Script(text, { filename: name }));
  return scripts.get(name);
};
const rejections = new Set();
process.on("unhandledRejection", () => {});
process.on("uncaughtException", (error) => rejections.forEach((reject) => reject(error)));

function makeRealm(isRewritten, print, originals) {
  const context = vm.createContext({}, { microtaskMode: undefined });
  const global = vm.runInContext("this", context);
  if (isRewritten) script("runtime", runtime).runInContext(context)({ performance, TextEncoder, console: {}, originals, ask });
  const define = (name, value) => Object.defineProperty(global, name, { value, writable: true, configurable: true });
  define("print", print);
  define("$262", {
    global,
    gc: globalThis.gc,
    createRealm: () => makeRealm(isRewritten, print, originals).$262,
    evalScript: (text) => vm.runInContext(text, context),
    detachArrayBuffer: (buffer) => structuredClone(buffer, { transfer: [buffer] }),
    agent: {},
  });
  Object.defineProperty(context, "realGlobal", { value: global, configurable: true });
  delete context.realGlobal;
  return { context, $262: global.$262 };
}

const describe = (phase, error) => {
  const isError = error !== null && typeof error === "object";
  let name = "";
  let message = "";
  try {
    name = isError ? String(error.constructor && error.constructor.name) : typeof error;
    message = String(isError ? error.message : error);
  } catch {}
  return `${phase} ${name}: ${message}`;
};

async function run(job, isRewritten) {
  let done;
  const printed = new Promise((resolve) => (done = resolve));
  const { context } = makeRealm(isRewritten, (text) => done(String(text)), job.originals);
  for (const file of job.includes) script(file, harness[file] ?? "throw new Error('no such include')").runInContext(context);
  const text = job.texts[isRewritten ? 1 : 0];
  let phase = "parse";
  try {
    const modules = new Map();
    const load = (path, source) => {
      if (!modules.has(path)) {
        if (path.endsWith(".json")) {
          const value = JSON.parse(readFileSync(path, "utf8"));
          const module = new vm.SyntheticModule(["default"], () => module.setExport("default", value), { context });
          modules.set(path, module);
        } else {
          source ??= isRewritten && path in fixtures ? fixtures[path] : readFileSync(path, "utf8");
          const module = new vm.SourceTextModule(source, {
            context,
            identifier: path,
            initializeImportMeta: (meta) => (meta.url = path),
            importModuleDynamically: (specifier) => start(resolve(dirname(path), specifier)),
          });
          modules.set(path, module);
        }
      }
      return modules.get(path);
    };
    const link = (specifier, from) => load(resolve(dirname(from.identifier), specifier));
    const start = async (path) => {
      // The realm's own promises and errors.
      const module = path === job.path && !job.isModule ? load(path, text) : load(path);
      if (module.status === "unlinked") await module.link(link);
      if (module.status === "linked") await module.evaluate();
      else if (module.status === "evaluating" || module.status === "linking") await null;
      if (module.status === "errored") throw module.error;
      return module;
    };
    if (job.isModule) {
      const module = load(job.path, text);
      phase = "resolution";
      await module.link(link);
      phase = "runtime";
      await module.evaluate();
    } else {
      const compiled = new vm.Script(text, {
        filename: job.path,
        importModuleDynamically: (specifier) => start(resolve(dirname(job.path), specifier)),
      });
      phase = "runtime";
      compiled.runInContext(context);
    }
    if (!job.isAsync) return "ok";
    phase = "async";
    let timer;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, 2000, "nothing was printed")));
    const said = await Promise.race([printed, late]);
    clearTimeout(timer);
    return said === "Test262:AsyncTestComplete" ? "ok" : `async ${said}`;
  } catch (error) {
    return describe(phase, error);
  }
}

for (;;) {
  const job = JSON.parse(readLine());
  const outcomes = [await run(job, false), await run(job, true)];
  // Outcomes that depend on time come out again the same or not at all.
  if (outcomes[0] !== outcomes[1] && job.isAsync) outcomes[1] = await run(job, true);
  writeLine({ outcomes });
}
