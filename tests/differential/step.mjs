// Runs a program, untouched, in a Node of its own under V8's debugger, and prints what V8 saw as one JSON object:
//   places: [{ line, column, type }]   where V8 can stop: "statement", "call", "return", "debuggerStatement"
//   stops:  [{ line, column, depth, isReturn, scopes: [[scope type, { name: value }, begin]] }]   every stop it made, in order
// `begin` is where a scope begins as [line, column], or null; `isReturn` says that the stop is where a function returns, which V8
// gives the position just after the statement, be it that of the next.
// Lines are 1-based and columns 0-based, as in a recording. Every place gets a breakpoint, and the program runs from
// one to the next. A value is what `describe` below makes of it.
//
// The program runs in the main thread as a classic script; a worker is its debugger.
//
// Usage: node step.mjs PROGRAM.js

import { readFileSync, writeSync } from "node:fs";
import { Session } from "node:inspector";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

// The worker cannot end the process any other way while the main thread stands in the debugger.
const fail = (error) => {
  writeSync(2, `step.mjs: ${error.stack}\n`);
  process.kill(process.pid, "SIGKILL");
};

if (isMainThread) {
  // Lives until the debugger has started the program, then for as long as the program has something to do.
  globalThis.keepAlive = setInterval(() => {}, 1000);
  const worker = new Worker(new URL(import.meta.url), { workerData: process.argv[2] });
  worker.unref();
  process.once("beforeExit", () => {
    worker.ref();
    worker.postMessage("ended");
  });
} else {
  await debug(readFileSync(workerData, "utf8")).catch(fail);
}

async function debug(text) {
  const output = { places: [], stops: [] };
  const ended = new Promise((resolve) => parentPort.once("message", resolve));
  const session = new Session();
  session.connectToMainThread();
  const call = (method, parameters) =>
    new Promise((resolve, reject) => {
      session.post(method, parameters, (error, result) => (error ? reject(error) : resolve(result)));
    });
  session.on("Runtime.exceptionThrown", ({ params: { exceptionDetails } }) => {
    fail(new Error(`the program failed: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`));
  });
  await call("Runtime.enable");
  await call("Debugger.enable");
  const { scriptId, exceptionDetails } = await call("Runtime.compileScript", {
    expression: text,
    sourceURL: "program.js",
    persistScript: true,
  });
  if (!scriptId) throw new Error(`the program does not compile: ${exceptionDetails.exception?.description}`);

  const { locations } = await call("Debugger.getPossibleBreakpoints", {
    start: { scriptId, lineNumber: 0, columnNumber: 0 },
  });
  for (const { lineNumber, columnNumber, type } of locations) {
    output.places.push({ line: lineNumber + 1, column: columnNumber, type: type ?? "statement" });
  }
  for (const at of new Set(locations.map(({ lineNumber, columnNumber }) => `${lineNumber}:${columnNumber}`))) {
    const [lineNumber, columnNumber] = at.split(":").map(Number);
    await call("Debugger.setBreakpoint", { location: { scriptId, lineNumber, columnNumber } });
  }
  const stop = async ({ params: { callFrames } }) => {
    output.stops.push(await look(call, callFrames.filter((frame) => frame.location.scriptId === scriptId)));
    await call("Debugger.resume");
  };
  session.on("Debugger.paused", (message) => stop(message).catch(fail));
  const run = await call("Runtime.runScript", { scriptId });
  if (run.exceptionDetails) throw new Error(`the program failed: ${run.exceptionDetails.exception?.description}`);
  await call("Runtime.evaluate", { expression: "clearInterval(keepAlive)" });
  await ended;
  writeAll(JSON.stringify(output));
  process.exit(0);
}

// Standard output may be a pipe that takes only a part at a time.
function writeAll(text) {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

// Where the program stands, and everything it can name there.
async function look(call, frames) {
  const [{ location, scopeChain, returnValue }] = frames;
  const scopes = [];
  for (const { type, object, startLocation } of scopeChain) {
    if (type === "global") continue;
    const { result, exceptionDetails } = await call("Runtime.callFunctionOn", {
      objectId: object.objectId,
      functionDeclaration: describe.toString(),
      // What top-level variables hold is looked into at the top level only: it is much, and seldom changes elsewhere.
      arguments: [{ value: type !== "script" || frames.length === 1 }],
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(`a scope cannot be read: ${exceptionDetails.exception?.description}`);
    scopes.push([type, result.value, startLocation ? [startLocation.lineNumber + 1, startLocation.columnNumber] : null]);
  }
  const isReturn = returnValue !== undefined;
  return { line: location.lineNumber + 1, column: location.columnNumber, depth: frames.length, isReturn, scopes };
}

// Runs in the program's thread, with a scope as `this`. A primitive becomes `type:text`; an array `{ array: [text | null] }`, a Map
// `{ map: [[text, text]] }`, a Set `{ set: [text] }`, a plain object or instance `{ object: { name: text } }`; any other
// thing with identity `{}`. Within these, what is no primitive is `object`.
function describe(isDeep) {
  const primitive = (value) => {
    if (value === null) return "null:null";
    switch (typeof value) {
      case "object":
      case "function":
        return "object";
      case "number":
        return `number:${Object.is(value, -0) ? "-0" : value}`;
      case "symbol":
        return `symbol:${value.description}`;
      default:
        return `${typeof value}:${value}`;
    }
  };
  const contents = (value) => {
    if (Array.isArray(value)) return { array: Array.from(value, (item, at) => (at in value ? primitive(item) : null)) };
    if (value instanceof Map) return { map: Array.from(value, (entry) => entry.map(primitive)) };
    if (value instanceof Set) return { set: Array.from(value, primitive) };
    const tag = Object.prototype.toString.call(value);
    if (tag !== "[object Object]") return {};
    const object = {};
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if ("value" in property) object[name] = primitive(property.value);
    }
    return { object };
  };
  const scope = {};
  for (const name of Object.getOwnPropertyNames(this)) {
    const text = primitive(this[name]);
    scope[name] = text === "object" ? (isDeep ? contents(this[name]) : {}) : text;
  }
  return scope;
}
