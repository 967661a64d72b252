// The page around the program: input and navigation. Run in every document that shares the log.

// Only the page's own address is told, not those of its frames.
function navigation(kind) {
  if (!isMain) return;
  tick();
  byte(0x9e);
  text(kind);
  text(location.href);
  noteUrl();
}

function mouse(kind, event) {
  tick();
  byte(0x9c);
  byte(kind);
  byte(event.isTrusted ? 0 : 1);
  let x = +event.clientX, y = +event.clientY;
  // In a frame they count from its corner.
  for (let at = globalThis; at !== at.parent; at = at.parent) {
    const frame = frameElementOf(at);
    if (frame === null) break;
    const box = boxOf(frame);
    x += box.left;
    y += box.top;
  }
  number(x);
  number(y);
}
const boxOf = bind(Element.prototype.getBoundingClientRect);
function frameElementOf(window) {
  try {
    return window.frameElement;
  } catch {
    return null;
  }
}

const MOUSE_INTERVAL_MS = 1000 / 60;
let lastMove = -Infinity;
listen('mousemove', (event) => {
  const time = now();
  if (time - lastMove < MOUSE_INTERVAL_MS - 1) return;
  lastMove = time;
  mouse(0, event);
});
listen('mousedown', (event) => mouse(1, event));
['keydown', 'keyup', 'keypress'].forEach((type, kind) => {
  listen(type, (event) => {
    tick();
    byte(0x9d);
    byte(kind);
    byte(event.isTrusted ? 0 : 1);
    text(keyOf(event));
  });
});

listen('popstate', () => navigation('popstate'));
listen('hashchange', () => navigation('hashchange'));
for (const method of ['pushState', 'replaceState']) {
  replace(History.prototype, method, (original, self, args) => {
    const result = apply(original, self, args);
    navigation(method);
    return result;
  });
}
