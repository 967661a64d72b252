// Functions put in the place of the browser's own, which look as those do.

const NativeProxy = Proxy;
const stoodInFor = new WeakMap();
const originalOf = WeakMap.prototype.get.bind(stoodInFor);
const keepOriginal = WeakMap.prototype.set.bind(stoodInFor);

function replace(owner, name, make) {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  if (descriptor === undefined || typeof descriptor.value !== 'function' || !descriptor.configurable) return;
  const original = descriptor.value;
  // A method has neither `prototype` nor a name of its own text.
  const replacement = { [name](...args) { return make(original, this, args, new.target); } }[name];
  defineProperty(replacement, 'length', { value: original.length, configurable: true });
  keepOriginal(replacement, originalOf(original) || original);
  defineProperty(owner, name, { __proto__: null, ...descriptor, value: replacement });
}

// The same for a property's getter or setter: `which` is 'get' or 'set'.
function replaceAccessor(owner, name, which, make) {
  const descriptor = getOwnPropertyDescriptor(owner, name);
  if (descriptor === undefined || typeof descriptor[which] !== 'function' || !descriptor.configurable) return;
  const original = descriptor[which];
  const named = `${which} ${name}`;
  const replacement = { [named](...args) { return make(original, this, args); } }[named];
  defineProperty(replacement, 'length', { value: original.length, configurable: true });
  keepOriginal(replacement, originalOf(original) || original);
  defineProperty(owner, name, { __proto__: null, ...descriptor, [which]: replacement });
}
