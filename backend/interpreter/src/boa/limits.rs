//! How much a program may do.

use boa_engine::{
    Context, JsNativeError, JsResult, JsString, JsValue, context::HostHooks, js_string,
    native_function::NativeFunction, object::JsObject, realm::Realm,
};

use super::{
    state::{State, state_of},
    traps::argument,
};

/// Rounds of all loops of a call together.
const MAX_ROUNDS: u64 = 1_000_000;

/// Calls within each other.
const MAX_CALLS: usize = 400;

/// Values on the engine's own stack.
const MAX_STACK: usize = 64 * 1024;

/// Code units of a string that is made.
const MAX_LENGTH: u32 = 4 << 20;

/// Bytes of strings and lists that one run makes, those that it no longer holds included: boa does not say what it holds.
const MAX_BYTES: u64 = 64 << 20;

/// Bytes of one buffer; a run makes 64 of them.
const MAX_BUFFER: u64 = 1 << 20;

/// Elements that one built-in function goes through. The recorder keeps far fewer of a list.
const MAX_ELEMENTS: u32 = 1 << 16;

pub(crate) fn set(context: &mut Context) {
    let limits = context.runtime_limits_mut();
    limits.set_loop_iteration_limit(MAX_ROUNDS);
    limits.set_recursion_limit(MAX_CALLS);
    limits.set_stack_size_limit(MAX_STACK);
}

/// The name of the function that counts, until the guards have it.
const COUNT: &str = "$playhead_count";

/// Texts that a program makes of itself are not looked at, so they may not make long strings either.
pub(crate) struct Hooks;

impl HostHooks for Hooks {
    fn ensure_can_compile_strings(
        &self,
        _: Realm,
        _: &[JsString],
        body: &JsString,
        _: bool,
        _: &mut Context,
    ) -> JsResult<()> {
        let body = body.to_std_string_lossy();
        match body.contains(['+', '`', '\\']) {
            true => Err(JsNativeError::eval()
                .with_message("a text that adds or has a template is not run in a recording")
                .into()),
            false => Ok(()),
        }
    }

    /// Asked for each buffer, but not told how large it will be.
    fn max_buffer_size(&self, context: &mut Context) -> u64 {
        match state_of(context).and_then(|state| spend(&state, MAX_BUFFER)) {
            Ok(()) => MAX_BUFFER,
            Err(_) => 0,
        }
    }
}

/// Counts what a run makes.
fn spend(state: &State, n_bytes: u64) -> JsResult<()> {
    let spent = state.spent.get().saturating_add(n_bytes);
    state.spent.set(spent);
    match spent > MAX_BYTES {
        true => Err(state.refuse("it makes more than a recording is asked to make")),
        false => Ok(()),
    }
}

/// Looks how large a string or list is that the program made.
fn check(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let value = argument(args, 0);
    let state = state_of(context)?;
    if let Some(text) = value.as_string() {
        if text.len() > MAX_LENGTH as usize {
            return Err(state.refuse("it makes too long a string"));
        }
        spend(&state, text.len() as u64)?;
    } else if let Some(object) = value.as_object() {
        let n_parts = object.own_property_keys(context)?.len();
        if n_parts > MAX_ELEMENTS as usize {
            let error = JsNativeError::range().with_message("more than a recording is asked to make");
            return Err(error.into());
        }
        const PART_BYTES: u64 = 48;
        spend(&state, n_parts as u64 * PART_BYTES)?;
    }
    Ok(value)
}

/// Counts bytes that a built-in function made.
fn count(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let n_bytes = argument(args, 0).to_number(context)?;
    // The language's own setting up is not counted.
    if let Ok(state) = state_of(context) {
        spend(&state, n_bytes.max(0.0) as u64)?;
    }
    Ok(JsValue::undefined())
}

/// Stands guard before the built-in functions whose work no loop of the program pays for.
pub(crate) fn guard_built_ins(context: &mut Context) -> JsResult<()> {
    let counting = NativeFunction::from_fn_ptr(count).to_js_function(context.realm());
    let global = context.global_object();
    global.set(js_string!(COUNT), counting, true, context)?;
    let text = format!(
        r"(() => {{
            const count = {COUNT};
            const apply = Reflect.apply, max = {MAX_LENGTH}, most = {MAX_ELEMENTS}, Large = RangeError;
            const check = (n) => {{ if (n > max) throw new Large('more than a recording is asked to make'); count(n) }};
            const guard = (object, name, amount) => {{
                const original = object[name];
                if (typeof original !== 'function') return;
                const guarded = {{ [name](...given) {{ check(amount(this, given)); return apply(original, this, given) }} }}[name];
                Object.defineProperty(object, name, {{ value: guarded, writable: true, configurable: true, enumerable: false }});
            }};
            const elements = (list) => {{
                if (list?.length > most) throw new Large('more than a recording is asked to make');
                return 0;
            }};
            const keys = Object.keys, isArray = Array.isArray;
            const size_of = (made) => typeof made === 'string' ? made.length : isArray(made) ? made.length * 48 : 0;
            // What is made of what is there is no larger at first; it is the many that count.
            const measure = (object, ...names) => {{
                for (const name of names) {{
                    const original = object[name];
                    if (typeof original !== 'function') continue;
                    const measured = {{ [name](...given) {{ const made = apply(original, this, given); count(size_of(made)); return made }} }}[name];
                    Object.defineProperty(object, name, {{ value: measured, writable: true, configurable: true, enumerable: false }});
                }}
            }};
            const text = String.prototype;
            guard(text, 'repeat', (self, [n]) => ('' + self).length * n);
            guard(text, 'padStart', (self, [n]) => +n);
            guard(text, 'padEnd', (self, [n]) => +n);
            const size = (all) => all.reduce((sum, each) => sum + (typeof each === 'string' ? each.length : 32), 0);
            guard(text, 'concat', (self, all) => size(['' + self, ...all]));
            guard(text, 'replaceAll', (self, [, by]) => ('' + self).length * (typeof by === 'string' ? by.length : 1));
            guard(text, 'replace', (self, [, by]) => ('' + self).length * (typeof by === 'string' ? by.length : 1));
            measure(text, 'split', 'slice', 'substring', 'substr', 'toUpperCase', 'toLowerCase', 'toLocaleUpperCase',
                'toLocaleLowerCase', 'normalize', 'trim', 'trimStart', 'trimEnd', 'match');
            measure(JSON, 'stringify');
            guard(JSON, 'parse', (self, [text]) => ('' + text).length);
            measure(Object, 'keys', 'values', 'entries', 'getOwnPropertyNames');
            guard(Object, 'assign', (self, [, ...all]) => all.reduce((sum, each) => sum + keys(each ?? 0).length * 48, 0));
            measure(Reflect, 'ownKeys');
            guard(Array, 'from', (self, [all]) => elements(all));
            const lists = Array.prototype;
            for (const name of Object.getOwnPropertyNames(lists)) {{
                if (name !== 'constructor' && name !== 'join') guard(lists, name, elements);
            }}
            measure(lists, 'concat', 'slice', 'map', 'filter', 'flat', 'flatMap', 'splice', 'toSorted', 'toReversed', 'toSpliced', 'with');
            measure(Array, 'from');
            guard(lists, Symbol.iterator, elements);
            const reduce = lists.reduce;
            guard(lists, 'join', (self, [by]) => {{
                elements(self);
                return apply(reduce, self, [(sum, each) => sum + (typeof each === 'string' ? each.length : 32) + ('' + by).length, 0]);
            }});
            const random = () => {{ throw new Large('Math.random would need the program to run on') }};
            Math.random = random;
            const written = ['assert', 'clear', 'count', 'countReset', 'debug', 'dir', 'dirxml', 'error', 'group', 'groupCollapsed',
                'groupEnd', 'info', 'log', 'table', 'time', 'timeEnd', 'timeLog', 'timeStamp', 'trace', 'warn'];
            const console = Object.fromEntries(written.map((name) => [name, {{ [name]() {{}} }}[name]]));
            Object.defineProperty(globalThis, 'console', {{ value: console, writable: true, configurable: true }});
        }})()"
    );
    context.eval(super::source(&text))?;
    global.delete_property_or_throw(js_string!(COUNT), context)?;
    context.register_global_builtin_callable(js_string!(crate::CHECK), 1, NativeFunction::from_fn_ptr(check))
}

/// The program's own `Proxy`, `Reflect` and others, kept before it can change them.
pub(crate) fn built_in(context: &mut Context, path: &str) -> JsResult<JsObject> {
    let mut value = JsValue::from(context.global_object());
    for name in path.split('.') {
        let object = value.to_object(context)?;
        value = object.get(js_string!(name), context)?;
    }
    value.to_object(context)
}
