// The dashboard: a table, a chart and a recording that drive one another. Each only knows the moment, the part in focus and where
// the pointer is in time; the recording is the one that has them.

import { Chart } from "./chart.js";

const data = await (await fetch("data.json")).json();
const find = (id) => document.getElementById(id);
document.title = `Errors – ${data.recording.title}`;
find("what").textContent = data.recording.title;

// The loader comes from the viewer's server. As a module it is there once the import is.
await import(`${data.viewer}/embed/v1.js`);
const viewer = document.createElement("playhead-viewer");
viewer.title = `Recording of ${data.recording.title}`;
for (const [name, value] of Object.entries({
  server: data.viewer,
  recording: data.recording.id,
  mode: "player",
  want: "content",
  t: data.errors.at(-1)?.t ?? 0,
  point: data.errors.at(-1)?.point ?? 0,
})) viewer.setAttribute(name, value);
find("viewer").append(viewer);

const chart = new Chart(find("chart"), data.painted, data.recording.duration, {
  onSeek: (t, isFinal) => viewer.seek({ t, scrub: !isFinal }).catch(say),
  onPoint: (t) => {
    viewer.hover(t);
    point(t);
  },
  onFocus: (range) => viewer.setFocus(range).catch(say),
});

const rows = data.errors.map((error) => {
  const row = find("errors").insertRow();
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = clock(error.t);
  button.addEventListener("click", () => viewer.seek(error).catch(say));
  row.insertCell().append(button);
  row.insertCell().textContent = error.text;
  row.insertCell().textContent = error.place;
  row.className = error.level;
  row.addEventListener("click", ({ target }) => target === button || button.click());
  row.addEventListener("pointerenter", () => viewer.hover(error.t));
  row.addEventListener("pointerleave", () => viewer.hover(null));
  return { row, error };
});

// What happens in the recording happens here.
viewer.addEventListener("timeupdate", ({ detail }) => move(detail.t));
viewer.addEventListener("seeked", ({ detail }) => move(detail.t, detail.point));
viewer.addEventListener("pointchange", ({ detail }) => move(detail.t, detail.point));
viewer.addEventListener("hover", ({ detail }) => {
  chart.point(detail.t);
  point(detail.t);
});
viewer.addEventListener("focuschange", ({ detail }) => {
  chart.focus(detail.range);
  for (const { row, error } of rows) row.classList.toggle("outside", !isWithin(error.t, detail.range));
});
viewer.addEventListener("error", ({ detail }) => say(detail));

/** The recording is at another moment: the chart shows where, the table what had gone wrong last by then. */
function move(t, point = viewer.state.point) {
  chart.move(t);
  const last = rows.findLast(({ error }) => (point ? BigInt(error.point) <= BigInt(point) : error.t <= t));
  for (const { row } of rows) row.toggleAttribute("aria-current", row === last?.row);
  clearTimeout(move.asked);
  move.asked = setTimeout(async () => {
    find("link").href = await viewer.getPermalink().catch(() => "");
    find("link").hidden = !find("link").href;
  }, 300);
}

function point(t) {
  find("pointed").textContent = t === null ? "" : `at ${clock(t)}`;
}

const isWithin = (t, range) => !range || (range.begin <= t && t <= range.end);

function clock(t) {
  return `${Math.floor(t / 60)}:${(t % 60).toFixed(2).padStart(5, "0")}`;
}

function say(error) {
  console.warn(`${error.code}: ${error.message}`);
}

// The viewer follows the page's own colour scheme.
let isDark = matchMedia("(prefers-color-scheme: dark)").matches;
const name = () => (find("theme").textContent = isDark ? "Light" : "Dark");
name();
find("theme").addEventListener("click", () => {
  isDark = !isDark;
  document.documentElement.style.colorScheme = isDark ? "dark" : "light";
  name();
});
