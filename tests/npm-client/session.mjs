// A whole debugging session through the client that `@replayio/protocol` publishes, unmodified.
//
//   node session.mjs ws://127.0.0.1:PORT/ RECORDING-ID TRAFFIC-FILE
//
// Whatever the server sends is added to the file, a line of JSON each: {asked, message}.

import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { SimpleProtocolClient } = require("@replayio/protocol/js/client/simple.js");
const WebSocket = require("ws");

const [url, recordingId, trafficFile] = process.argv.slice(2);
const socket = new WebSocket(url);
const asked = new Map();
socket.addEventListener("message", ({ data }) => {
  const message = JSON.parse(data);
  const line = { asked: asked.get(message.id), message };
  appendFileSync(trafficFile, `${JSON.stringify(line)}\n`);
});
const send = socket.send.bind(socket);
socket.send = (text) => {
  const { id, method } = JSON.parse(text);
  asked.set(id, method);
  send(text);
};

const closed = [];
const unheard = [];
const client = new SimpleProtocolClient(
  socket,
  { onClose: (code, reason) => closed.push([code, reason]), onError: (error) => assert.fail(String(error)) },
  (line) => unheard.push(line),
);

let sessionId;
const ask = (method, params = {}, pauseId) => client.sendCommand(method, params, sessionId, pauseId);

/** Sends a command whose answer comes after events, and gives both. */
async function stream(method, params, event) {
  const events = [];
  client.addEventListener(event, (payload) => events.push(payload));
  const result = await ask(method, params);
  client.removeEventListener(event);
  return { events, result };
}

async function refused(method, params, pauseId) {
  const error = await ask(method, params, pauseId).then(
    (result) => assert.fail(`${method} was answered: ${JSON.stringify(result)}`),
    (error) => error,
  );
  assert.equal(typeof error.code, "number");
  assert.match(error.message, /\w+ \w+/);
  return error;
}

// Opening.
await ask("Authentication.setAccessToken", { accessToken: "none" });
assert.equal((await refused("Recording.createSession", { recordingId: "none" })).code, 28);
({ sessionId } = await ask("Recording.createSession", { recordingId, experimentalSettings: { disableCache: false } }));
const loaded = new Promise((resolve) => client.addEventListener("Session.loadedRegions", resolve));
const listening = ask("Session.listenForLoadChanges").catch((error) => error);
assert.equal((await loaded).loading.length, 1);
await ask("Session.ensureProcessed");
const { buildId } = await ask("Session.getBuildId");
assert.match(buildId, /^.*?-(chromium|node)-\d{8}-/);
const { endpoint } = await ask("Session.getEndpoint");
assert.ok(BigInt(endpoint.point) > 0n && endpoint.time > 0);
const { window } = await ask("Session.getFocusWindow");
assert.equal(window.end.point, endpoint.point);

// Sources.
const found = [];
client.addEventListener("Debugger.newSource", (source) => found.push(source));
client.addEventListener("Debugger.newSources", ({ sources }) => found.push(...sources));
await ask("Debugger.findSources");
const source = found.find(({ url }) => url?.endsWith("/store.js"));
assert.ok(source, "the page's module is among the sources");
const { sourceId } = source;
const infos = [];
client.addEventListener("Debugger.sourceContentsInfo", (info) => infos.push(info));
const chunks = await stream("Debugger.streamSourceContents", { sourceId }, "Debugger.sourceContentsChunk");
const text = chunks.events.map(({ chunk }) => chunk).join("");
assert.equal(infos.length, 1);
assert.deepEqual([infos[0].codeUnitCount, infos[0].lineCount], [text.length, text.split("\n").length]);
assert.equal((await ask("Debugger.getSourceContents", { sourceId })).contents, text);

// Where it ran, and how often.
const { lineLocations } = await ask("Debugger.getPossibleBreakpoints", { sourceId });
const { hits } = await ask("Debugger.getHitCounts", { sourceId, locations: lineLocations, maxHits: 10_000 });
const most = hits.reduce((most, hit) => (hit.hits > most.hits ? hit : most));
const pointSelector = { kind: "location", location: most.location };
const points = [];
for (let begin; ; ) {
  const pointLimits = { maxCount: 3, ...(begin && { begin }) };
  const page = await stream(
    "Session.findPoints",
    { findPointsId: "1", pointSelector, pointLimits },
    "Session.findPointsResults",
  );
  points.push(...page.events.flatMap(({ points }) => points));
  begin = page.result.nextBegin;
  if (!begin) break;
}
assert.equal(points.length, most.hits);
points.sort((a, b) => Number(BigInt(a.point) - BigInt(b.point)));

// A pause: stack, scopes, values.
const point = points[Math.floor(points.length / 2)].point;
const { pauseId } = await ask("Session.createPause", { point });
const { frames, data } = await ask("Pause.getAllFrames", {}, pauseId);
assert.equal(data.frames.length, frames.length);
const top = data.frames.find(({ frameId }) => frameId === frames[0]);
assert.equal(top.location[0].line, most.location.line);
// Nothing is said twice about a pause: all that is said of it belongs together.
const scopes = new Map();
const objects = new Map();
function learn({ data }) {
  for (const scope of data.scopes ?? []) scopes.set(scope.scopeId, scope);
  for (const object of data.objects ?? []) objects.set(object.objectId, object);
}
learn({ data });
for (const scope of top.scopeChain) if (!scopes.has(scope)) learn(await ask("Pause.getScope", { scope }, pauseId));
const bindings = top.scopeChain.flatMap((scope) => scopes.get(scope).bindings ?? []);
assert.ok(bindings.length > 0 && bindings.every(({ name }) => typeof name === "string"));
const object = bindings.find(({ object }) => object && objects.get(object)?.className !== "Function").object;
learn(await ask("Pause.getObjectPreview", { object, level: "full" }, pauseId));
assert.ok(objects.get(object).preview, "what is in scope can be looked into");
const { steps } = await ask("Pause.getFrameSteps", { frameId: frames[0] }, pauseId);
assert.ok(steps.some((step) => step.point === point));
assert.ok("data" in (await ask("Pause.getExceptionValue", {}, pauseId)));
await refused("Pause.getObjectPreview", { object: "nobody's" }, pauseId);

// Stepping: over and back leads home.
const over = (await ask("Debugger.findStepOverTarget", { point })).target;
assert.ok(BigInt(over.point) > BigInt(point));
const back = (await ask("Debugger.findReverseStepOverTarget", { point: over.point })).target;
assert.ok(BigInt(back.point) <= BigInt(point));
const out = (await ask("Debugger.findStepOutTarget", { point })).target;
assert.ok(BigInt(out.point) > BigInt(point));
const into = (await ask("Debugger.findStepInTarget", { point })).target;
assert.ok(BigInt(into.point) <= BigInt(over.point));

// Console.
const messages = await stream("Console.findMessages", {}, "Console.newMessage");
const texts = messages.events.map(({ message }) => message.argumentValues?.[0]?.value ?? message.text);
assert.ok(texts.length > 0 && texts.every((text) => text !== undefined));
const range = { begin: "0", end: endpoint.point };
const inRange = await ask("Console.findMessagesInRange", { range });
assert.equal(inRange.messages.length, messages.events.length);

// Evaluation.
const sum = await ask("Pause.evaluateInFrame", { frameId: frames[0], expression: "1 + 1" }, pauseId);
assert.equal(sum.result.returned.value, 2);
const evaluated = await stream(
  "Session.runEvaluation",
  {
    runEvaluationId: "1",
    pointSelector: { kind: "points", points: points.slice(0, 3).map(({ point }) => point) },
    expression: "[1, 2].length",
    frameIndex: 0,
  },
  "Session.runEvaluationResults",
);
const results = evaluated.events.flatMap(({ results }) => results);
assert.deepEqual(results.map(({ returned }) => returned.value), new Array(Math.min(3, points.length)).fill(2));

// What was seen and done.
const paints = (await stream("Graphics.findPaints", {}, "Graphics.paintPoints")).events.flatMap(({ paints }) => paints);
assert.ok(paints.length > 0);
const last = paints.at(-1);
const { screen } = await ask("Graphics.getPaintContents", { point: last.point, mimeType: "image/jpeg" });
assert.equal(screen.hash, last.screenShots[0].hash);
assert.deepEqual([...Buffer.from(screen.data, "base64").subarray(0, 2)], [0xff, 0xd8]);
const mouse = await stream("Session.findMouseEvents", {}, "Session.mouseEvents");
assert.ok(mouse.events.flatMap(({ events }) => events).some(({ kind }) => kind === "mousedown"));
const keys = await stream("Session.findKeyboardEvents", {}, "Session.keyboardEvents");
assert.ok(keys.events.flatMap(({ events }) => events).some(({ kind }) => kind === "keydown"));
await stream("Network.findRequests", {}, "Network.requests");

// The end.
await ask("Session.releasePause", { pauseId });
await refused("Pause.getTopFrame", {}, pauseId);
await client.sendCommand("Recording.releaseSession", { sessionId });
assert.ok([59, 66].includes((await listening).code), "what listens ends with its session");
assert.equal((await refused("Session.getEndpoint")).code, 59);
assert.deepEqual(closed, []);
assert.deepEqual(unheard.filter((line) => !line.includes("Session.loadedRegions")), []);
socket.close();
console.log(`${new Set(asked.values()).size} methods, ${asked.size} commands`);
