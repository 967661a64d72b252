// A page that puts script, markup and tricks of writing into every string that a debugger shows of it. Wherever one of them is
// taken for more than text, `canary` is called, or an element `x-canary` or an attribute `data-canary` stands in the debugger's page.

// In this page itself nothing of it matters.
globalThis.canary = () => {};

// Markup that runs in as many ways as fit, closes what it may stand in, and turns the rest of the line around.
function trap(where) {
  const call = `canary('${where}')`;
  return (
    `"'></title></style></script></textarea>--><x-canary data-canary="${where}"></x-canary><img src=x onerror="${call}">` +
    `<svg onload="${call}"><script>${call}</script></svg><a href="javascript:${call}">${where}</a>` +
    `<iframe srcdoc="<script>parent.${call}</script>"></iframe>{{constructor.constructor("${call}")()}}\u202Egpj.exe\u2066\u200B\u001B[31m`
  );
}

class Reader {
  static #secret = trap("a private field");
  get broken() {
    throw new Error(trap("a getter"));
  }
}
Object.defineProperty(Reader, "name", { value: trap("the name of a class") });

function sayEverything() {
  // A name that nobody sees: the filler of Hangul.
  const ㅤ = trap("a variable without a visible name");
  const odd = {
    [trap("a property's name")]: trap("a property's value"),
    [Symbol(trap("a symbol"))]: 1,
    "__proto__x": { constructor: trap("a constructor"), toString: trap("toString"), then: trap("then") },
    map: new Map([[trap("a key of a map"), new Set([trap("a member of a set")])]]),
    pattern: new RegExp(trap("a pattern").replace(/[()[\]{}\\/*+?|^$]/g, "")),
    error: Object.assign(new RangeError(trap("an error")), { cause: trap("a cause"), name: trap("the name of an error") }),
    made: Object.defineProperty(() => {}, "name", { value: trap("the name of a function") }),
    reader: new Reader(),
    date: new Date(NaN),
    bytes: new TextEncoder().encode(trap("bytes")),
    [Symbol.toStringTag]: trap("a tag"),
  };
  odd.itself = odd;
  console.log(trap("a message"), odd, ㅤ);
  console.log(
    `%c${trap("a styled message")}%s%o`,
    "position:fixed;inset:0;z-index:99999;background:url(javascript:canary('css'));color:expression(canary());content:url(x)",
    trap("an argument"),
    odd,
  );
  console.warn(odd.error);
  console.table([{ [trap("a column")]: trap("a cell") }]);
  console.group(trap("a group"));
  console.info(document.getElementById("odd"), document.querySelector("#odd a"));
  console.groupEnd();
  console.error(trap("an error's message"));
  return odd;
}

function fillDocument() {
  const place = document.getElementById("odd");
  const link = document.createElement("a");
  link.href = "javascript:canary('a link')";
  link.id = trap("an id");
  link.className = trap("a class");
  link.title = trap("a title");
  link.setAttribute("style", `--x: ${trap("a style")}; background: url("javascript:canary('background')")`);
  link.setAttribute("onclick", "canary('a handler')");
  link.textContent = trap("a text");
  const comment = document.createComment(trap("a comment"));
  const script = document.createElement("script");
  script.type = "text/plain";
  script.textContent = trap("a script's text");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("onload", "canary('svg')");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "script"));
  svg.lastChild.textContent = "canary('a script in svg')";
  const image = document.createElement("img");
  image.alt = trap("an alternative");
  image.src = `data:image/svg+xml,${encodeURIComponent("<svg xmlns='http://www.w3.org/2000/svg' onload='canary(2)'><script>canary(3)</script></svg>")}`;
  const frame = document.createElement("iframe");
  frame.srcdoc = "<x-canary data-canary='a frame'></x-canary><script>parent.canary('a frame')</script>";
  const host = document.createElement("x-host");
  host.attachShadow({ mode: "open" }).append(trap("a shadow"));
  place.append(link, comment, script, svg, image, frame, host);
  const listen = Object.defineProperty(() => {}, "name", { value: trap("a listener") });
  link.addEventListener("click", listen);
  link.addEventListener(trap("a kind of event"), listen);
  document.cookie = "odd=<img src=x onerror=canary(4)><x-canary data-canary=cookie>";
  document.title = trap("the title");
}

// As large and as deep as nobody writes it.
function makeHuge() {
  let deep = { end: trap("the bottom") };
  for (let level = 0; level < 3_000; level++) deep = { deeper: deep };
  const wide = {};
  for (let n = 0; n < 3_000; n++) wide[`${n} ${trap("a wide object")}`] = n;
  const long = trap("a long text").repeat(3_000);
  console.log("deep", deep);
  console.log("wide", wide);
  console.log("long", long);
  console.log(...Array.from({ length: 300 }, (_, n) => trap(`argument ${n}`)));
  console.log("many", new Array(100_000).fill(trap("an element")));
  const place = document.getElementById("deep");
  let inner = place;
  for (let level = 0; level < 700; level++) inner = inner.appendChild(document.createElement("div"));
  inner.append(trap("the bottom of the document"));
  place.setAttribute("data-long", long);
  return dive(400);
}

function dive(level) {
  if (level > 0) return dive(level - 1) + 1;
  console.log("at the bottom of the stack");
  return 0;
}

async function askServer() {
  const headers = { "x-odd": "<img src=x onerror=canary(5)><x-canary data-canary=header>", "content-type": "text/html" };
  const path = (status, where) => `/status/${status}/${encodeURIComponent(trap(where))}?${encodeURIComponent(trap("a query"))}`;
  await fetch(path(200, "an address"), { method: "POST", body: trap("a body"), headers });
  await fetch(path(500, "a failed request")).catch(() => {});
  await fetch("pictures.svg");
  await fetch(`data:text/html,${encodeURIComponent(trap("an address of data"))}`);
  await fetch("http://localhost:9/javascript:canary(6)").catch((error) => console.error(trap("a failed fetch"), error));
}

function runOdd() {
  // Scripts whose names and maps are traps.
  const map = {
    version: 3,
    names: [trap("a name of a map")],
    sources: ["javascript:canary('a mapped source')", `${trap("a path")}.ts`, "../../../../etc/passwd", "file:///etc/passwd"],
    sourcesContent: [trap("a mapped text"), trap("another text"), "", ""],
    mappings: "AAAAA",
    file: trap("a file"),
    sourceRoot: "javascript:canary('a root')//",
  };
  const mapped = btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(map))));
  (0, eval)(`globalThis.one = 1;\n//# sourceURL=<svg/onload=canary('a_named_script')>\n`);
  (0, eval)(`globalThis.two = 2;\n//# sourceMappingURL=data:application/json;base64,${mapped}\n`);
  (0, eval)(`/* ${"long ".repeat(100_000)} */ globalThis.three = 3;\n//# sourceMappingURL=javascript:canary('a_map')\n`);
  history.pushState(null, "", `?${encodeURIComponent(trap("an address"))}#${encodeURIComponent(trap("a fragment"))}`);
  history.pushState(null, "", `#<svg/onload=canary('a_bare_fragment')>`);
}

function start() {
  document.getElementById("go").addEventListener("click", async () => {
    sayEverything();
    fillDocument();
    runOdd();
    makeHuge();
    await askServer();
    document.body.dataset.outcome = "done";
    setTimeout(() => {
      throw new TypeError(trap("what nobody caught"));
    });
    Promise.reject(trap("what nobody awaited"));
  });
}
