// The documents: all nodes when a document begins, then what changed at the end of each task.
//
// Mutation records describe the past, so they only say where to look: nodes that came or went are taken out of the
// recorded tree and put in again as they stand now. Nodes share their numbers with the program's objects.

const parentNode = getter(Node.prototype, 'parentNode');
const lastChild = getter(Node.prototype, 'lastChild');
const previousSibling = getter(Node.prototype, 'previousSibling');
const nextSibling = getter(Node.prototype, 'nextSibling');
const namespaceOf = getter(Element.prototype, 'namespaceURI');
const attributeNode = bind(Element.prototype.getAttributeNodeNS);
const shadowRootOf = getter(Element.prototype, 'shadowRoot');
const hostOf = getter(ShadowRoot.prototype, 'host');
const contentOf = getter(HTMLIFrameElement.prototype, 'contentDocument');
const contentOfFrame = getter(HTMLFrameElement.prototype, 'contentDocument');
const urlOf = getter(Document.prototype, 'URL');
const closest = bind(Element.prototype.closest);
const selectAll = bind(Document.prototype.querySelectorAll);
const HTML = 'http://www.w3.org/1999/xhtml';

const CHILD = 0, SHADOW_ROOT = 1, CONTENT_DOCUMENT = 2;
const INSERT = 1, REMOVE = 2, ATTRIBUTE = 3, VALUE = 4, URL_OF = 5;

// Of the recorded tree, by object number: whether a node is in it (IN), came or went since (TOUCHED), and its parent.
const IN = 1, TOUCHED = 2;
let state = new Uint8Array(1 << 14);
let upper = new Uint32Array(1 << 14);
const NEVER = 0xffffffff;

function nodeId(node) {
  let id = idOf(node);
  if (id === 0) {
    id = giveId(node);
    // What a node is as an object is written once the program mentions it.
    kinds[id] = NODE;
    writtenAt[id] = NEVER;
  }
  if (id >= state.length) {
    const oldState = state, oldUpper = upper;
    state = new Uint8Array(kinds.length);
    setBytes(state, oldState);
    upper = new Uint32Array(kinds.length);
    apply(setWords, upper, [oldUpper]);
  }
  return id;
}

function isIn(node) {
  const id = idOf(node);
  return id !== 0 && id < state.length && (state[id] & IN) !== 0;
}

// Shadow roots that no page can ask for.
const closedRoots = new WeakMap();
const closedRootOf = WeakMap.prototype.get.bind(closedRoots);
const keepClosedRoot = WeakMap.prototype.set.bind(closedRoots);
// Roots that are or were in the tree.
let shadowRoots = [];
// Hosts that have got a root since the last look.
let newHosts = [];

function shadowOf(element) {
  return shadowRootOf(element) || closedRootOf(element) || null;
}

function framedBy(element, name) {
  if (name !== 'IFRAME' && name !== 'FRAME' || namespaceOf(element) !== HTML) return null;
  try {
    return name === 'IFRAME' ? contentOf(element) : contentOfFrame(element);
  } catch {
    return null;
  }
}
// Frame elements that are in the tree: their documents change without a record.
let frames = [];

const OBSERVED = { childList: true, attributes: true, characterData: true, subtree: true };
const observer = new MutationObserver((records) => writeChanges(records));
const observe = bind(MutationObserver.prototype.observe);
const takeRecords = bind(MutationObserver.prototype.takeRecords);

// What is not to be recorded: `--mask`.
const maskSelector = typeof config.mask === 'string' && config.mask !== '' ? config.mask : null;

function isMasked(node) {
  for (let at = node; maskSelector !== null && at !== null; ) {
    const type = nodeType(at);
    if (type === 1) {
      if (closest(at, maskSelector) !== null) return true;
      at = rootOf(at);
    } else at = type === 11 ? shadowHost(at) : parentNode(at);
  }
  return false;
}
const getRootNode = bind(Node.prototype.getRootNode);
function rootOf(node) {
  const root = getRootNode(node);
  return root === node || nodeType(root) !== 11 ? null : root;
}
function shadowHost(root) {
  try {
    return hostOf(root);
  } catch {
    return null;
  }
}

const replaceText = bind(String.prototype.replace);
const SOLID = /\S/gu;
const dots = (s) => replaceText(s, SOLID, '•');
// Attributes that tell nothing of what they stand at.
const PLAIN_ATTRIBUTES = { __proto__: null, id: 1, class: 1, style: 1, type: 1, name: 1, role: 1, for: 1, disabled: 1, checked: 1, hidden: 1, tabindex: 1 };

// An attribute's value as it may be written.
function attributeText(element, name, v, hidden) {
  if (hidden && PLAIN_ATTRIBUTES[name] !== 1) return dots(v);
  if (name === 'value' && isPasswordField(element)) {
    noteSecret(v);
    return dots(v);
  }
  return v;
}

function writeNode(node, id, hidden) {
  makeRoom(0);
  varint(id);
  const type = nodeType(node);
  byte(type);
  string(nodeName(node));
  if (type !== 1) {
    const content = nodeValue(node);
    if (typeof content !== 'string') return byte(0);
    byte(1);
    return string(hidden ? dots(content) : content);
  }
  const namespace = namespaceOf(node);
  if (namespace === HTML) byte(0);
  else {
    byte(1);
    string(namespace === null ? '' : namespace);
  }
  const names = attributeNames(node);
  varint(names.length);
  for (let i = 0; i < names.length; i++) {
    makeRoom(0);
    const name = names[i];
    const v = attribute(node, name);
    string(name);
    string(typeof v === 'string' ? attributeText(node, name, v, hidden) : '');
    if (name.length > 2 && name.charCodeAt(0) === 111 && name.charCodeAt(1) === 110) expectEvent(node, substring(name, 2));
  }
}

// A node with all below it, in document order; each ends with a 0 after its children.
function writeTree(root, relation, parent) {
  const todo = [root], relations = [relation], parents = [parent], masked = [isMasked(root)];
  let n = 1;
  function plan(below, how, above, isHidden) {
    todo[n] = below;
    relations[n] = how;
    parents[n] = above;
    masked[n++] = isHidden;
  }
  while (n > 0) {
    const node = todo[--n];
    if (node === null) {
      byte(0);
      continue;
    }
    const id = nodeId(node);
    const isElement = nodeType(node) === 1;
    const hidden = masked[n] || (maskSelector !== null && isElement && closest(node, maskSelector) !== null);
    byte(1 + relations[n]);
    state[id] = IN;
    upper[id] = parents[n];
    writeNode(node, id, hidden);
    todo[n++] = null;
    for (let child = lastChild(node); child !== null; child = previousSibling(child)) plan(child, CHILD, id, hidden);
    if (!isElement) continue;
    const shadow = shadowOf(node);
    if (shadow !== null) {
      shadowRoots[shadowRoots.length] = shadow;
      observe(observer, shadow, OBSERVED);
      plan(shadow, SHADOW_ROOT, id, hidden);
    }
    const name = nodeName(node);
    if (name !== 'IFRAME' && name !== 'FRAME') continue;
    frames[frames.length] = node;
    const content = framedBy(node, name);
    if (content === null) continue;
    keepContent(node, content);
    observe(observer, content, OBSERVED);
    plan(content, CONTENT_DOCUMENT, id, hidden);
  }
}

// Whether a record of changes has been begun.
let isChanging = false;
function change(code) {
  if (!isChanging) {
    isChanging = true;
    tick();
    byte(0xb1);
  }
  makeRoom(0);
  byte(code);
}

// Writes what changed since the last time.
function flushDom() {
  if (isChanging) return;
  const records = takeRecords(observer);
  if (records.length > 0 || newHosts.length > 0 || frames.length > 0) writeChanges(records);
}

function writeChanges(records) {
  const touched = [];
  const hasMany = records.length > 1;
  const written = { __proto__: null };
  for (let i = 0; i < records.length; i++) {
    const record = records[i];
    if (record.type === 'childList') {
      touch(record.removedNodes, touched);
      touch(record.addedNodes, touched);
    }
  }
  for (let i = 0; i < records.length; i++) {
    const record = records[i];
    if (record.type === 'childList') continue;
    const { target } = record;
    if (!isIn(target)) continue;
    const id = idOf(target);
    if ((state[id] & TOUCHED) !== 0) continue;
    const name = record.type === 'attributes' ? qualified(record) : '';
    if (hasMany) {
      const which = id + name;
      if (written[which] === true) continue;
      written[which] = true;
    }
    if (name === '') writeValue(target, id);
    else writeAttribute(target, id, name);
  }
  removeAll(touched);
  for (let i = 0; i < touched.length; i++) {
    const node = touched[i];
    if (isIn(node)) continue;
    const parent = parentNode(node);
    if (parent !== null && isIn(parent)) insertRun(node, idOf(parent));
  }
  if (newHosts.length > 0) insertShadowRoots();
  if (frames.length > 0) checkFrames();
  if (isChanging) {
    byte(0);
    isChanging = false;
    if (secrets.length > 0) writeSecrets();
    noteChange();
    done();
  }
}

const PREFIXES = {
  __proto__: null, 'http://www.w3.org/1999/xlink': 'xlink:', 'http://www.w3.org/XML/1998/namespace': 'xml:',
};
function qualified(record) {
  const { attributeName, attributeNamespace } = record;
  if (attributeNamespace === null) return attributeName;
  const found = attributeNode(record.target, attributeNamespace, attributeName);
  if (found !== null) return found.name;
  // It is gone: pages use these prefixes.
  const prefix = PREFIXES[attributeNamespace];
  return prefix === undefined ? attributeName : prefix + attributeName;
}

function writeAttribute(element, id, name) {
  const v = attribute(element, name);
  change(ATTRIBUTE);
  varint(id);
  string(name);
  if (typeof v !== 'string') return byte(0);
  byte(1);
  string(attributeText(element, name, v, isMasked(element)));
  if (startsWith(name, 'on')) expectEvent(element, substring(name, 2));
}

function writeValue(node, id) {
  const content = nodeValue(node);
  if (typeof content !== 'string') return;
  change(VALUE);
  varint(id);
  string(isMasked(node) ? dots(content) : content);
}

// Notes nodes that came or went, once each.
function touch(nodes, touched) {
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    const id = nodeId(node);
    if ((state[id] & TOUCHED) !== 0) continue;
    state[id] |= TOUCHED;
    touched[touched.length] = node;
  }
}

function removeAll(touched) {
  for (let i = 0; i < touched.length; i++) {
    const id = idOf(touched[i]);
    if ((state[id] & IN) === 0) continue;
    // What stands below another that goes, goes with it.
    let above = upper[id];
    while (above !== 0 && (state[above] & TOUCHED) === 0) above = upper[above];
    if (above === 0 || (state[above] & IN) === 0) {
      change(REMOVE);
      varint(id);
    }
  }
  for (let i = 0; i < touched.length; i++) forget(touched[i]);
}

// Takes a node and all that is now below it out of the tree.
function forget(root) {
  const todo = [root];
  for (let n = 1; n > 0; ) {
    const node = todo[--n];
    const id = idOf(node);
    // What never was in the tree has nothing below it that is, but for nodes that were moved there: those are touched.
    if (id === 0 || id >= state.length || state[id] === 0) continue;
    const wasIn = (state[id] & IN) !== 0;
    state[id] = 0;
    upper[id] = 0;
    if (!wasIn) continue;
    for (let child = lastChild(node); child !== null; child = previousSibling(child)) todo[n++] = child;
    if (nodeType(node) !== 1) continue;
    const shadow = shadowOf(node);
    if (shadow !== null) todo[n++] = shadow;
    const name = nodeName(node);
    if (name === 'IFRAME' || name === 'FRAME') forgetFrame(node);
  }
}

// Puts a node in, and those after it that are not in yet.
function insertRun(first, parent) {
  const run = [];
  let next = first;
  for (; next !== null && !isIn(next); next = nextSibling(next)) run[run.length] = next;
  let before = next === null ? 0 : idOf(next);
  for (let i = run.length - 1; i >= 0; i--) {
    change(INSERT);
    varint(parent);
    varint(before);
    writeTree(run[i], CHILD, parent);
    before = idOf(run[i]);
  }
}

function insertShadowRoots() {
  const hosts = newHosts;
  newHosts = [];
  for (let i = 0; i < hosts.length; i++) {
    const root = isIn(hosts[i]) ? shadowOf(hosts[i]) : null;
    if (root === null || isIn(root)) continue;
    shadowRoots[shadowRoots.length] = root;
    observe(observer, root, OBSERVED);
    insertRoot(root, SHADOW_ROOT, idOf(hosts[i]));
  }
}

function insertRoot(root, relation, parent) {
  change(INSERT);
  varint(parent);
  varint(0);
  writeTree(root, relation, parent);
}

// Documents by the frame elements whose content they were last.
const contents = new WeakMap();
const lastContent = WeakMap.prototype.get.bind(contents);
const keepContent = WeakMap.prototype.set.bind(contents);
function forgetFrame(element) {
  const content = lastContent(element);
  if (content === undefined || content === null) return;
  keepContent(element, null);
  forget(content);
}

function checkFrames() {
  const all = frames;
  frames = [];
  for (let i = 0; i < all.length; i++) {
    const element = all[i];
    if (!isIn(element) || hasItem(frames, element)) continue;
    frames[frames.length] = element;
    const content = framedBy(element, nodeName(element));
    const old = lastContent(element) || null;
    if (content === old) continue;
    if (old !== null && isIn(old)) {
      change(REMOVE);
      varint(idOf(old));
      forget(old);
    }
    keepContent(element, content);
    if (content === null || isIn(content)) continue;
    observe(observer, content, OBSERVED);
    insertRoot(content, CONTENT_DOCUMENT, idOf(element));
  }
}
const hasItem = (items, item) => placeOf(items, item) >= 0;

// The document has another URL.
let lastUrl = '';
noteUrl = function () {
  const url = urlOf(document);
  if (url === lastUrl) return;
  lastUrl = url;
  flushDom();
  if (!isIn(document)) return;
  change(URL_OF);
  varint(idOf(document));
  string(url);
  byte(0);
  isChanging = false;
  done();
};

function hookShadowRoots(view) {
  replace(view.Element.prototype, 'attachShadow', (original, self, args) => {
    const root = apply(original, self, args);
    if (root.mode === 'closed') keepClosedRoot(self, root);
    newHosts[newHosts.length] = self;
    return root;
  });
}

// Roots that the parser made bring no record either.
function lookForShadowRoots() {
  const all = selectAll(document, '*');
  for (let i = 0; i < all.length; i++) {
    const root = shadowRootOf(all[i]);
    if (root !== null && !isIn(root)) newHosts[newHosts.length] = all[i];
  }
  flushDom();
}

// What has to be done in each window whose log this is, before any code of the page runs in it.
hookWindow = function (view) {
  arrive = arrived;
  hookShadowRoots(view);
  hookListeners(view);
  hookTimers(view);
  hookRequests(view);
  hookTools(view);
  hookFields(view);
  if (settle !== null) hookSheets(view);
};

startDom = function () {
  lastUrl = urlOf(document);
  tick();
  byte(0xb0);
  string(lastUrl);
  observe(observer, document, OBSERVED);
  writeTree(document, CHILD, 0);
  if (secrets.length > 0) writeSecrets();
  done();
  settle = flushDom;
  hookWindow(globalThis);
  addListener(globalThis, 'DOMContentLoaded', lookForShadowRoots, FIRST);
};
