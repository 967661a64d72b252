// Event handlers in attributes (`onclick="…"`), and `javascript:` links.
//
// Attributes stay as they are. The browser compiles a handler when it first runs; just before that, as the event sets
// out from the window, a recorded function with the same text is made to be the handler.

const composedPath = bind(Event.prototype.composedPath);
const ownerDocument = getter(Node.prototype, 'ownerDocument');
const eventType = getter(Event.prototype, 'type');

// By element: the attribute's text last taken care of, by type.
const handled = new WeakMap();
const handledOf = WeakMap.prototype.get.bind(handled);
const keepHandled = WeakMap.prototype.set.bind(handled);

// The browser's own accessors of handlers, by prototype.
const handlerAccessors = [];
for (const owner of [globalThis.HTMLBodyElement, globalThis.HTMLElement, globalThis.SVGElement, globalThis.MathMLElement]) {
  if (typeof owner !== 'function') continue;
  const accessors = { __proto__: null };
  for (const name of ownKeys(owner.prototype)) {
    if (typeof name !== 'string' || !startsWith(name, 'on')) continue;
    const { get, set } = getOwnPropertyDescriptor(owner.prototype, name);
    if (get !== undefined && set !== undefined) accessors[substring(name, 2)] = { get, set };
  }
  handlerAccessors[handlerAccessors.length] = accessors;
}

function accessorFor(element, type) {
  for (let i = 0; i < handlerAccessors.length; i++) {
    const accessor = handlerAccessors[i][type];
    if (accessor === undefined) continue;
    try {
      return { accessor, handler: apply(accessor.get, element, none) };
    } catch {
      // Another kind of element.
    }
  }
}

function recordHandler(element, type) {
  const body = attribute(element, 'on' + type);
  if (typeof body !== 'string') return;
  let known = handledOf(element);
  if (known === undefined) keepHandled(element, (known = { __proto__: null }));
  if (known[type] === body) return;
  known[type] = body;
  const found = accessorFor(element, type);
  if (found === undefined || typeof found.handler !== 'function') return;
  const source = textOf(found.handler);
  // The page has put a function of its own there.
  if (!startsWith(source, `function on${type}(`) || indexOf(source, `\n${body}\n}`) < 0 || indexOf(source, '_$') >= 0) return;
  const answer = rewritten('handler', urlOfRealm(), `(${source})`);
  if (answer === null) return;
  let recorded;
  try {
    recorded = nativeEval(answer)(ownerDocument(element), element.form || {}, element);
  } catch {
    return;
  }
  defineProperty(recorded, 'name', { value: `on${type}`, writable: false, enumerable: false, configurable: true });
  keepText(recorded, source);
  apply(found.accessor.set, element, [recorded]);
}

function onEvent(event) {
  const type = eventType(event);
  const path = composedPath(event);
  for (let i = 0; i < path.length; i++) {
    const target = path[i];
    if (target === globalThis) {
      const { body } = document;
      if (path.length === 1 && body !== null && hasHandler(body, type)) recordHandler(body, type);
    } else if (hasHandler(target, type)) recordHandler(target, type);
  }
}
const hasAttribute = bind(Element.prototype.hasAttribute);
function hasHandler(target, type) {
  try {
    return hasAttribute(target, 'on' + type);
  } catch {
    return false;
  }
}

{
  // Listening to these has effects of its own.
  const isLeftOut = { __proto__: null, unload: 1, devicemotion: 1, deviceorientation: 1, deviceorientationabsolute: 1, pointerrawupdate: 1 };
  const types = { __proto__: null };
  for (const accessors of handlerAccessors) for (const type in accessors) if (isLeftOut[type] !== 1) types[type] = 1;
  for (const type in types) listen(type, onEvent);
  // A load of an element does not pass the window.
  addListener(document, 'load', onEvent, { capture: true, passive: true });
  for (const owner of [globalThis.HTMLBodyElement, globalThis.HTMLElement, globalThis.SVGElement]) {
    if (typeof owner !== 'function') continue;
    for (const type in types) {
      replaceAccessor(owner.prototype, 'on' + type, 'get', (original, self, args) => {
        if (isObject(self) && hasHandler(self, type)) recordHandler(self, type);
        return apply(original, self, args);
      });
    }
  }
}

// A `javascript:` link that is followed: for the navigation, which is put off to a task of its own, it leads to the rewritten
// code; then it has its own address again.
const SCHEME = 'javascript:';
const trimStart = bind(String.prototype.trimStart);
const decode = decodeURIComponent;
const encode = encodeURIComponent;
const setAttributeTo = bind(Element.prototype.setAttribute);
function linkIn(path) {
  for (let i = 0; i < path.length; i++) {
    const at = path[i];
    let href;
    try {
      const name = nodeName(at);
      if (name !== 'A' && name !== 'AREA') continue;
      href = attribute(at, 'href');
    } catch {
      continue;
    }
    if (typeof href === 'string' && startsWith(toLower(trimStart(href)), SCHEME)) return { link: at, href };
  }
  return null;
}
const toLower = bind(String.prototype.toLowerCase);
// The last listener there is: nobody is left to see the other address.
addListener(globalThis, 'click', (event) => {
  if (event.defaultPrevented) return;
  const found = linkIn(composedPath(event));
  if (found === null) return;
  const { link, href } = found;
  let source;
  try {
    source = decode(substring(trimStart(href), SCHEME.length));
  } catch {
    return;
  }
  const answer = rewritten('eval-alone', urlOfRealm(), source);
  if (answer === null) return;
  const given = SCHEME + encode(answer);
  setAttributeTo(link, 'href', given);
  later(() => {
    if (attribute(link, 'href') === given) setAttributeTo(link, 'href', href);
  }, 0);
});
