// Makes samples/ anew: the story of story.mjs recorded by Playwright (traces, a HAR, a zipped HAR) and by rrweb.
// Usage: npm ci, then node make.mjs CHROMIUM
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { execFile } from "node:child_process";

const [chromium] = process.argv.slice(2);
const MAX_TOTAL_BYTES = 300_000;
const PORT = 8914;
const here = import.meta.dirname;
const site = `http://127.0.0.1:${PORT}`;
const mediaTypes = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json" };
const dist = (name, file) => join(here, "node_modules", name, "dist", file);
const samples = {
    "trace.zip": ["trace", "playwright-core"],
    "trace-v6.zip": ["shortTrace", "playwright-v6"],
    "trace-v7.zip": ["shortTrace", "playwright-v7"],
    "trace-v8.zip": ["shortTrace", "playwright-v8"],
    "trace-test.zip": ["test", "@playwright/test"],
    "session.har": ["har", "playwright-core"],
    "session.har.zip": ["har", "playwright-core"],
    "rrweb.json.gz": [
        "rrweb",
        "playwright-core",
        dist("rrweb", "rrweb.umd.min.cjs"),
        dist("@rrweb/rrweb-plugin-console-record", "rrweb-plugin-console-record.umd.min.cjs"),
        dist("@rrweb/rrweb-plugin-network-record", "rrweb-plugin-network-record.umd.min.cjs"),
    ],
};

/** The pages of tests/pages; whatever is posted is refused. */
const server = createServer((request, response) => {
    if (request.method !== "GET") {
        response.writeHead(503, { "Content-Type": "application/json" }).end('{"error":"the shop is closed"}');
        return;
    }
    const path = normalize(new URL(request.url, site).pathname).replace(/\/$/, "/index.html");
    try {
        const body = readFileSync(join(here, "../pages", path));
        response.writeHead(200, { "Content-Type": mediaTypes[extname(path)] ?? "text/plain" }).end(body);
    } catch {
        response.writeHead(404).end("not here");
    }
});
await new Promise((resolve) => server.listen(PORT, "127.0.0.1", resolve));

const folder = join(tmpdir(), "playhead-importing");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
mkdirSync(join(here, "samples"), { recursive: true });
for (const name of ["record.mjs", "story.mjs", "order.spec.mjs", "playwright.config.mjs"]) copyFileSync(join(here, name), join(folder, name));

symlinkSync(join(here, "node_modules"), join(folder, "node_modules"));

let total = 0;
const only = process.argv[3];
for (const [name, [kind, playwright, ...libraries]] of Object.entries(samples)) {
    if (only && !name.includes(only)) continue;
    const path = join(here, "samples", name);
    if (kind === "test") {
        const run = [join(folder, "node_modules", playwright, "cli.js"), "test", "--config", join(folder, "playwright.config.mjs")];
        await promisify(execFile)(process.execPath, run, { timeout: 60_000, cwd: folder, env: { ...process.env, SITE: site, CHROMIUM: chromium } });
        const [results] = readdirSync(join(folder, "test-results"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
        copyFileSync(join(folder, "test-results", results.name, "trace.zip"), path);
    } else {
        const driver = join(folder, "node_modules", playwright, "index.mjs");
        const run = ["--preserve-symlinks", join(folder, "record.mjs"), kind, path, site, chromium, driver, ...libraries];
        await promisify(execFile)(process.execPath, run, { timeout: 60_000, cwd: folder });
    }
    const { size } = statSync(path);
    console.log(`${name.padEnd(16)} ${size} bytes`);
    total += size;
}
server.close();
rmSync(folder, { recursive: true });
console.log(`together         ${total} bytes`);
if (total > MAX_TOTAL_BYTES) process.exitCode = 1;
