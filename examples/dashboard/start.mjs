// Starts the example: a dashboard on one port, `playhead serve` on another, so that the one is a foreign page to the other, as in
// earnest. What the dashboard shows (errors, and how much was painted when) is asked of the recording itself, over the protocol.
//
//   node examples/dashboard/start.mjs [RECORDING.playhead] [--port 8990]

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
// Node has a websocket of its own since version 22.
const WebSocket = globalThis.WebSocket ?? (await import("ws")).default;

const { file, port } = argumentsOf(process.argv.slice(2));
const server = createServer(answer);
server.listen(port, "127.0.0.1");
await new Promise((done, failed) => server.once("listening", done).once("error", failed));
const origin = `http://127.0.0.1:${server.address().port}`;

const playhead = spawn(program(), ["serve", file, "--listen", "127.0.0.1:0", "--embed-content", origin], {
  stdio: ["ignore", "pipe", "inherit"],
});
process.on("exit", () => playhead.kill());
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
playhead.on("error", ({ message }) => fail(`playhead cannot be started (${message}); build it with \`cargo xtask run\``));
playhead.on("exit", () => fail("playhead has ended"));
const viewer = await address(playhead);
const data = { viewer, ...(await facts(viewer)) };
console.log(`dashboard at ${origin}/`);

function argumentsOf(given) {
  const at = given.indexOf("--port");
  const port = at < 0 ? 8990 : Number(given[at + 1]);
  const file = given.find((it, index) => !it.startsWith("--") && (at < 0 || index !== at + 1));
  return { file: file ?? join(root, "public/samples/todo.playhead"), port };
}

function program() {
  const places = [process.env.PLAYHEAD_BIN, join(root, "target/release/playhead"), join(root, "target/debug/playhead")];
  return places.find((it) => it && existsSync(it)) ?? "playhead";
}

function fail(why) {
  console.error(why);
  process.exit(1);
}

async function address(process) {
  for await (const line of createInterface({ input: process.stdout })) {
    const said = line.match(/^listening on (\S+)/);
    if (said) return said[1];
  }
  throw new Error("playhead did not say where it listens");
}

/** What the dashboard shows of the first recording that the server has. */
async function facts(viewer) {
  const [recording] = (await (await fetch(`${viewer}/api/recordings`)).json()).filter(({ id }) => id);
  const client = await connect(viewer.replace(/^http/, "ws"));
  const { sessionId } = await client.ask("Recording.createSession", { recordingId: recording.id });
  await client.ask("Console.findMessages", {}, sessionId);
  await client.ask("Graphics.findPaints", {}, sessionId);
  const told = (method) => client.told.filter((it) => it.method === method).map((it) => it.params);
  const errors = told("Console.newMessage")
    .map(({ message }) => message)
    .filter(({ level }) => level === "error" || level === "warning")
    .map((it) => ({ t: it.point.time / 1000, point: it.point.point, level: it.level, text: words(it), place: place(it) }))
    .sort((a, b) => a.t - b.t);
  const times = told("Graphics.paintPoints").flatMap(({ paints }) => paints.map(({ time }) => time / 1000));
  client.close();
  const duration = recording.duration_ms / 1000;
  return { recording: { id: recording.id, title: recording.title, duration }, errors, painted: counts(times, duration) };
}

/** What a message says, as far as it is text and numbers. */
function words({ text, argumentValues = [] }) {
  return [text, ...argumentValues.map(({ value }) => value)].filter((it) => it !== undefined && it !== "").join(" ");
}

function place({ url, line }) {
  const name = url?.split("/").findLast(Boolean) ?? "";
  return name && line ? `${name}:${line}` : name;
}

/** How many of some times fall into each of equal parts of the recording. */
function counts(times, duration) {
  const values = new Array(48).fill(0);
  for (const time of times) values[Math.min(values.length - 1, Math.floor((time / duration) * values.length))]++;
  return values;
}

async function connect(url) {
  const socket = new WebSocket(`${url}/`);
  const [asked, told] = [new Map(), []];
  socket.addEventListener("message", ({ data }) => {
    const said = JSON.parse(data);
    const waiting = asked.get(said.id);
    if (!waiting) return told.push(said);
    said.error ? waiting.failed(new Error(said.error.message)) : waiting.done(said.result);
  });
  await new Promise((done, failed) => {
    socket.addEventListener("open", done);
    socket.addEventListener("error", () => failed(new Error(`${url} does not answer`)));
  });
  let n = 0;
  const ask = (method, params, sessionId) =>
    new Promise((done, failed) => {
      asked.set(++n, { done, failed });
      socket.send(JSON.stringify({ id: n, method, params, sessionId }));
    });
  return { ask, told, close: () => socket.close() };
}

/** The dashboard's own files, and what it shows. Its policy says all that a page needs to allow for a viewer in it. */
async function answer({ url }, response) {
  const path = new URL(url, origin).pathname;
  const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
  if (path === "/favicon.ico") return response.writeHead(204).end();
  if (path === "/data.json") return response.setHeader("content-type", "application/json").end(JSON.stringify(data));
  const name = path === "/" ? "index.html" : path.slice(1);
  if (!["index.html", "dashboard.js", "chart.js", "dashboard.css"].includes(name)) return response.writeHead(404).end();
  response.setHeader("content-type", `${types[extname(name)]}; charset=utf-8`);
  response.setHeader(
    "content-security-policy",
    `default-src 'self'; script-src 'self' ${viewer}; frame-src ${viewer}; img-src 'self' ${viewer}`,
  );
  response.end(await readFile(join(here, name)));
}
