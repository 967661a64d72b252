// Where elements stand and how they look, read after paints, and the style sheets.
//
// Reading is slow (a computed style has hundreds of properties), so it goes in slices: each takes a few milliseconds, and
// the page gets nineteen times as long before the next. Elements that are alike in name, class, own style, their parent's
// style and the properties that styles mostly differ in share one full reading. Long, with the style sheets, which are read
// at the start of each sweep.

const SLICE_MS = 12;
const REST = 19;
const MIN_WAIT_MS = 50;
const MIN_BETWEEN_SWEEPS_MS = 250;
const MAX_LAID_OUT = 20000;

const nativeTimeout = setTimeout.bind(globalThis);
const nextFrame = requestAnimationFrame.bind(globalThis);
const styleOf = getComputedStyle.bind(globalThis);
const valueOf = bind(CSSStyleDeclaration.prototype.getPropertyValue);
const priorityOf = bind(CSSStyleDeclaration.prototype.getPropertyPriority);
const lengthOfStyle = getter(CSSStyleDeclaration.prototype, 'length');
const rectOf = bind(Element.prototype.getBoundingClientRect);
const rectsOf = bind(Element.prototype.getClientRects);
const firstElement = bind(getOwnPropertyDescriptor(Document.prototype, 'documentElement').get);
const lastElement = getter(Element.prototype, 'lastElementChild');
const lastElementOf = getter(DocumentFragment.prototype, 'lastElementChild');
const previousElement = getter(Element.prototype, 'previousElementSibling');
const assigned = bind(HTMLSlotElement.prototype.assignedElements);
const clientLeft = getter(Element.prototype, 'clientLeft');
const clientTop = getter(Element.prototype, 'clientTop');
const animationsOf = bind(Document.prototype.getAnimations);
const byTag = bind(Document.prototype.getElementsByTagName);
const media = matchMedia.bind(globalThis);
const supports = CSS.supports.bind(CSS);
const afterPaint = new MessageChannel();
const postPort = bind(MessagePort.prototype.postMessage);

// Styles mostly differ in these. The edges come first.
const TELLING = [
  'margin-top', 'margin-right', 'margin-bottom', 'margin-left', 'border-top-width', 'border-right-width', 'border-bottom-width',
  'border-left-width', 'padding-top', 'padding-right', 'padding-bottom', 'padding-left', 'display', 'position', 'z-index', 'overflow-x',
  'overflow-y', 'opacity', 'transform', 'filter', 'visibility', 'float', 'color', 'background-color', 'background-image',
  'border-top-color', 'border-bottom-color', 'border-top-left-radius', 'font-size', 'font-weight', 'font-family', 'font-style',
  'line-height', 'text-align', 'text-decoration-line', 'white-space-collapse', 'cursor', 'pointer-events', 'box-shadow',
  'flex-grow', 'justify-content', 'outline-style', 'isolation', 'mix-blend-mode', 'will-change',
];
const DISPLAY = 12, POSITION = 13, Z_INDEX = 14, OVERFLOW_X = 15, OVERFLOW_Y = 16, OPACITY = 17, TRANSFORM = 18, FILTER = 19,
  ISOLATION = 42, BLEND = 43, WILL_CHANGE = 44;
// What follows from where an element stands; all but the first only if it is positioned.
const N_SIZES = 6;
const GEOMETRY = [
  'width', 'height', 'inline-size', 'block-size', 'transform-origin', 'perspective-origin', 'top', 'right', 'bottom', 'left',
  'inset-block-start', 'inset-block-end', 'inset-inline-start', 'inset-inline-end',
];

function placeOf(items, item) {
  for (let i = 0; i < items.length; i++) if (items[i] === item) return i;
  return -1;
}

// Styles by what tells them, and what each holds.
const styleNumbers = new Map();
const styleNumber = Map.prototype.get.bind(styleNumbers);
const keepStyleNumber = Map.prototype.set.bind(styleNumbers);
const styleValues = [];
let nStyles = 0;
let propertyNames = null;
const lastOfTag = { __proto__: null };
const MAX_STYLES = 50000;

// What was last written of each element that is laid out, by number, and in which sweep it was seen.
let laidOut = new Map();
const seenAs = (id) => getItem(laidOut, id);
const getItem = bind(Map.prototype.get), setItem = bind(Map.prototype.set), deleteItem = bind(Map.prototype.delete);
const eachItem = bind(Map.prototype.forEach);

let isLayoutDirty = false;
let isAwaited = false;
let sweep = null;
let nSweeps = 0;
let sweptAt = -1e9;
let nextSliceAt = 0;
let isTooLarge = false;
let lastOrder = '';
let isLaying = false;

function noteChange() {
  isLayoutDirty = true;
  if (!isAwaited && !isTooLarge && settle !== null) awaitPaint();
}

function awaitPaint() {
  isAwaited = true;
  const earliest = sweep === null ? Math_max(nextSliceAt, sweptAt + MIN_BETWEEN_SWEEPS_MS) : nextSliceAt;
  nativeTimeout(() => nextFrame(() => postPort(afterPaint.port2, 0)), Math_max(0, earliest - now()));
}

function lay(code) {
  if (!isLaying) {
    isLaying = true;
    tick();
    byte(0xb7);
    const view = globalThis;
    distance(view.innerWidth);
    distance(view.innerHeight);
    distance(view.scrollX);
    distance(view.scrollY);
  }
  makeRoom(0);
  byte(code);
}
const ELEMENT = 1, GONE = 2, ORDER = 3, STYLE = 4;

// In 64ths of a pixel, as the browser lays out.
function distance(px) {
  const n = Math_round(px * 64);
  zigzag(n > 0x3fffffff ? 0x3fffffff : n < -0x3fffffff ? -0x3fffffff : n | 0);
}

function slice() {
  isAwaited = false;
  const begun = now();
  try {
    flushDom();
    if (sweep === null) beginSweep();
    if (sweep !== null) {
      const until = begun + SLICE_MS;
      while (sweep.todo.length > 0 && now() < until) {
        const item = sweep.todo[sweep.todo.length - 1];
        sweep.todo.length--;
        layOut(item);
      }
      if (sweep.todo.length === 0) endSweep();
    }
  } finally {
    if (isLaying) {
      isLaying = false;
      byte(0);
      done();
    }
  }
  const spent = now() - begun;
  nextSliceAt = now() + Math_max(MIN_WAIT_MS, spent * REST);
  if (sweep !== null || (isLayoutDirty && !isTooLarge)) awaitPaint();
}

function beginSweep() {
  isLayoutDirty = false;
  sweptAt = now();
  if (byTag(document, '*').length > MAX_LAID_OUT) {
    isTooLarge = true;
    byte(0xb9);
    return done();
  }
  writeSheets();
  const root = firstElement(document);
  if (root === null) return;
  nSweeps++;
  const nowhere = { x: 0, y: 0, clip: null, fixedClip: null };
  const context = { z: 0, flow: [], layers: [] };
  sweep = { todo: [{ element: root, frame: nowhere, clip: null, positionedClip: null, above: -1, context, group: context, isRoot: true }], root: context };
}

function endSweep() {
  const gone = [];
  eachItem(laidOut, (entry, id) => {
    if (entry.sweep !== nSweeps) gone[gone.length] = id;
  });
  for (let i = 0; i < gone.length; i++) {
    deleteItem(laidOut, gone[i]);
    lay(GONE);
    varint(gone[i]);
  }
  const order = [];
  paint(sweep.root, order);
  const text = '' + order;
  if (text !== lastOrder) {
    lastOrder = text;
    lay(ORDER);
    varint(order.length);
    // The topmost first.
    for (let i = order.length - 1; i >= 0; i--) {
      makeRoom(0);
      varint(order[i]);
    }
  }
  sweep = null;
  if (animationsOf(document).length > 0) isLayoutDirty = true;
}

// Appends the elements of a stacking context, the lowest first.
function paint(context, order) {
  const { layers, flow } = context;
  // By z-index; what is equal keeps its order. There are few.
  for (let i = 1; i < layers.length; i++) {
    const layer = layers[i];
    let j = i;
    for (; j > 0 && layers[j - 1].z > layer.z; j--) layers[j] = layers[j - 1];
    layers[j] = layer;
  }
  let i = 0;
  if (flow.length > 0) order[order.length] = flow[0];
  for (; i < layers.length && layers[i].z < 0; i++) paint(layers[i], order);
  for (let k = 1; k < flow.length; k++) order[order.length] = flow[k];
  for (; i < layers.length; i++) paint(layers[i], order);
}

// Reads one element, and plans those within it.
function layOut(item) {
  const { element, frame } = item;
  if (!isIn(element)) return;
  const computed = styleOf(element);
  const told = [];
  let key = '';
  for (let i = 0; i < TELLING.length; i++) {
    const v = valueOf(computed, TELLING[i]);
    told[i] = v;
    key += v + ';';
  }
  const display = told[DISPLAY];
  if (display === 'none' || display === '') return;
  const name = nodeName(element);
  const own = attribute(element, 'class') + '|' + attribute(element, 'style') + '|' + item.above;
  const base = fullStyle(`${name}|${own}|${key}`, computed, name);
  if (base < 0) return;
  const { left, top, right, bottom } = rectOf(element);
  const isInline = display === 'inline';
  const rects = display === 'contents' || isInline || (right === left && bottom === top) ? rectsOf(element) : null;
  const isLaidOut = rects === null || rects.length > 0;
  let { clip, positionedClip } = item;
  let { context, group } = item;
  if (isLaidOut) {
    const position = told[POSITION];
    const isPositioned = position !== 'static';
    const hiddenBy = position === 'fixed' ? frame.clip : position === 'absolute' ? positionedClip : clip;
    const z = told[Z_INDEX];
    const isContext = item.isRoot || z !== 'auto' || position === 'fixed' || position === 'sticky' || told[OPACITY] !== '1' ||
      told[TRANSFORM] !== 'none' || told[FILTER] !== 'none' || told[ISOLATION] !== 'auto' || told[BLEND] !== 'normal' ||
      startsWith(told[WILL_CHANGE], 'transform') || startsWith(told[WILL_CHANGE], 'opacity');
    if (!item.isRoot && (isContext || isPositioned)) {
      group = { z: z === 'auto' ? 0 : +z, flow: [], layers: [] };
      context.layers[context.layers.length] = group;
      if (isContext) context = group;
    }
    const id = idOf(element);
    group.flow[group.flow.length] = id;
    const style = geometryStyle(base, computed, isPositioned);
    const pseudo = pseudoStyles(element, base, display);
    writeElement(id, frame, left, top, right, bottom, isInline ? rects : null, told, hiddenBy, style, pseudo);
    clip = hiddenBy;
    const hidesX = told[OVERFLOW_X] !== 'visible', hidesY = told[OVERFLOW_Y] !== 'visible';
    if ((hidesX || hidesY) && !item.isRoot && !isInline) {
      clip = within(clip, [
        hidesX ? left + frame.x + px(told[7]) : null, hidesY ? top + frame.y + px(told[4]) : null,
        hidesX ? right + frame.x - px(told[5]) : null, hidesY ? bottom + frame.y - px(told[6]) : null,
      ]);
    }
    if (isPositioned || told[TRANSFORM] !== 'none') positionedClip = clip;
  }
  const plan = (below, inFrame, isRoot) => {
    const inner = inFrame === frame ? { clip, positionedClip } : { clip: inFrame.clip, positionedClip: inFrame.clip };
    sweep.todo[sweep.todo.length] = { element: below, frame: inFrame, ...inner, above: base, context, group, isRoot };
  };
  const shadow = shadowOf(element);
  if (shadow !== null) {
    for (let child = lastElementOf(shadow); child !== null; child = previousElement(child)) plan(child, frame, false);
    return;
  }
  const slotted = name === 'SLOT' ? assigned(element) : none;
  for (let i = slotted.length - 1; i >= 0; i--) plan(slotted[i], frame, false);
  if (slotted.length > 0) return;
  const content = framedBy(element, name);
  if (content !== null) {
    const root = firstElement(content);
    const x = frame.x + left + clientLeft(element) + px(told[11]), y = frame.y + top + clientTop(element) + px(told[8]);
    const box = within(clip, [x, y, frame.x + right - px(told[5]) - px(told[9]), frame.y + bottom - px(told[6]) - px(told[10])]);
    if (root !== null) plan(root, { x, y, clip: box }, false);
    return;
  }
  for (let child = lastElement(element); child !== null; child = previousElement(child)) plan(child, frame, false);
}

const px = (v) => parse(v) || 0;
const parse = parseFloat;

function within(outer, [left, top, right, bottom]) {
  if (outer === null) return [left, top, right, bottom];
  const inner = (a, b, choose) => (a === null ? b : b === null ? a : choose(a, b));
  return [
    inner(outer[0], left, Math_max), inner(outer[1], top, Math_max), inner(outer[2], right, Math_min), inner(outer[3], bottom, Math_min),
  ];
}

function writeElement(id, frame, left, top, right, bottom, rects, told, clip, style, pseudo) {
  const { x, y } = frame;
  const boxes = rects !== null && rects.length > 1 ? rects : none;
  const numbers = [left + x, top + y, right + x, bottom + y];
  for (let i = 0; i < 12; i++) numbers[4 + i] = px(told[i]);
  const nBoxes = boxes.length > 100 ? 100 : boxes.length;
  for (let i = 0; i < nBoxes; i++) {
    const box = boxes[i];
    numbers[numbers.length] = box.left + x;
    numbers[numbers.length] = box.top + y;
    numbers[numbers.length] = box.right + x;
    numbers[numbers.length] = box.bottom + y;
  }
  const text = `${numbers}|${clip}|${style}|${pseudo}`;
  const known = seenAs(id);
  if (known !== undefined) known.sweep = nSweeps;
  if (known !== undefined && known.text === text) return;
  setItem(laidOut, id, { sweep: nSweeps, text });
  lay(ELEMENT);
  varint(id);
  varint(nBoxes);
  for (let i = 0; i < numbers.length; i++) distance(numbers[i]);
  let sides = 0;
  for (let i = 0; clip !== null && i < 4; i++) if (clip[i] !== null) sides |= 1 << i;
  byte(sides);
  for (let i = 0; i < 4; i++) if ((sides & (1 << i)) !== 0) distance(clip[i]);
  varint(style);
  varint(pseudo.length >> 1);
  for (let i = 0; i < pseudo.length; i += 2) {
    string(pseudo[i]);
    varint(pseudo[i + 1]);
  }
}

// The number of the style with everything but geometry, read whole if it is new; below 0 if there are too many.
function fullStyle(key, computed, name) {
  const known = styleNumber(key);
  if (known !== undefined) return known;
  if (nStyles >= MAX_STYLES) return -1;
  if (propertyNames === null) {
    propertyNames = [];
    for (let i = 0, n = lengthOfStyle(computed); i < n; i++) {
      const place = placeOf(GEOMETRY, computed[i]);
      if (place < 0 || place >= N_SIZES) propertyNames[propertyNames.length] = computed[i];
    }
  }
  const values = [];
  for (let i = 0; i < propertyNames.length; i++) values[i] = valueOf(computed, propertyNames[i]);
  const like = lastOfTag[name];
  const base = like !== undefined ? like : nStyles > 0 ? 0 : -1;
  const pairs = [];
  const old = base < 0 ? undefined : styleValues[base];
  for (let i = 0; i < values.length; i++) {
    if (old !== undefined && old[i] === values[i]) continue;
    pairs[pairs.length] = propertyNames[i];
    pairs[pairs.length] = values[i];
  }
  const number = writeStyle(base, pairs);
  styleValues[number] = values;
  // The first of a name is what the others are compared with: bases stay few.
  if (like === undefined) lastOfTag[name] = number;
  keepStyleNumber(key, number);
  return number;
}

function geometryStyle(base, computed, isPositioned) {
  const n = isPositioned ? GEOMETRY.length : N_SIZES;
  let key = base + '';
  const pairs = [];
  for (let i = 0; i < n; i++) {
    const v = valueOf(computed, GEOMETRY[i]);
    key += '|' + v;
    pairs[pairs.length] = GEOMETRY[i];
    pairs[pairs.length] = v;
  }
  const known = styleNumber(key);
  if (known !== undefined) return known;
  if (nStyles >= MAX_STYLES) return base;
  const number = writeStyle(base, pairs);
  keepStyleNumber(key, number);
  return number;
}

function writeStyle(base, pairs) {
  const number = nStyles++;
  lay(STYLE);
  varint(base + 1);
  varint(pairs.length >> 1);
  for (let i = 0; i < pairs.length; i++) {
    makeRoom(0);
    string(pairs[i]);
  }
  return number;
}

function pseudoStyles(element, above, display) {
  const all = [];
  const look = (pseudo, isThere) => {
    const computed = styleOf(element, pseudo);
    if (!isThere(computed)) return;
    let key = pseudo + '|' + above;
    for (let i = 0; i < TELLING.length; i++) key += ';' + valueOf(computed, TELLING[i]);
    key += valueOf(computed, 'content');
    const base = fullStyle(key, computed, pseudo);
    if (base < 0) return;
    all[all.length] = pseudo;
    all[all.length] = geometryStyle(base, computed, true);
  };
  const hasContent = (computed) => {
    const content = valueOf(computed, 'content');
    return content !== 'none' && content !== 'normal' && content !== '';
  };
  look('::before', hasContent);
  look('::after', hasContent);
  if (display === 'list-item') look('::marker', () => true);
  return all;
}

// Style sheets

const sheetNumbers = new WeakMap();
const sheetNumber = WeakMap.prototype.get.bind(sheetNumbers);
const keepSheetNumber = WeakMap.prototype.set.bind(sheetNumbers);
// How often a sheet was changed through its methods.
const sheetChanges = new WeakMap();
const nChangesOf = (sheet) => changesOf(sheet) || 0;
const changesOf = WeakMap.prototype.get.bind(sheetChanges);
const keepChanges = WeakMap.prototype.set.bind(sheetChanges);
let lastSheets = '';
const MAX_RULES = 20000;

function hookSheets(view) {
  const note = (sheet) => {
    while (isObject(sheet) && sheet.parentStyleSheet) sheet = sheet.parentStyleSheet;
    if (isObject(sheet)) keepChanges(sheet, nChangesOf(sheet) + 1);
    noteChange();
  };
  const hook = (prototype, names) => {
    for (let i = 0; i < names.length; i++) {
      replace(prototype, names[i], (original, self, args) => {
        const result = apply(original, self, args);
        note(self);
        return result;
      });
    }
  };
  hook(view.CSSStyleSheet.prototype, ['insertRule', 'deleteRule', 'addRule', 'removeRule', 'replaceSync', 'replace']);
  hook(view.CSSGroupingRule.prototype, ['insertRule', 'deleteRule']);
  const types = ['resize', 'pointerover', 'focusin', 'focusout', 'input', 'change', 'click', 'toggle', 'transitionrun', 'animationstart', 'load'];
  for (let i = 0; i < types.length; i++) addListener(view, types[i], noteChange, FIRST);
  addListener(view.document, 'scroll', noteChange, FIRST);
  addListener(view.document, 'load', noteChange, FIRST);
  if (view !== globalThis) return;
  addListener(afterPaint.port1, 'message', slice);
  afterPaint.port1.start();
}

function rulesOf(sheet) {
  try {
    return sheet.cssRules;
  } catch {
    return null;
  }
}

function writeSheets() {
  const all = [];
  const add = (root) => {
    const { styleSheets, adoptedStyleSheets } = root;
    for (let i = 0; i < styleSheets.length; i++) all[all.length] = { sheet: styleSheets[i], owner: styleSheets[i].ownerNode, root };
    for (let i = 0; i < adoptedStyleSheets.length; i++) all[all.length] = { sheet: adoptedStyleSheets[i], owner: root, root };
  };
  add(document);
  const known = { __proto__: null };
  const roots = shadowRoots;
  shadowRoots = [];
  for (let i = 0; i < roots.length; i++) {
    const id = idOf(roots[i]);
    if (known[id] === true || !isIn(roots[i])) continue;
    known[id] = true;
    shadowRoots[shadowRoots.length] = roots[i];
    add(roots[i]);
  }
  for (let i = 0; i < frames.length; i++) {
    const content = framedBy(frames[i], nodeName(frames[i]));
    if (content !== null && isIn(content)) add(content);
  }
  const size = `${globalThis.innerWidth}x${globalThis.innerHeight}`;
  const order = [];
  const changed = [];
  for (let i = 0; i < all.length; i++) {
    const { sheet, owner } = all[i];
    const rules = rulesOf(sheet);
    const length = isObject(owner) && nodeName(owner) === 'STYLE' ? owner.textContent.length : 0;
    const state = `${sheet.disabled} ${rules === null ? -1 : rules.length} ${nChangesOf(sheet)} ${length} ${size}`;
    let known = sheetNumber(sheet);
    if (known === undefined) keepSheetNumber(sheet, (known = { number: mention(sheet), state: '' }));
    if (known.state !== state) {
      known.state = state;
      changed[changed.length] = all[i];
    }
    order[order.length] = known.number;
  }
  const text = '' + order;
  if (changed.length === 0 && text === lastSheets) return;
  lastSheets = text;
  tick();
  byte(0xb8);
  varint(changed.length);
  for (let i = 0; i < changed.length; i++) writeSheet(changed[i]);
  varint(order.length);
  for (let i = 0; i < order.length; i++) {
    makeRoom(0);
    varint(order[i]);
  }
  done();
}

function writeSheet({ sheet, owner, root }) {
  makeRoom(0);
  varint(sheetNumber(sheet).number);
  varint(isObject(owner) && isIn(owner) ? idOf(owner) : 0);
  varint(isIn(root) ? idOf(root) : 0);
  string(typeof sheet.href === 'string' ? sheet.href : '');
  byte(sheet.disabled ? 1 : 0);
  const rules = rulesOf(sheet);
  if (rules === null) return byte(0);
  byte(1);
  const layers = { __proto__: null, n: 0 };
  const applies = sheet.media === undefined || sheet.media.length === 0 || media(sheet.media.mediaText).matches;
  writeRules(rules, { selector: '', applies, layer: '', depth: 0 }, { layers, n: 0 });
  byte(0);
}

// Layers are numbered as they are first named.
function layerNumber(state, name) {
  if (state.layers[name] === undefined) state.layers[name] = state.layers.n++;
  return state.layers[name];
}

function writeRules(rules, around, state) {
  if (around.depth > 20) return;
  const depth = around.depth + 1;
  for (let i = 0; i < rules.length && state.n < MAX_RULES; i++) {
    const rule = rules[i];
    const kind = rule.constructor.name;
    if (kind === 'CSSStyleRule' || kind === 'CSSNestedDeclarations') {
      const { selectorText, style } = rule;
      const selector = kind === 'CSSStyleRule' ? nested(around.selector, selectorText) : around.selector;
      if (style.length > 0) writeRule(rule, selector, style, around, state);
      if (rule.cssRules !== undefined && rule.cssRules.length > 0) writeRules(rule.cssRules, { ...around, selector, depth }, state);
    } else if (kind === 'CSSMediaRule') {
      writeRules(rule.cssRules, { ...around, applies: around.applies && media(rule.media.mediaText).matches, depth }, state);
    } else if (kind === 'CSSSupportsRule') {
      writeRules(rule.cssRules, { ...around, applies: around.applies && supports(rule.conditionText), depth }, state);
    } else if (kind === 'CSSLayerStatementRule') {
      for (let j = 0; j < rule.nameList.length; j++) layerNumber(state, join(around.layer, rule.nameList[j]));
    } else if (kind === 'CSSLayerBlockRule') {
      const layer = join(around.layer, rule.name === '' ? `<${state.layers.n}>` : rule.name);
      layerNumber(state, layer);
      writeRules(rule.cssRules, { ...around, layer, depth }, state);
    } else if (kind === 'CSSImportRule') {
      const imported = rule.styleSheet === null ? null : rulesOf(rule.styleSheet);
      if (imported === null) continue;
      const isMet = rule.media.length === 0 || media(rule.media.mediaText).matches;
      let { layer } = around;
      if (typeof rule.layerName === 'string') layerNumber(state, (layer = join(layer, rule.layerName === '' ? `<${state.layers.n}>` : rule.layerName)));
      writeRules(imported, { ...around, applies: around.applies && isMet, layer, depth }, state);
    } else if (rule.cssRules !== undefined && kind !== 'CSSKeyframesRule') {
      // Containers, scopes, starting styles: whether they apply differs by element.
      writeRules(rule.cssRules, { ...around, depth }, state);
    }
  }
}
const join = (outer, name) => (outer === '' ? name : `${outer}.${name}`);
const AMPERSAND = /&/g;
function nested(outer, selector) {
  if (outer === '') return selector;
  const around = `:is(${outer})`;
  return selector.includes('&') ? replaceText(selector, AMPERSAND, () => around) : `${around} ${selector}`;
}

function writeRule(rule, selector, style, around, state) {
  state.n++;
  makeRoom(0);
  byte(1);
  string(selector);
  string(substring(rule.cssText, 0, 10000));
  byte(around.applies ? 1 : 0);
  varint(around.layer === '' ? 0 : layerNumber(state, around.layer) + 1);
  const n = style.length;
  varint(n);
  for (let i = 0; i < n; i++) {
    makeRoom(0);
    const name = style[i];
    string(name);
    string(valueOf(style, name));
    byte(priorityOf(style, name) === 'important' ? 1 : 0);
  }
}
