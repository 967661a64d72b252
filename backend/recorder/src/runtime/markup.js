// Scripts the program puts into its document: as elements, and as markup by `document.write`.
//
// A script element runs as it is connected: for that moment it has the rewritten text, and no `integrity`, which is of the
// text as it was.

const isConnected = getter(Node.prototype, 'isConnected');
const scriptsBelow = bind(Element.prototype.querySelectorAll);
const scriptsOfFragment = bind(DocumentFragment.prototype.querySelectorAll);
const firstChild = getter(Node.prototype, 'firstChild');
const dataOf = getter(CharacterData.prototype, 'data');
const setData = bind(getOwnPropertyDescriptor(CharacterData.prototype, 'data').set);
const setAttributeOf = bind(Element.prototype.setAttribute);
const removeAttributeOf = bind(Element.prototype.removeAttribute);
const nextOf = getter(Node.prototype, 'nextSibling');
const lowerCase = bind(String.prototype.toLowerCase);
const trimmed = bind(String.prototype.trim);

const begun = new WeakSet();
const hasBegun = WeakSet.prototype.has.bind(begun);
const noteBegun = WeakSet.prototype.add.bind(begun);

const CLASSIC_TYPES = {
  __proto__: null, '': 1, 'text/javascript': 1, 'application/javascript': 1, 'text/ecmascript': 1,
  'application/ecmascript': 1, 'application/x-javascript': 1, 'text/jscript': 1,
};

// Makes a script ready to run; gives what undoes it, or undefined.
function prepareScript(script) {
  if (hasBegun(script) || isConnected(script)) return undefined;
  noteBegun(script);
  const type = attribute(script, 'type');
  const essence = typeof type === 'string' ? lowerCase(trimmed(type)) : '';
  if (essence !== 'module' && CLASSIC_TYPES[essence] !== 1) return undefined;
  if (typeof attribute(script, 'src') === 'string') {
    if (essence === 'module') ask('module', `${document.baseURI}\n${attribute(script, 'src')}`);
    const integrity = attribute(script, 'integrity');
    if (typeof integrity !== 'string') return undefined;
    removeAttributeOf(script, 'integrity');
    return () => setAttributeOf(script, 'integrity', integrity);
  }
  const content = firstChild(script);
  // Text in more than one piece runs as it is.
  if (content === null || nodeType(content) !== 3 || nextOf(content) !== null) return undefined;
  const original = dataOf(content);
  const answer = rewritten(essence === 'module' ? 'module-script' : 'script', urlOfRealm(), original);
  if (answer === null) return undefined;
  setData(content, answer);
  return () => {
    if (dataOf(content) === answer) setData(content, original);
  };
}

function prepareScripts(node, undo) {
  if (!isObject(node)) return undo;
  let type, scripts;
  try {
    type = nodeType(node);
    if (type === 1) scripts = nodeName(node) === 'SCRIPT' ? [node] : firstChild(node) === null ? none : scriptsBelow(node, 'script');
    else if (type === 11) scripts = scriptsOfFragment(node, 'script');
    else return undo;
  } catch {
    return undo;
  }
  for (let i = 0; i < scripts.length; i++) {
    const back = prepareScript(scripts[i]);
    if (back === undefined) continue;
    if (undo === null) undo = [];
    undo[undo.length] = back;
  }
  return undo;
}

// The parents into which insertions count: those in a document.
function isInDocument(node) {
  try {
    return isConnected(node);
  } catch {
    return false;
  }
}

for (const [owner, names] of [
  [Node, ['appendChild', 'insertBefore', 'replaceChild']],
  [Element, ['append', 'prepend', 'before', 'after', 'replaceWith', 'replaceChildren', 'insertAdjacentElement']],
  [Document, ['append', 'prepend', 'replaceChildren']],
  [DocumentFragment, ['append', 'prepend', 'replaceChildren']],
  [CharacterData, ['before', 'after', 'replaceWith']],
]) {
  for (const name of names) {
    replace(owner.prototype, name, (original, self, args) => {
      let undo = null;
      if (isInDocument(self)) for (let i = 0; i < args.length; i++) undo = prepareScripts(args[i], undo);
      if (undo === null) return apply(original, self, args);
      const before = depth;
      try {
        return apply(original, self, args);
      } finally {
        while (depth > before) leave();
        for (let i = 0; i < undo.length; i++) undo[i]();
      }
    });
  }
}

// Markup is rewritten as a document is on its way in; pieces that do not hold a whole script stay as they are.
const SCRIPT_START = '<script';
for (const name of ['write', 'writeln']) {
  replace(Document.prototype, name, (original, self, args) => {
    let markup = '';
    for (let i = 0; i < args.length; i++) markup += args[i];
    const before = depth;
    // Writing to a document that is closed begins a new one, without listeners.
    const isOpen = readyState(self) === 'loading';
    let given = args;
    if (indexOf(lowerCase(markup), SCRIPT_START) >= 0) {
      const answer = rewritten('markup', urlOfRealm(), name === 'writeln' ? markup + '\n' : markup);
      if (answer !== null) given = [name === 'writeln' && answer[answer.length - 1] === '\n' ? substring(answer, 0, answer.length - 1) : answer];
    }
    try {
      return apply(original, self, given);
    } finally {
      while (depth > before) leave();
      if (!isOpen) listenAgain();
    }
  });
}
const readyState = getter(Document.prototype, 'readyState');
replace(Document.prototype, 'open', (original, self, args) => {
  const result = apply(original, self, args);
  if (self === document) listenAgain();
  return result;
});

// Documents given as text: the frame's is rewritten on its way in.
function srcdoc(markup) {
  if (indexOf(lowerCase(markup), SCRIPT_START) < 0) return markup;
  const answer = rewritten('markup', urlOfRealm(), markup);
  return answer === null ? markup : answer;
}
const givenSrcdoc = new WeakMap();
const srcdocOf = WeakMap.prototype.get.bind(givenSrcdoc);
const keepSrcdoc = WeakMap.prototype.set.bind(givenSrcdoc);
replaceAccessor(HTMLIFrameElement.prototype, 'srcdoc', 'set', (original, self, args) => {
  const markup = `${args[0]}`;
  const given = srcdoc(markup);
  apply(original, self, [given]);
  keepSrcdoc(self, { markup, given });
});
replaceAccessor(HTMLIFrameElement.prototype, 'srcdoc', 'get', (original, self, args) => {
  const found = apply(original, self, args);
  const known = srcdocOf(self);
  return known !== undefined && known.given === found ? known.markup : found;
});

// Inline scripts of the document show their text again as soon as they run: it stands at their beginning.
function originalScript(markup) {
  const script = document.currentScript;
  if (script === null) return;
  const content = firstChild(script);
  if (content !== null && nodeType(content) === 3 && nextOf(content) === null) setData(content, markup);
}
defineProperty(globalThis, '_$or', { value: originalScript });
