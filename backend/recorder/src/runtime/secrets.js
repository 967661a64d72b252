// What is typed into password fields and masked elements: told to the recorder, which takes it out of all it writes.

const inputValue = getter(HTMLInputElement.prototype, 'value');
const inputType = getter(HTMLInputElement.prototype, 'type');
const textareaValue = getter(HTMLTextAreaElement.prototype, 'value');

// Once a password field, always one: pages show what was typed by changing the type.
const passwordFields = new WeakSet();
const wasPasswordField = WeakSet.prototype.has.bind(passwordFields);
const keepPasswordField = WeakSet.prototype.add.bind(passwordFields);

function isPasswordField(element) {
  if (nodeName(element) !== 'INPUT') return false;
  if (wasPasswordField(element)) return true;
  try {
    if (inputType(element) !== 'password') return false;
  } catch {
    return false;
  }
  keepPasswordField(element);
  return true;
}

function isSecretField(element) {
  return isPasswordField(element) || isMasked(element);
}

// The text in a field, or '' for what is no field.
function fieldText(element) {
  try {
    const name = nodeName(element);
    return name === 'INPUT' ? inputValue(element) : name === 'TEXTAREA' ? textareaValue(element) : '';
  } catch {
    return '';
  }
}

// They are written between records.
let secrets = [];
let lastSecret = '';
function noteSecret(s) {
  if (s === '' || s === lastSecret) return;
  lastSecret = s;
  secrets[secrets.length] = s;
}
function writeSecrets() {
  const all = secrets;
  secrets = [];
  for (let i = 0; i < all.length; i++) {
    byte(0xb2);
    text(all[i]);
  }
}

hideText = (node, name, v) => {
  const hidden = isMasked(node);
  return name !== '' ? attributeText(node, name, v, hidden) : hidden ? dots(v) : v;
};

const pathOf = bind(Event.prototype.composedPath);
function secretFieldOf(event) {
  const target = pathOf(event)[0];
  return isNodeObject(target) && nodeType(target) === 1 && isSecretField(target) ? target : null;
}

// The key of a keyboard event; what is typed into a secret field shows as a dot.
keyOf = function (event) {
  const { key } = event;
  if (typeof key !== 'string') return '';
  const isText = key.length === 1 || (key.length === 2 && key.charCodeAt(0) > 0xd7ff);
  if (!isText || secretFieldOf(event) === null) return key;
  noteSecret(key);
  return '•';
};

function hookFields(view) {
  const note = (event) => {
    const field = secretFieldOf(event);
    if (field === null) return;
    noteSecret(fieldText(field));
    writeSecrets();
  };
  const types = ['input', 'change', 'focus', 'blur', 'submit', 'keydown', 'paste', 'pointerdown'];
  for (let i = 0; i < types.length; i++) addListener(view, types[i], note, FIRST);
}
