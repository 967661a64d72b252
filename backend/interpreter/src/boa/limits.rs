//! How much a program may do.

use boa_engine::{
    Context, JsNativeError, JsResult, JsString, JsValue, context::HostHooks, js_string,
    native_function::NativeFunction, object::JsObject, realm::Realm,
};

use super::{state::state_of, traps::argument};

/// Rounds of all loops of a call together.
const MAX_ROUNDS: u64 = 1_000_000;

/// Calls within each other.
const MAX_CALLS: usize = 400;

/// Values on the engine's own stack.
const MAX_STACK: usize = 64 * 1024;

/// Code units of a string that is made.
const MAX_LENGTH: u32 = 4 << 20;

/// Elements that one built-in function goes through. The recorder keeps far fewer of a list.
const MAX_ELEMENTS: u32 = 1 << 16;

pub(crate) fn set(context: &mut Context) {
    let limits = context.runtime_limits_mut();
    limits.set_loop_iteration_limit(MAX_ROUNDS);
    limits.set_recursion_limit(MAX_CALLS);
    limits.set_stack_size_limit(MAX_STACK);
}

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
}

/// Looks how long a string is that the program made.
fn check(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let value = argument(args, 0);
    let is_long = value
        .as_string()
        .is_some_and(|text| text.len() > MAX_LENGTH as usize);
    match is_long {
        true => Err(state_of(context)?.refuse("it makes too long a string")),
        false => Ok(value),
    }
}

/// Stands guard before the built-in functions whose work no loop of the program pays for.
pub(crate) fn guard_built_ins(context: &mut Context) -> JsResult<()> {
    let text = format!(
        r"(() => {{
            const apply = Reflect.apply, max = {MAX_LENGTH}, most = {MAX_ELEMENTS}, Large = RangeError;
            const check = (n) => {{ if (n > max) throw new Large('more than a recording is asked to make') }};
            const guard = (object, name, amount) => {{
                const original = object[name];
                if (typeof original !== 'function') return;
                const guarded = {{ [name](...given) {{ check(amount(this, given)); return apply(original, this, given) }} }}[name];
                Object.defineProperty(object, name, {{ value: guarded, writable: true, configurable: true, enumerable: false }});
            }};
            const elements = (list) => {{ if (list?.length > most) throw new Large('more than a recording is asked to make'); return 0 }};
            const text = String.prototype;
            guard(text, 'repeat', (self, [n]) => ('' + self).length * n);
            guard(text, 'padStart', (self, [n]) => +n);
            guard(text, 'padEnd', (self, [n]) => +n);
            const size = (all) => all.reduce((sum, each) => sum + (typeof each === 'string' ? each.length : 32), 0);
            guard(text, 'concat', (self, all) => size(['' + self, ...all]));
            guard(text, 'replaceAll', (self, [, by]) => ('' + self).length * (typeof by === 'string' ? by.length : 1));
            guard(text, 'replace', (self, [, by]) => ('' + self).length * (typeof by === 'string' ? by.length : 1));
            guard(Array, 'from', (self, [all]) => elements(all));
            const lists = Array.prototype;
            for (const name of Object.getOwnPropertyNames(lists)) {{
                if (name !== 'constructor' && name !== 'join') guard(lists, name, elements);
            }}
            guard(lists, Symbol.iterator, elements);
            const reduce = lists.reduce;
            guard(lists, 'join', (self, [by]) => {{
                elements(self);
                return apply(reduce, self, [(sum, each) => sum + (typeof each === 'string' ? each.length : 32) + ('' + by).length, 0]);
            }});
            const random = () => {{ throw new Large('Math.random would need the program to run on') }};
            Math.random = random;
        }})()"
    );
    context.eval(super::source(&text))?;
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
