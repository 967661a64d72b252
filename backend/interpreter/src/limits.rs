//! How much a program may do.

use boa_engine::{Context, JsResult, JsValue, js_string, object::JsObject};

/// Rounds of all loops of a call together.
const MAX_ROUNDS: u64 = 2_000_000;

/// Calls within each other.
const MAX_CALLS: usize = 400;

/// Values on the engine's own stack.
const MAX_STACK: usize = 64 * 1024;

/// What one built-in function may make or go through: elements, or code units.
const MAX_LENGTH: u32 = 4 << 20;

pub(crate) fn set(context: &mut Context) {
    let limits = context.runtime_limits_mut();
    limits.set_loop_iteration_limit(MAX_ROUNDS);
    limits.set_recursion_limit(MAX_CALLS);
    limits.set_stack_size_limit(MAX_STACK);
}

/// Stands guard before the built-in functions whose work no loop of the program pays for.
pub(crate) fn guard_built_ins(context: &mut Context) -> JsResult<()> {
    let text = format!(
        r"(() => {{
            const apply = Reflect.apply, max = {MAX_LENGTH}, Large = RangeError;
            const check = (n) => {{ if (n > max) throw new Large('more than a recording is asked to make') }};
            const guard = (object, name, amount) => {{
                const original = object[name];
                if (typeof original !== 'function') return;
                const guarded = {{ [name](...given) {{ check(amount(this, given)); return apply(original, this, given) }} }}[name];
                Object.defineProperty(object, name, {{ value: guarded, writable: true, configurable: true, enumerable: false }});
            }};
            const text = String.prototype;
            guard(text, 'repeat', (self, [n]) => ('' + self).length * n);
            guard(text, 'padStart', (self, [n]) => +n);
            guard(text, 'padEnd', (self, [n]) => +n);
            guard(Array, 'from', (self, [all]) => all?.length ?? 0);
            const lists = Array.prototype;
            for (const name of Object.getOwnPropertyNames(lists)) {{
                if (name !== 'constructor') guard(lists, name, (self) => self?.length ?? 0);
            }}
            const random = () => {{ throw new Large('Math.random would need the program to run on') }};
            Math.random = random;
        }})()"
    );
    context.eval(crate::source(&text)).map(drop)
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
