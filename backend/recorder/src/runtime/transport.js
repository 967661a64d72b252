// The road of the log to the recorder, and of questions to it and its answers: one for each thread of the page.
//
// Blocks are numbered, and kept until they are acknowledged: a host may send one twice, by different roads. A host
// (`window.js`, `worker.js`) brings `deliver(block)`.

const { port, secret, binding: bindingName } = config;
const realm = `${Math_round(performance.timeOrigin * 1000)}-${Math.random().toString(36).slice(2)}`;
const ADDRESS = `127.0.0.1:${port}/${secret}/${realm}`;

// The page is about to go: blocks are sent at the end of each task.
let isClosing = false;
let lastBlock = 0;
let unacknowledged = [];

// A recorder that cannot keep up must not take the page's memory: past this the document's log ends.
const MAX_UNACKNOWLEDGED = 256 << 20;
let nUnacknowledged = 0;
let isFull = false;

function send(bytes) {
  if (isFull) return;
  nUnacknowledged += bytes.length;
  if (nUnacknowledged > MAX_UNACKNOWLEDGED) {
    isFull = true;
    bytes = new Uint8Array([0xa1]);
  }
  const block = { number: ++lastBlock, bytes };
  unacknowledged[unacknowledged.length] = block;
  deliver(block);
}

function acknowledge(number) {
  let n = 0;
  while (n < unacknowledged.length && unacknowledged[n].number <= number) nUnacknowledged -= unacknowledged[n++].bytes.length;
  const rest = [];
  for (let i = n; i < unacknowledged.length; i++) rest[rest.length] = unacknowledged[i];
  unacknowledged = rest;
}

// Something was written: it goes out soon, even if the page does nothing more.
const later = setTimeout.bind(globalThis);
let isAwake = false;
function wake() {
  if (isAwake) return;
  isAwake = true;
  later(() => {
    isAwake = false;
    flush();
  }, FLUSH_AFTER_MS);
}

// Questions wait for their answer, for the text that is asked for is to run now. Nobody answers in a service worker,
// which has no such requests, nor while the page is being left.
const Question = typeof XMLHttpRequest === 'function' ? XMLHttpRequest : null;
const openQuestion = Question && bind(Question.prototype.open);
const sendQuestion = Question && bind(Question.prototype.send);
const answerStatus = Question && getter(Question.prototype, 'status');
const answerText = Question && getter(Question.prototype, 'responseText');

function ask(what, body) {
  if (Question === null) return null;
  try {
    const question = new Question();
    openQuestion(question, 'POST', `http://127.0.0.1:${port}/${secret}/?${what}`, false);
    sendQuestion(question, body);
    return answerStatus(question) === 200 ? answerText(question) : null;
  } catch {
    return null;
  }
}

const indexOf = bind(String.prototype.indexOf);
const isWellFormed = bind(String.prototype.isWellFormed);

// Answers to texts, by what was asked; a page often evaluates the same again.
const MAX_KNOWN = 2000, MAX_QUESTION = 16 << 20;
const knownAnswers = new Map();
const knownAnswer = Map.prototype.get.bind(knownAnswers);
const keepAnswer = Map.prototype.set.bind(knownAnswers);
const forgetAnswers = Map.prototype.clear.bind(knownAnswers);
let nKnown = 0;

// The text to run in the place of another; null to run that. `base` is the address it belongs to.
function rewritten(kind, base, source) {
  if (source.length > MAX_QUESTION || !isWellFormed(source)) return null;
  const question = `${base}\n${source}`;
  const known = knownAnswer(kind + question);
  if (known !== undefined) return known;
  const answer = ask(kind, question);
  if (++nKnown > MAX_KNOWN) {
    forgetAnswers();
    nKnown = 1;
  }
  keepAnswer(kind + question, answer);
  return answer;
}

// Where the frames of a trace stand in the original texts. Each is looked up once.
const SOURCE_NAME = 'playhead-runtime.js';
const knownPlaces = new Map();
const knownPlace = Map.prototype.get.bind(knownPlaces);
const keepPlace = Map.prototype.set.bind(knownPlaces);
const callSite = (site, method) => (typeof site[method] === 'function' ? apply(site[method], site, none) : undefined);
const splitText = bind(String.prototype.split);
const lastIndexOf = bind(String.prototype.lastIndexOf);

// The lines V8 would write, at their original positions.
function originalLines(sites) {
  const lines = [], places = [], origins = [];
  for (let i = 0; i < sites.length; i++) {
    const site = sites[i];
    lines[i] = apply(site.toString, site, none);
    const line = callSite(site, 'getLineNumber');
    const column = callSite(site, 'getColumnNumber');
    if (typeof line !== 'number' || typeof column !== 'number') continue;
    const url = callSite(site, 'getScriptNameOrSourceURL');
    places[i] = `${line} ${column} ${callSite(site, 'getScriptHash') || '-'} ${typeof url === 'string' ? url : ''}`;
    if (callSite(site, 'isEval') !== true) continue;
    // Code that was evaluated: where it was, is told by its address alone.
    const origin = matchOf(EVAL_ORIGIN, lines[i]);
    if (origin !== null) origins[i] = `${origin[3]} ${origin[4]} - ${origin[2]}`;
  }
  lookUp(places);
  lookUp(origins);
  for (let i = 0; i < sites.length; i++) {
    if (places[i] !== undefined) lines[i] = withPlace(lines[i], places[i], lastIndexOf);
    if (origins[i] !== undefined) lines[i] = withPlace(lines[i], origins[i], indexOf);
    lines[i] = replaced(lines[i], OWN_CODE, EVALUATED);
  }
  return lines;
}
const EVAL_ORIGIN = /\(eval at (\S+) \((.*?):(\d+):(\d+)\)/;
// What the runtime evaluates, in the place of the browser, has a name for us.
const OWN_CODE = /playhead-code-\d+/;
const EVALUATED = 'eval at <anonymous> (<anonymous>), <anonymous>';
const execute = bind(RegExp.prototype.exec);
const matchOf = (pattern, s) => execute(pattern, s);
function replaced(s, pattern, by) {
  const found = matchOf(pattern, s);
  if (found === null) return s;
  return substring(s, 0, found.index) + by + substring(s, found.index + found[0].length);
}

function lookUp(places) {
  let unknown = '';
  for (let i = 0; i < places.length; i++) {
    if (places[i] !== undefined && knownPlace(places[i]) === undefined) unknown += `${places[i]}\n`;
  }
  if (unknown === '') return;
  const asked = splitText(unknown, '\n');
  const answers = splitText(ask('places', unknown) || '', '\n');
  for (let i = 0; i < asked.length - 1; i++) keepPlace(asked[i], answers[i] || '');
}

function withPlace(s, place, find) {
  const found = knownPlace(place);
  if (found === '' || found === undefined) return s;
  const [line, column] = splitText(place, ' ');
  const at = find(s, `:${line}:${column}`);
  return at < 0 ? s : substring(s, 0, at) + ':' + found + substring(s, at + line.length + column.length + 2);
}

// The text of a function as its author wrote it.
const knownTexts = new WeakMap();
const knownText = WeakMap.prototype.get.bind(knownTexts);
const keepText = WeakMap.prototype.set.bind(knownTexts);
function originalText(f, source) {
  let found = knownText(f);
  if (found === undefined) {
    found = ask('text', source);
    if (found === null) found = source;
    keepText(f, found);
  }
  return found;
}

// The `eval` of every realm that shares the log.
const evals = new WeakSet();
const isNotedEval = WeakSet.prototype.has.bind(evals);
const noteEval = WeakSet.prototype.add.bind(evals);
