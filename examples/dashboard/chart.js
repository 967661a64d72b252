// A bar chart over time, drawn by hand as SVG: bars, where the recording is, where a pointer is, what part is in focus. As a slider
// it can be used by keys, and read aloud.

const NAMESPACE = "http://www.w3.org/2000/svg";

export class Chart {
  #svg;
  #duration;
  #on;
  #now = 0;
  #marks = {};
  #drag;

  /** `on` hears onSeek(t, isFinal), onPoint(t or null), onFocus(range or null). */
  constructor(svg, values, duration, on) {
    this.#svg = svg;
    this.#duration = duration;
    this.#on = on;
    svg.setAttribute("viewBox", "0 0 1000 100");
    svg.setAttribute("preserveAspectRatio", "none");
    const attributes = { role: "slider", tabindex: 0, "aria-label": "Moment in the recording", "aria-valuemin": 0, "aria-valuemax": duration.toFixed(1) };
    for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
    this.#marks.focus = this.#add("rect", { class: "focus", y: 0, height: 100 });
    const most = Math.max(1, ...values);
    const width = 1000 / values.length;
    values.forEach((value, at) => {
      const height = (value / most) * 92;
      this.#add("rect", { class: "bar", x: at * width + 1, width: width - 2, y: 100 - height, height });
    });
    this.#marks.pointed = this.#add("rect", { class: "pointed", y: 0, height: 100, width: 2 });
    this.#marks.now = this.#add("rect", { class: "now", y: 0, height: 100, width: 3 });
    this.focus(null);
    this.point(null);
    this.move(0);
    this.#listen();
  }

  /** The recording is here. */
  move(t) {
    this.#now = t;
    this.#place(this.#marks.now, t);
    this.#svg.setAttribute("aria-valuenow", t.toFixed(1));
    this.#svg.setAttribute("aria-valuetext", `${t.toFixed(1)} seconds`);
  }

  /** A pointer is here in time, or nowhere. */
  point(t) {
    this.#place(this.#marks.pointed, t);
  }

  /** This part is in focus; null for all. */
  focus(range) {
    const { focus } = this.#marks;
    focus.toggleAttribute("hidden", !range);
    if (!range) return;
    focus.setAttribute("x", this.#x(range.begin));
    focus.setAttribute("width", this.#x(range.end) - this.#x(range.begin));
  }

  #add(name, attributes) {
    const element = document.createElementNS(NAMESPACE, name);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    this.#svg.append(element);
    return element;
  }

  #x = (t) => (t / this.#duration) * 1000;

  #place(mark, t) {
    mark.toggleAttribute("hidden", t === null);
    if (t !== null) mark.setAttribute("x", this.#x(t) - 1);
  }

  #timeOf({ clientX }) {
    const { left, width } = this.#svg.getBoundingClientRect();
    return Math.min(1, Math.max(0, (clientX - left) / width)) * this.#duration;
  }

  #listen() {
    const svg = this.#svg;
    svg.addEventListener("pointerdown", (event) => {
      svg.setPointerCapture(event.pointerId);
      this.#drag = { from: this.#timeOf(event), isRange: event.shiftKey };
      if (!event.shiftKey) this.#on.onSeek(this.#drag.from, false);
    });
    svg.addEventListener("pointermove", (event) => {
      const t = this.#timeOf(event);
      this.point(t);
      this.#on.onPoint(t);
      if (this.#drag?.isRange) this.focus(this.#range(t));
      else if (this.#drag) this.#on.onSeek(t, false);
    });
    svg.addEventListener("pointerup", (event) => {
      const { from, isRange } = this.#drag ?? {};
      this.#drag = undefined;
      const t = this.#timeOf(event);
      if (!isRange) return this.#on.onSeek(t, true);
      this.#on.onFocus(Math.abs(t - from) < this.#duration / 200 ? null : this.#range(t, from));
    });
    svg.addEventListener("pointerleave", () => {
      this.point(null);
      this.#on.onPoint(null);
    });
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.5, ArrowRight: 0.5, Home: -Infinity, End: Infinity }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.#on.onSeek(Math.min(this.#duration, Math.max(0, this.#now + step)), true);
    });
  }

  #range(t, from = this.#drag.from) {
    return { begin: Math.min(t, from), end: Math.max(t, from) };
  }
}
