// Tells the story of story.mjs under one recorder. make.mjs runs a copy of this file, so that what a trace says of the program
// that drove the browser is the same wherever the project lies.
// Usage: node record.mjs KIND FILE SITE CHROMIUM PLAYWRIGHT [LIBRARY…]
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { order, tell } from "./story.mjs";

const [kind, path, site, executablePath, playwright, ...libraries] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(playwright));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

const recorders = {
    async trace() {
        const context = await browser.newContext({ viewport: { width: 180, height: 200 } });
        await context.tracing.start({ screenshots: true, snapshots: true, sources: true, title: "A list and an order" });
        const page = await context.newPage();
        await tell(page, site);
        await order(page, site);
        await context.tracing.stop({ path });
        await context.close();
    },

    /** What older versions of Playwright write: the order alone. */
    async shortTrace() {
        const context = await browser.newContext({ viewport: { width: 120, height: 100 } });
        await context.tracing.start({ screenshots: true, snapshots: true, sources: true });
        const page = await context.newPage();
        await order(page, site);
        await context.tracing.stop({ path });
        await context.close();
    },

    async har() {
        const content = path.endsWith(".zip") ? "attach" : "embed";
        const context = await browser.newContext({ viewport: { width: 400, height: 400 }, recordHar: { path, content } });
        const page = await context.newPage();
        await tell(page, site);
        await order(page, site);
        await context.close();
    },

    async rrweb() {
        const context = await browser.newContext({ viewport: { width: 400, height: 400 } });
        for (const library of libraries) await context.addInitScript({ path: library });
        await context.addInitScript(() => {
            if (location.protocol !== "http:") return;
            globalThis.session = [];
            const network = { recordBody: true, recordHeaders: true, recordInitialRequests: true };
            rrweb.record({
                emit: (event) => session.push(JSON.stringify(event)),
                plugins: [
                    rrwebPluginConsoleRecord.getRecordConsolePlugin(),
                    rrwebPluginNetworkRecord.getRecordNetworkPlugin(network),
                ],
            });
        });
        const page = await context.newPage();
        const events = [];
        for (const part of [tell, order]) {
            await part(page, site);
            // Moves of the mouse are told every half second.
            await page.waitForTimeout(600);
            events.push(...(await page.evaluate(() => session)));
        }
        writeFileSync(path, gzipSync(`[${events.join(",\n")}]`, { level: 9 }));
    },
};

await recorders[kind]();
await browser.close();
