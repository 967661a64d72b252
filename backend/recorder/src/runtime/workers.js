// Workers that the program starts. The recorder is told which scripts they run, to put the runtime before them; a script
// that never passes the network is rewritten here.

const requestText = (url) => {
  if (Question === null) return null;
  try {
    const request = new Question();
    openQuestion(request, 'GET', url, false);
    sendQuestion(request);
    return answerText(request);
  } catch {
    return null;
  }
};
const urlFor = (blob) => URL.createObjectURL(blob);

function prepareWorker(args) {
  const options = args[1];
  const kind = isObject(options) && options.type === 'module' ? 'worker-module' : 'worker';
  let url;
  try {
    url = new URL(`${args[0]}`, baseOfRealm()).href;
  } catch {
    // The browser says what is wrong with it.
    return args;
  }
  if (!startsWith(url, 'blob:') && !startsWith(url, 'data:')) {
    if (typeof document === 'object') {
      ask(kind, `${url}\n${url}`);
      return args;
    }
    return replaceFirst(args, wrapped(kind, url));
  }
  const source = requestText(url);
  const answer = source === null ? null : rewritten(`${kind}-text`, url, source);
  if (answer === null) return args;
  return replaceFirst(args, answer);
}

// The same arguments, for a worker that runs a text.
function replaceFirst(args, script) {
  const given = [urlFor(new Blob([script], { type: 'text/javascript' }))];
  for (let i = 1; i < args.length; i++) given[i] = args[i];
  return given;
}

// What a worker starts does not pass the recorder, only what that imports. So it runs a script that imports its own, and
// `nested.js` makes it believe that it runs that.
function wrapped(kind, url) {
  const runtime = `http://127.0.0.1:${port}/${secret}/worker.js?url=${encodeURIComponent(url)}`;
  const quoted = JSON.stringify(url);
  if (kind === 'worker') return `importScripts('${runtime}');importScripts(${quoted})`;
  ask('module', `${url}\n${url}`);
  return `import '${runtime}';import ${quoted}`;
}

for (const name of ['Worker', 'SharedWorker']) {
  const native = globalThis[name];
  if (typeof native !== 'function') continue;
  const handler = {
    __proto__: null,
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? prepareWorker(args) : args, newTarget === recorded ? target : newTarget),
  };
  const recorded = new NativeProxy(native, handler);
  keepOriginal(recorded, native);
  const descriptor = getOwnPropertyDescriptor(native.prototype, 'constructor');
  defineProperty(native.prototype, 'constructor', { __proto__: null, ...descriptor, value: recorded });
  defineProperty(globalThis, name, { value: recorded, writable: true, enumerable: false, configurable: true });
}

if (typeof ServiceWorkerContainer === 'function') {
  replace(ServiceWorkerContainer.prototype, 'register', (original, self, args) => {
    try {
      const kind = isObject(args[1]) && args[1].type === 'module' ? 'worker-module' : 'worker';
      const { href } = new URL(`${args[0]}`, baseOfRealm());
      ask(kind, `${href}\n${href}`);
    } catch {
      // The browser says what is wrong with it.
    }
    return apply(original, self, args);
  });
}

// Worklets have no way to tell anything: what they run stays as it is.
if (typeof Worklet === 'function') {
  replace(Worklet.prototype, 'addModule', (original, self, args) => {
    try {
      ask('worklet', `${baseOfRealm()}\n${args[0]}`);
    } catch {
      // The browser says what is wrong with it.
    }
    return apply(original, self, args);
  });
}
