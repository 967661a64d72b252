// Listeners as they are added and removed, which event is being dispatched when one of them is entered, and notes that
// the program makes for tools.
//
// The program's listeners are not wrapped. A listener of ours runs before them and notes the event; when the program is
// entered with an empty stack while that event is on its way, it is a handler that is entered. Promise jobs run
// between handlers too: a microtask of ours that goes round with them tells when.

const addListener = bind(EventTarget.prototype.addEventListener);
const eventPhase = getter(Event.prototype, 'eventPhase');
const eventTarget = getter(Event.prototype, 'target');
const eventType = getter(Event.prototype, 'type');
const ownerDocument = getter(Node.prototype, 'ownerDocument');
const viewOf = getter(Document.prototype, 'defaultView');
const enqueue = queueMicrotask.bind(globalThis);
const isBelow = bind(Object.prototype.isPrototypeOf);

// The protocol's names, by type of event.
const EVENT_NAMES = { __proto__: null };
{
  const groups = {
    'event.clipboard.': 'copy cut paste beforecopy beforecut beforepaste',
    'event.control.': 'resize scroll zoom focus blur select change submit reset',
    'event.dom-mutation.': 'DOMActivate DOMFocusIn DOMFocusOut DOMAttrModified DOMCharacterDataModified DOMNodeInserted DOMNodeInsertedIntoDocument DOMNodeRemoved DOMNodeRemovedIntoDocument DOMSubtreeModified DOMContentLoaded',
    'event.device.': 'deviceorientation devicemotion',
    'event.drag-and-drop.': 'drag dragstart dragend dragenter dragover dragleave drop',
    'event.keyboard.': 'beforeinput input keydown keyup keypress',
    'event.load.': 'load abort error hashchange popstate beforeunload unload',
    'event.mouse.': 'auxclick click dblclick mousedown mouseup mouseover mousemove mouseout mouseenter mouseleave mousewheel wheel contextmenu',
    'event.pointer.': 'pointerover pointerout pointerenter pointerleave pointerdown pointerup pointermove pointercancel gotpointercapture lostpointercapture pointerrawupdate',
    'event.touch.': 'touchstart touchmove touchend touchcancel',
    'event.': 'message messageerror',
    'event.media.': 'play pause playing canplay canplaythrough seeking seeked timeupdate ended ratechange durationchange volumechange loadstart progress suspend emptied stalled loadedmetadata loadeddata waiting',
  };
  for (const prefix in groups) {
    const types = groups[prefix].split(' ');
    for (let i = 0; i < types.length; i++) EVENT_NAMES[types[i]] = prefix + types[i];
  }
}
const XHR_TYPES = { __proto__: null, readystatechange: 1, load: 1, loadstart: 1, loadend: 1, abort: 1, error: 1, progress: 1, timeout: 1 };
// These fire at elements outside of any document too.
const RESOURCE_TYPES = { __proto__: null, load: 1, error: 1, abort: 1, loadedmetadata: 1, loadeddata: 1, canplay: 1, ended: 1, play: 1, pause: 1, timeupdate: 1 };

function eventName(type, target) {
  if (isObject(target)) {
    if (XHR_TYPES[type] === 1 && isBelow(XMLHttpRequestEventTarget.prototype, target)) return 'event.xhr.' + type;
    if (isBelow(WebSocket.prototype, target)) return 'event.websocket.' + type;
    if ((type === 'error' || type === 'abort') && isBelow(HTMLMediaElement.prototype, target)) return 'event.media.' + type;
  }
  const name = EVENT_NAMES[type];
  return name !== undefined ? name : 'event.other.' + substring(type, 0, 100);
}

// What is being dispatched, '' for nothing; the event if it is one; whether a row says so already.
let current = '';
let currentEvent = null;
let isTold = false;
// What the last row said.
let told = '';
// Above 0 while promise jobs run after a handler: so often may the microtask go round with nothing else entered.
let nRounds = 0;
const MAX_IDLE_ROUNDS = 4;

function goRound() {
  if (nRounds === 0) nRounds = MAX_IDLE_ROUNDS + 1;
  if (--nRounds > 0) enqueue(goRound);
}

// The program is entered with an empty stack.
function arrived() {
  if (secrets.length > 0) writeSecrets();
  if (current === '') {
    if (told !== '') tell('');
    return;
  }
  const isOver = currentEvent !== null && eventPhase(currentEvent) === 0;
  if (isOver || nRounds > 0) {
    if (isOver) current = '', currentEvent = null;
    else nRounds = MAX_IDLE_ROUNDS;
    if (told !== '') tell('');
    isTold = false;
    return;
  }
  if (!isTold) tell(current);
  isTold = true;
  if (currentEvent !== null) enqueue(goRound);
}

function tell(name) {
  told = name;
  byte(0xb4);
  string(name);
}

function begin(name, event) {
  current = name;
  currentEvent = event;
  isTold = false;
}

function onDispatch(event) {
  // Handlers of an event that the program makes have its frame below them.
  if (depth > 0 || event === currentEvent) return;
  begin(eventName(eventType(event), eventTarget(event)), event);
}

// Which types of events are waited for at a target.
const expected = new WeakMap();
const expectedAt = WeakMap.prototype.get.bind(expected);
const keepExpected = WeakMap.prototype.set.bind(expected);
const FIRST = { capture: true, passive: true };

function waitAt(target, type) {
  if (target === null) return;
  let types = expectedAt(target);
  if (types === undefined) keepExpected(target, (types = { __proto__: null }));
  if (types[type] === true) return;
  types[type] = true;
  addListener(target, type, onDispatch, FIRST);
}

function isNodeObject(o) {
  try {
    nodeType(o);
    return true;
  } catch {
    return false;
  }
}

// The program is about to have a listener: ours has to come before it.
function expectEvent(target, type) {
  if (!isNodeObject(target)) return waitAt(target, type);
  const owner = nodeType(target) === 9 ? target : ownerDocument(target);
  waitAt(viewOf(owner), type);
  // A load event passes its window by.
  if (type === 'load') waitAt(owner, type);
  const root = getRootNode(target);
  if (root === owner) return;
  if (shadowHost(root) !== null) waitAt(root, type);
  else if (RESOURCE_TYPES[type] === 1) waitAt(target, type);
}

// Listeners by target: those that are there, by type, phase and function.
const listeners = new WeakMap();
const listenersAt = WeakMap.prototype.get.bind(listeners);
const keepListeners = WeakMap.prototype.set.bind(listeners);

function noteListener(target, type, handler, isCapture, isAdded) {
  const id = mention(handler);
  let known = listenersAt(target);
  if (known === undefined) {
    if (!isAdded) return;
    keepListeners(target, (known = { __proto__: null }));
  }
  const name = `${type} ${isCapture} ${id}`;
  if ((known[name] === true) === isAdded) return;
  known[name] = isAdded;
  tick();
  byte(0xb3);
  byte((isAdded ? 1 : 0) | (isCapture ? 2 : 0));
  varint(isNodeObject(target) ? nodeId(target) : mention(target));
  varint(id);
  string(type);
  done();
}

// An option, if it can be had without running any of the program's code.
function option(options, name) {
  if (!isObject(options) || isProxy(options)) return undefined;
  const d = getOwnPropertyDescriptor(options, name);
  return d === undefined ? undefined : d.value;
}

function hookListeners(view) {
  const isListener = (self, args) => isObject(self) && typeof args[0] === 'string' && isObject(args[1]);
  const isCapture = (options) => options === true || !!option(options, 'capture');
  replace(view.EventTarget.prototype, 'addEventListener', (original, self, args) => {
    const target = self === undefined ? view : self;
    if (!isListener(target, args)) return apply(original, self, args);
    const [type, handler, options] = args;
    try {
      expectEvent(target, type);
    } catch {
      // It is no event target: the browser will say so.
    }
    const result = apply(original, self, args);
    const capture = isCapture(options);
    noteListener(target, type, handler, capture, true);
    const remove = () => noteListener(target, type, handler, capture, false);
    if (option(options, 'once') === true) addListener(target, type, remove, { capture, once: true, passive: true });
    const signal = option(options, 'signal');
    if (isObject(signal)) addListener(signal, 'abort', remove, { once: true });
    return result;
  });
  replace(view.EventTarget.prototype, 'removeEventListener', (original, self, args) => {
    const target = self === undefined ? view : self;
    if (isListener(target, args)) noteListener(target, args[0], args[1], isCapture(args[2]), false);
    return apply(original, self, args);
  });
  const owners = [
    'HTMLElement', 'SVGElement', 'MathMLElement', 'HTMLBodyElement', 'HTMLFrameSetElement', 'HTMLMediaElement', 'Document',
    'ShadowRoot', 'XMLHttpRequestEventTarget', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'Worker', 'SharedWorker', 'MessagePort',
    'BroadcastChannel', 'FileReader', 'AbortSignal', 'MediaQueryList', 'Notification', 'Animation', 'VisualViewport',
    'IDBRequest', 'IDBOpenDBRequest', 'IDBTransaction', 'IDBDatabase', 'RTCPeerConnection', 'RTCDataChannel', 'MediaRecorder',
    'MediaStream', 'MediaStreamTrack', 'SourceBuffer', 'MediaSource', 'ServiceWorker', 'ServiceWorkerContainer', 'Performance',
  ];
  hookHandlers(view, (self) => (self === undefined ? view : self));
  for (let i = 0; i < owners.length; i++) {
    const owner = view[owners[i]];
    // Some handlers of the body are its window's.
    const isBody = owners[i] === 'HTMLBodyElement' || owners[i] === 'HTMLFrameSetElement';
    if (typeof owner === 'function') hookHandlers(owner.prototype, (self) => (isBody ? viewOf(ownerDocument(self)) : self));
  }
}

// `target.onclick = …`
const handlers = new WeakMap();
const handlersAt = WeakMap.prototype.get.bind(handlers);
const keepHandlers = WeakMap.prototype.set.bind(handlers);
function hookHandlers(owner, targetOf) {
  const names = ownKeys(owner);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (typeof name !== 'string' || name.charCodeAt(0) !== 111 || name.charCodeAt(1) !== 110) continue;
    const d = getOwnPropertyDescriptor(owner, name);
    if (d.set === undefined || !d.configurable) continue;
    const original = d.set;
    const type = substring(name, 2);
    const { set } = getOwnPropertyDescriptor({ set [name](v) {
      const target = targetOf(this);
      if (isObject(target) && isObject(v)) {
        try {
          expectEvent(target, type);
        } catch {
          // As above.
        }
      }
      apply(original, this, [v]);
      if (!isObject(target)) return;
      let known = handlersAt(target);
      if (known === undefined) keepHandlers(target, (known = { __proto__: null }));
      const old = known[type];
      if (old !== undefined) noteListener(target, type, old, false, false);
      known[type] = isObject(v) ? v : undefined;
      if (isObject(v)) noteListener(target, type, v, false, true);
    } }, name);
    keepOriginal(set, original);
    defineProperty(owner, name, { __proto__: null, ...d, set });
  }
}

function hookTimers(view) {
  const named = (call, name) => {
    replace(view, call, (original, self, args) => {
      const callback = args[0];
      if (typeof callback === 'function') {
        args[0] = function (...passed) {
          begin(name, null);
          try {
            return apply(callback, this, passed);
          } finally {
            current = '';
          }
        };
      }
      return apply(original, self, args);
    });
  };
  named('setTimeout', 'timer.timeout.fire');
  named('setInterval', 'timer.interval.fire');
  named('requestAnimationFrame', 'animationframe.fire');
  named('requestIdleCallback', 'idlecallback.fire');
}

// Notes for tools, at the point where they are made.
const stringify = JSON.stringify;
function annotate(kind, contents) {
  let note;
  try {
    note = typeof contents === 'string' ? contents : stringify(contents);
    kind = String_(kind);
  } catch {
    return;
  }
  if (settle !== null) settle();
  tick();
  byte(0xb5);
  string(kind);
  string(note === undefined ? '' : note);
  done();
}

function hookTools(view) {
  defineProperty(view, '__RECORD_REPLAY_ANNOTATION_HOOK__', { value: annotate, writable: true, configurable: true });
}
