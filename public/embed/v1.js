// <playhead-viewer>: a recording in a frame, and a way to speak to it. See docs/embedding.md.
// It is a script and a module at once, so it neither imports nor exports.
{
  const NAME = "playhead-viewer";
  const [RETRY_MS, RETRIES] = [250, 40];

  // Recordings are where this file came from, unless `server` says otherwise.
  const isLoader = (url) => /\/embed\/v1\.js(\?|$)/.test(url);
  const loader =
    document.currentScript?.src ||
    [...document.scripts].find(({ src }) => isLoader(src))?.src ||
    performance.getEntriesByType("resource").find(({ name }) => isLoader(name))?.name;

  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { display: block; position: relative; aspect-ratio: 16 / 10; overflow: hidden; }
    :host([hidden]) { display: none; }
    :host([fit=width]) { aspect-ratio: auto; min-height: 160px; }
    iframe, img, button { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; border: 0; padding: 0; }
    :host([fit=width]) iframe { position: static; display: block; }
    img { object-fit: contain; }
    img, button:first-child { background: #141519; }
    button { background: none; cursor: pointer; }
    button::before, button::after { content: ""; position: absolute; inset: calc(50% - 32px); border-radius: 50%; background: #5750d8; }
    button::after { border-radius: 0; background: #fff; clip-path: polygon(38% 28%, 38% 72%, 74% 50%); }
    button:focus-visible { outline: 3px solid #8f8bff; outline-offset: -3px; }
    p { position: absolute; inset: auto 0 0; margin: 0; padding: 12px; background: #141519; color: #fff; font: 14px sans-serif; }
  `);

  // Attributes that can change at any time, and what their text means.
  const flag = (text) => text !== null && text !== "false";
  const SETTINGS = {
    mode: (text) => text ?? "player",
    theme: (text) => text ?? "host",
    lang: (text) => text ?? "en",
    keyboard: (text) => text ?? "focus",
    speed: (text) => Number(text ?? 1),
    loop: flag,
    "skip-inactive": flag,
    panels: (text) => (text ?? "").split(/[\s,]+/).filter(Boolean),
  };
  const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

  const darkness = matchMedia("(prefers-color-scheme: dark)");

  class PlayheadError extends Error {
    constructor({ code, message, recoverable = false, detail }) {
      super(message);
      Object.assign(this, { name: "PlayheadError", code, recoverable, detail });
    }
  }

  // Of those that ask for the page's keys the one that was used last has them.
  let used;

  class PlayheadViewer extends HTMLElement {
    static observedAttributes = ["src", "recording", "server", "sandbox", "t", "point", "focus", "title", ...Object.keys(SETTINGS)];
    #root = this.attachShadow({ mode: "open" });
    #n = 0;
    #calls = new Map();
    #queue = [];
    #state = { phase: "waiting" };
    #isGone = false;
    #life;
    #frame;
    #port;
    #ports = [];
    #timer;
    #token;
    #keys = [];

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [style];
    }

    get version() {
      return "1.0.0";
    }
    get state() {
      return this.#state;
    }
    set token(token) {
      this.#token = token;
      this.#port?.postMessage({ type: "token", token });
    }

    async load(source, options = {}) {
      if (!source || typeof source === "string") return this.#call("load", { ...options, src: source });
      if (source instanceof ReadableStream) {
        try {
          const probe = new ReadableStream();
          structuredClone(probe, { transfer: [probe] });
        } catch {
          // Safari hands no streams over.
          source = await new Response(source).blob();
        }
      }
      return this.#call("load", { ...options, data: source }, source instanceof Blob ? [] : [source]);
    }
    close = () => this.#call("close");
    play = () => this.#call("play");
    pause = () => this.#call("pause");
    seek = ({ t, point, scrub }) => this.#call("seek", { t, point, scrub });
    step = (kind = "over", direction = "forward") => this.#call("step", { kind, direction });
    setFocus = (range) => this.#call("focus", { range });
    setSpeed = (speed) => this.#set({ speed });
    setPanels = (panels) => this.#set({ panels });
    setTheme = (theme) => (this.setAttribute("theme", theme), this.#set({ theme: this.#setting("theme") }));
    setLang = (lang) => this.#set({ lang });
    openSource = ({ url, line, column }) => this.#call("openSource", { url, line, column });
    select = ({ frame }) => this.#call("select", { frame });
    getState = () => this.#call("getState");
    getPermalink = () => this.#call("getPermalink");
    capture = ({ type: mimeType, maxWidth } = {}) => this.#call("capture", { mimeType, maxWidth });
    hover = (t) => this.#port?.postMessage({ type: "hover", t: t ?? null });

    destroy() {
      this.#isGone = true;
      this.#end({ code: "destroyed", message: "the viewer has been destroyed" });
      this.remove();
    }

    connectedCallback() {
      if (this.#isGone || this.#life) return;
      this.#life = new AbortController();
      const { signal } = this.#life;
      this.#face();
      const theme = () => this.#change("theme");
      darkness.addEventListener("change", theme, { signal });
      const watch = new MutationObserver(theme);
      watch.observe(document.documentElement, { attributes: true });
      signal.addEventListener("abort", () => watch.disconnect());
      addEventListener("keydown", (event) => this.#key(event), { signal });
      for (const name of ["focusin", "pointerenter"]) this.addEventListener(name, () => (used = this), { signal });
      const how = this.getAttribute("loading") ?? "lazy";
      if (how === "eager" || this.#queue.length) this.#open();
      else if (how === "lazy") {
        const seen = new IntersectionObserver((all) => all.some((it) => it.isIntersecting) && this.#open());
        seen.observe(this);
        signal.addEventListener("abort", () => seen.disconnect());
      }
    }
    disconnectedCallback() {
      this.#end({ code: "closed", message: "the viewer has left the page", recoverable: true });
    }
    attributeChangedCallback(name, before, now) {
      if (before === now || !this.#life) return;
      if (name === "title") this.#frame && (this.#frame.title = this.#name());
      else if (name in SETTINGS) this.#change(name);
      else if (!this.#frame) this.#face();
      else if (name === "t" || name === "point") now && this.seek({ [name]: now }).catch(() => {});
      else if (name === "focus") this.setFocus(now).catch(() => {});
      else {
        this.disconnectedCallback();
        this.connectedCallback();
      }
    }

    #name() {
      return this.title || "Recording";
    }
    #server() {
      const server = this.getAttribute("server");
      return server ? new URL(server.replace(/\/?$/, "/"), document.baseURI) : new URL("../", loader ?? new URL("/embed/v1.js", document.baseURI));
    }
    #isStrict() {
      return this.getAttribute("sandbox") !== "standard" || this.#server().origin === location.origin;
    }
    // A page that names no scheme of its own has the system's.
    #setting(name) {
      const value = SETTINGS[name](this.getAttribute(name));
      if (value !== "host") return value;
      const schemes = getComputedStyle(this).colorScheme.split(" ").filter((it) => it === "light" || it === "dark");
      return schemes.length === 1 ? schemes[0] : darkness.matches ? "dark" : "light";
    }
    #address(path, names) {
      const url = new URL(path, this.#server());
      for (const name of names) if (this.hasAttribute(name)) url.searchParams.set(name, this.getAttribute(name));
      return url;
    }

    #face() {
      const [poster, recording] = [this.getAttribute("poster"), this.getAttribute("recording")];
      const button = document.createElement("button");
      button.ariaLabel = `Play: ${this.#name()}`;
      button.onclick = () => this.play().catch(() => {});
      this.#root.replaceChildren(button);
      if (!poster && !recording) return;
      const image = new Image();
      image.alt = "";
      image.onerror = () => image.remove();
      image.src = poster ?? this.#address(`recording/${encodeURIComponent(recording)}/poster.png`, ["t", "point"]);
      button.before(image);
    }

    #open() {
      if (this.#frame || !this.#life) return;
      const frame = document.createElement("iframe");
      const recording = encodeURIComponent(this.getAttribute("recording") ?? "");
      const url = this.#address(`embed/${recording}`, ["t", "point", "focus", "autoplay"]);
      const src = this.getAttribute("src");
      if (src) url.searchParams.set(/^wss?:/.test(src) ? "dispatch" : "src", /^wss?:/.test(src) ? src : new URL(src, document.baseURI));
      for (const name in SETTINGS) if (name === "theme" || this.hasAttribute(name)) url.searchParams.set(name, this.#setting(name));
      frame.title = this.#name();
      frame.allow = "fullscreen; clipboard-write";
      frame.sandbox = "allow-scripts" + (this.#isStrict() ? "" : " allow-same-origin allow-popups allow-downloads");
      frame.src = url;
      frame.onload = () => this.#greet();
      this.#frame = frame;
      this.#root.append(frame);
    }

    // Greets until the page in the frame answers, which may not listen yet; each time with another port.
    #greet() {
      this.#forget({ code: "reloaded", message: "the frame was loaded anew", recoverable: true });
      const nonce = crypto.getRandomValues(new Uint32Array(4)).join();
      let n = 0;
      const greet = () => {
        if (n++ === RETRIES) return this.#fail({ code: "handshake_timeout", message: "The recording does not answer: its server may not let this page show it.", recoverable: true });
        const { port1, port2 } = new MessageChannel();
        this.#ports.push(port1);
        port1.onmessage = ({ data }) => data?.nonce === nonce && this.#answered(port1, data);
        const hello = { t: "rrp-embed", v: 1, nonce, want: (this.getAttribute("want") ?? "").split(" ") };
        this.#frame.contentWindow.postMessage(hello, this.#isStrict() ? "*" : this.#server().origin, [port2]);
      };
      this.#timer = setInterval(greet, RETRY_MS);
      greet();
    }
    #answered(port, answer) {
      clearInterval(this.#timer);
      for (const other of this.#ports) if (other !== port) other.close();
      this.#ports = [port];
      // The viewer is on its way.
      if (answer.type === "loading") return;
      if (answer.type !== "ready") return this.#fail(answer.error);
      this.#port = port;
      port.onmessage = ({ data }) => this.#hear(data ?? {});
      if (this.#token) port.postMessage({ type: "token", token: this.#token });
      for (const [message, transfer] of this.#queue.splice(0)) port.postMessage(message, transfer);
      this.#root.querySelectorAll("img, button, p").forEach((it) => it.remove());
      this.#keys = answer.keys;
      this.#tell("ready", { version: answer.version, caps: answer.caps });
    }
    #hear({ type, id, value, error, name, detail, state }) {
      if (type === "event") {
        if (state) this.#state = state;
        if (name === "resize" && this.getAttribute("fit") === "width") this.#frame.style.height = `${detail.height}px`;
        return this.#tell(name, detail);
      }
      const call = this.#calls.get(id);
      this.#calls.delete(id);
      if (type === "result") call?.resolve(value);
      else if (type === "failed") call?.reject(new PlayheadError(error));
    }
    #tell(name, detail) {
      this.dispatchEvent(new CustomEvent(name, { detail }));
    }

    #call(type, params, transfer = []) {
      return new Promise((resolve, reject) => {
        if (this.#isGone) return reject(new PlayheadError({ code: "destroyed", message: "the viewer has been destroyed" }));
        const message = { ...params, type, id: ++this.#n };
        this.#calls.set(message.id, { resolve, reject });
        if (this.#port) return this.#port.postMessage(message, transfer);
        this.#queue.push([message, transfer]);
        this.#open();
      });
    }
    #set(settings) {
      return this.#call("set", settings);
    }
    #change(name) {
      this.#port?.postMessage({ type: "set", [camel(name)]: this.#setting(name) });
    }
    #key(event) {
      const { key, shiftKey: shift, target } = event;
      if (this.#setting("keyboard") !== "global" || !this.#keys.includes(key) || (used ??= this) !== this) return;
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      if (target.closest?.("input, textarea, select, button, a, summary, [contenteditable]")) return;
      this.#port?.postMessage({ type: "key", key, shift });
      event.preventDefault();
    }

    #forget(error) {
      clearInterval(this.#timer);
      for (const port of this.#ports.splice(0)) port.close();
      this.#port = undefined;
      const queued = new Set(this.#queue.map(([{ id }]) => id));
      for (const [id, { reject }] of this.#calls) if (!queued.has(id)) this.#calls.delete(id), reject(new PlayheadError(error));
    }
    #fail(error) {
      this.#queue = [];
      this.#forget(error);
      this.#state = { phase: "failed", error };
      const said = document.createElement("p");
      said.role = "alert";
      said.textContent = error.message;
      // The next call, or a press, tries again.
      this.#frame.remove();
      this.#frame = undefined;
      this.#face();
      this.#root.append(said);
      this.#tell("error", error);
    }
    #end(error) {
      this.#queue = [];
      this.#forget(error);
      this.#life?.abort();
      this.#frame?.remove();
      this.#life = this.#frame = undefined;
      this.#state = { phase: "waiting" };
      if (used === this) used = undefined;
    }
  }
  customElements.get(NAME) ?? customElements.define(NAME, PlayheadViewer);
}
