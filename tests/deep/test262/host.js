// The runtime's host for test262: the log goes nowhere, texts to evaluate are rewritten by whoever runs the tests.
const isClosing = false;
function send() {}
function wake() {}

const location = { href: 'file:///evaluated.js' };
const indexOf = bind(String.prototype.indexOf);
const isWellFormed = (text) => !/[\ud800-\udfff]/u.test(text);
const rewritten = (what, url, text) => (isWellFormed(text) ? ask(what, text) : null);
const evals = new WeakSet();
const isNotedEval = WeakSet.prototype.has.bind(evals);
const noteEval = WeakSet.prototype.add.bind(evals);
const knownTexts = new WeakMap();
const knownText = WeakMap.prototype.get.bind(knownTexts);
const keepText = WeakMap.prototype.set.bind(knownTexts);
// A function's text ends with its number; the originals stand under it.
function originalText(f, source) {
  const id = functionId(source);
  return id === 0 || originals[id - 1] === undefined ? source : originals[id - 1];
}
