// Errors nobody caught, and the traces of all of them, as the program's author knows them.

// The listeners of a realm, to be put back where a document takes all away (`document.open`).
const listeners = [];
const addListener = bind(EventTarget.prototype.addEventListener);
function listen(type, listener) {
  listeners[listeners.length] = [type, listener];
  addListener(globalThis, type, listener, { capture: true, passive: true });
}
function listenAgain() {
  for (let i = 0; i < listeners.length; i++) {
    addListener(globalThis, listeners[i][0], listeners[i][1], { capture: true, passive: true });
  }
}

// V8 asks this for the text of `stack`, once per error: positions are looked up, the runtime's own frames left out. A
// program that sets its own gets what V8 gives it.
let ownTrace;
let hasOwnTrace = false;
let isCounting = false;
const errorText = bind(Error.prototype.toString);
const siteText = (site) => apply(site.toString, site, none);
const siteFile = (site) => apply(site.getScriptNameOrSourceURL, site, none);
function traceOf(error, sites) {
  if (isCounting) return sites;
  let trace = '<error>';
  try {
    trace = errorText(error);
  } catch {}
  const own = [];
  for (let i = 0; i < sites.length; i++) if (siteFile(sites[i]) !== SOURCE_NAME) own[own.length] = sites[i];
  const lines = originalLines(own);
  for (let i = 0; i < lines.length; i++) trace += '\n    at ' + lines[i];
  return trace;
}
{
  const get = { prepareStackTrace() { return hasOwnTrace ? ownTrace : traceOf; } }.prepareStackTrace;
  const set = {
    prepareStackTrace(v) {
      ownTrace = v;
      hasOwnTrace = v !== undefined && v !== traceOf;
    },
  }.prepareStackTrace;
  defineProperty(Error, 'prepareStackTrace', { get, set, configurable: true, enumerable: false });
}

// Whether anything of the page runs below the listener that asks.
function isProgramBelow() {
  const had = hasOwnTrace;
  hasOwnTrace = false;
  isCounting = true;
  try {
    const sites = stackSites(new Error(''));
    if (!isArray(sites) || !(Error.stackTraceLimit > 3)) return true;
    for (let i = 0; i < sites.length; i++) if (siteFile(sites[i]) !== SOURCE_NAME) return true;
    return false;
  } finally {
    isCounting = false;
    hasOwnTrace = had;
  }
}
const stackSites = (error) => error.stack;

listen('error', (event) => {
  if (!(event instanceof ErrorEvent)) return;
  // A script's top level has no `finally`: its frame is taken off when its error arrives.
  if (depth > 0 && !isProgramBelow()) {
    depth = 0;
    byte(0xa0);
  }
  const reason = event.error;
  uncaught(false, reason, String_(event.message), String_(event.filename), event.lineno >>> 0, event.colno >>> 0);
});
listen('unhandledrejection', (event) => {
  const { reason } = event;
  uncaught(true, reason, 'Uncaught (in promise) ' + describe(reason), '', 0, 0);
});
