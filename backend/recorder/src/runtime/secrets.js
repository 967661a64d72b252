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
