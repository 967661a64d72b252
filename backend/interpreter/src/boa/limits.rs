//! How much a program may do.
//!
//! One number bounds time, memory and nesting: the bytes that a run, and all runs of a pause, make. The host's texts charge
//! each round and call for their length and literals, and whatever is built in is reached through a function that charges
//! too. Each charge also looks how much stack is left: what nests by calls ends there. What nests within one built-in
//! function without any call (a chain of prototypes) was made, and paid for, piece by piece, and the stack that is kept
//! free has room for as many pieces as a pause can pay for.

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, JsString, JsValue,
    context::HostHooks,
    js_string,
    native_function::{NativeFunction, NativeFunctionPointer},
    object::JsObject,
    property::PropertyDescriptor,
    realm::Realm,
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

/// Bytes that one run makes, those that it no longer holds included: boa does not say what it holds. Unoptimised, it makes
/// them ten times as slowly.
const MAX_BYTES: u64 = if cfg!(debug_assertions) { 8 << 20 } else { 64 << 20 };

/// The same of all runs of a pause, which keeps what they made.
const MAX_BYTES_OF_PAUSE: u64 = 2 * MAX_BYTES;

/// Stack of a run, which is only reserved, and used as far as a program nests. Unoptimised, all takes several times as much.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) const STACK: usize = if cfg!(debug_assertions) { 4 << 30 } else { 58 << 20 };

/// Stack that is left free for what one built-in function nests.
#[cfg(not(target_arch = "wasm32"))]
const SPARE_STACK: usize = STACK / 4 * 3;

/// Bits of a whole number, and what it is raised to or shifted by.
const MAX_BITS: u64 = 1 << 14;
const MAX_EXPONENT: f64 = 4096.0;

/// Brackets within each other in a text of JSON.
const MAX_JSON_DEPTH: usize = 500;

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

/// Texts that a program makes of itself do not count what they do, so they may do no more than name things.
pub(crate) struct Hooks;

impl HostHooks for Hooks {
    fn ensure_can_compile_strings(
        &self,
        _: Realm,
        parameters: &[JsString],
        body: &JsString,
        _: bool,
        _: &mut Context,
    ) -> JsResult<()> {
        const MAX_TEXT: usize = 200;
        let is_bare = |text: &JsString| {
            let text = text.to_std_string_lossy();
            let is_plain = |it: char| it.is_ascii_alphanumeric() || " _$.,;'\"-%\n".contains(it);
            text.len() <= MAX_TEXT && text.chars().all(is_plain) && !text.contains("$playhead")
        };
        match parameters.iter().chain([body]).all(is_bare) {
            true => Ok(()),
            false => Err(JsNativeError::eval()
                .with_message("a text that calls, loops or makes anything is not run in a recording")
                .into()),
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

/// Counts what a run makes, and looks whether there is stack to go on.
pub(crate) fn spend(state: &State, n_bytes: u64) -> JsResult<()> {
    let spent = state.spent.get().saturating_add(n_bytes);
    let in_all = state.spent_in_all.get().saturating_add(n_bytes);
    state.spent.set(spent);
    state.spent_in_all.set(in_all);
    if spent > MAX_BYTES {
        return Err(state.refuse("it runs too long or too deep"));
    }
    if in_all > MAX_BYTES_OF_PAUSE {
        return Err(
            state.refuse("this pause was asked for too much in all; another pause at the same point is not")
        );
    }
    has_stack(state)
}

/// Refuses to nest on where little stack is left.
pub(crate) fn has_stack(state: &State) -> JsResult<()> {
    #[cfg(not(target_arch = "wasm32"))]
    if stacker::remaining_stack().is_some_and(|left| left < SPARE_STACK) {
        return Err(state.refuse("it nests too deep"));
    }
    let _ = state;
    Ok(())
}

/// Counts a round or a call.
fn tick(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let n_bytes = argument(args, 0).as_number().unwrap_or_default();
    let state = state_of(context)?;
    spend(&state, n_bytes.max(0.0) as u64)?;
    Ok(JsValue::undefined())
}

/// Looks what a number is raised to or shifted by.
fn exponent(_: &JsValue, args: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let value = argument(args, 0);
    match value
        .as_bigint()
        .is_some_and(|by| by.to_f64().abs() > MAX_EXPONENT)
    {
        true => Err(too_large()),
        false => Ok(value),
    }
}

fn too_large() -> JsError {
    JsNativeError::range()
        .with_message("more than a recording is asked to make")
        .into()
}

/// Looks how deeply a text of JSON nests.
fn depth(_: &JsValue, args: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let text = argument(args, 0).as_string().unwrap_or_default();
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    for unit in text.to_std_string_lossy().bytes() {
        match unit {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => depth += 1,
            b']' | b'}' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_JSON_DEPTH {
            return Err(too_large());
        }
    }
    Ok(JsValue::undefined())
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
    } else if let Some(number) = value.as_bigint() {
        let n_bits = number.as_inner().bits();
        spend(&state, n_bits / 8)?;
        if n_bits > MAX_BITS {
            return Err(too_large());
        }
    } else if let Some(object) = value.as_object() {
        let n_parts = object.own_property_keys(context)?.len();
        if n_parts > MAX_ELEMENTS as usize {
            return Err(too_large());
        }
        const PART_BYTES: u64 = 48;
        spend(&state, n_parts as u64 * PART_BYTES)?;
    }
    Ok(value)
}

/// Counts what a built-in function does.
fn count(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    // The language's own setting up is not counted.
    match state_of(context) {
        Ok(_) => tick(this, args, context),
        Err(_) => Ok(JsValue::undefined()),
    }
}

/// Stands guard before the built-in functions whose work no loop of the program pays for.
pub(crate) fn guard_built_ins(context: &mut Context) -> JsResult<()> {
    let realm = context.realm().clone();
    let native =
        |function: NativeFunctionPointer| NativeFunction::from_fn_ptr(function).to_js_function(&realm);
    let guards = context.eval(super::source(include_str!("guards.js")))?;
    let given = [
        native(count).into(),
        native(depth).into(),
        MAX_LENGTH.into(),
        MAX_ELEMENTS.into(),
    ];
    guards
        .to_object(context)?
        .call(&JsValue::undefined(), &given, context)?;
    for (name, function) in [
        (crate::CHECK, native(check)),
        (crate::TICK, native(tick)),
        (crate::EXPONENT, native(exponent)),
    ] {
        // No program puts another one in its place.
        let property = PropertyDescriptor::builder()
            .value(function)
            .writable(false)
            .enumerable(false)
            .configurable(false);
        context
            .global_object()
            .define_property_or_throw(js_string!(name), property, context)?;
    }
    Ok(())
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
