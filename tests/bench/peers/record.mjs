// Records a page with the field's own tools, and lays out a folder to serve: Playwright's trace viewer with its trace of the
// page, rrweb's player with rrweb's events of the page, and of the same page with as many moves of the mouse as asked, and asciinema's
// player with a session of a terminal that is as long; and how large the two players and their sessions are.
// Usage: node record.mjs URL STEPS.json FOLDER CHROMIUM [MOVES…]. Prints the versions.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const [url, stepsPath, folder, executablePath, ...sizes] = process.argv.slice(2);
const packageFolder = (name) => join(import.meta.dirname, "node_modules", name);
const version = (name) => JSON.parse(readFileSync(join(packageFolder(name), "package.json"), "utf8")).version;
const steps = JSON.parse(readFileSync(stepsPath, "utf8"));

/** The same actions as `playhead record --steps` performs. */
async function perform(page) {
    for (const { type, selector, text, key, x, y, ms } of steps) {
        if (type === "wait-for") await page.waitForSelector(selector);
        else if (type === "click") await page.click(selector);
        else if (type === "type") await page.locator(selector).pressSequentially(text);
        else if (type === "press") await page.keyboard.press(key);
        else if (type === "move") await page.mouse.move(x, y);
        else if (type === "wait") await page.waitForTimeout(ms);
        else throw new Error(`no such step here: ${type}`);
    }
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const viewport = { width: 1024, height: 720 };
mkdirSync(folder, { recursive: true });

const traced = await browser.newContext({ viewport });
await traced.tracing.start({ screenshots: true, snapshots: true });
const tracedPage = await traced.newPage();
await tracedPage.goto(url);
await perform(tracedPage);
await traced.tracing.stop({ path: join(folder, "trace.zip") });
await traced.close();
cpSync(join(packageFolder("playwright-core"), "lib/vite/traceViewer"), join(folder, "viewer"), { recursive: true });

const page = await browser.newPage({ viewport });
await page.goto(url);
await page.addScriptTag({ path: join(packageFolder("rrweb"), "dist/rrweb.umd.min.cjs") });
await page.evaluate(() => {
    globalThis.session = [];
    globalThis.rrweb.record({ emit: (event) => session.push(event) });
});
await perform(page);
const session = await page.evaluate(() => session);
await browser.close();
writeFileSync(join(folder, "session.json"), JSON.stringify(session));
for (const size of sizes) writeFileSync(join(folder, `session-${size}.json`), JSON.stringify(moves(session, Number(size))));
for (const name of ["rrweb-player.umd.min.cjs", "style.min.css"]) {
    cpSync(join(packageFolder("rrweb-player"), "dist", name), join(folder, name.replace(/cjs$/, "js")));
}
for (const name of ["asciinema-player.min.js", "asciinema-player.css"]) {
    cpSync(join(packageFolder("asciinema-player"), "dist/bundle", name), join(folder, name));
}
writeFileSync(join(folder, "session.cast"), terminal());
for (const page of ["player.html", "asciinema.html"]) cpSync(join(import.meta.dirname, page), join(folder, page));
const gzipped = (...names) => names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0);
const compressed = {
    "rrweb-player": { player: gzipped("rrweb-player.umd.min.js", "style.min.css"), recorded: gzipped("session.json") },
    "asciinema-player": {
        player: gzipped("asciinema-player.min.js", "asciinema-player.css"), recorded: gzipped("session.cast"),
    },
};
writeFileSync(join(folder, "sizes.json"), JSON.stringify(compressed));
console.log(`asciinema-player ${version("asciinema-player")}, Playwright ${version("playwright-core")}, rrweb ${version("rrweb")}, rrweb-player ${version("rrweb-player")}`);

/** A session of ten minutes with so many moves of the mouse, ten in an event, as rrweb records them. */
function moves(session, size) {
    const MOVES_PER_EVENT = 10, DURATION_MS = 600_000;
    const META = 4, FULL_SNAPSHOT = 2, INCREMENTAL = 3, MOUSE_MOVE = 1;
    const first = session.findIndex(({ type }) => type === META);
    const start = session.slice(first, session.findIndex(({ type }) => type === FULL_SNAPSHOT) + 1);
    const began = start.at(-1).timestamp;
    const events = [];
    for (let n = 0; n < size; n += MOVES_PER_EVENT) {
        const positions = Array.from({ length: MOVES_PER_EVENT }, (_, idx) => ({
            x: Math.round(512 + 480 * Math.sin((n + idx) / 40)),
            y: Math.round(360 + 330 * Math.cos((n + idx) / 57)),
            id: 1,
            timeOffset: Math.round(((idx - MOVES_PER_EVENT + 1) * DURATION_MS) / size),
        }));
        const timestamp = began + Math.round(((n + MOVES_PER_EVENT) * DURATION_MS) / size);
        events.push({ type: INCREMENTAL, data: { source: MOUSE_MOVE, positions }, timestamp });
    }
    return [...start, ...events];
}

/** A quarter of a minute of a terminal, twenty lines a second, as asciinema records it (asciicast 2). */
function terminal() {
    const [SECONDS, LINES_PER_SECOND] = [15, 20];
    const lines = [JSON.stringify({ version: 2, width: 100, height: 30 })];
    for (let n = 0; n < SECONDS * LINES_PER_SECOND; n++) {
        const text = `\x1b[3${1 + (n % 6)}m${String(n).padStart(5)}\x1b[0m compiled ${"module-".repeat(1 + (n % 5))}${n}.js\r\n`;
        lines.push(JSON.stringify([n / LINES_PER_SECOND, "o", text]));
    }
    return lines.join("\n") + "\n";
}
