//! Names: the object of a `with` statement that asks the host for each of them, and the global object.

use std::rc::Rc;

use boa_engine::{
    Context, JsNativeError, JsResult, JsValue, js_string, native_function::NativeFunctionPointer,
    object::JsObject, property::PropertyKey,
};
use recording::value::{Text, Value};

use super::{
    limits,
    objects::import,
    source,
    state::{State, state_of},
    traps::argument,
};
use crate::{CHECK, DECLARED, EXPONENT, GLOBAL, Program, Scope, TICK, Variable};

/// The name by which a program finds its scope, for as long as it takes to enter it.
const SCOPE: &str = "$playhead_scope";

/// The same of what texts declared that no scope had.
const OUTER: &str = "$playhead_outer";

/// Traps of scopes.
pub(crate) const SCOPE_TRAPS: [(&str, NativeFunctionPointer); 4] = [
    ("has", has),
    ("get", get),
    ("set", set),
    ("deleteProperty", delete),
];

/// Traps of the global object.
pub(crate) const GLOBAL_TRAPS: [(&str, NativeFunctionPointer); 4] = [
    ("has", global_has),
    ("get", global_get),
    ("set", global_set),
    ("getOwnPropertyDescriptor", global_descriptor),
];

/// Runs source text in a scope.
pub(crate) fn run_in(
    state: &Rc<State>,
    context: &mut Context,
    scope: Scope,
    text: &str,
) -> JsResult<JsValue> {
    let object = scope_object(state, context, scope)?;
    let global = context.global_object();
    global.set(js_string!(SCOPE), object, true, context)?;
    let ended = context.eval(source(&format!("with ({SCOPE}) {{\n{text}\n}}")));
    global.delete_property_or_throw(js_string!(SCOPE), context)?;
    ended
}

/// Runs what somebody typed: around its scope is what earlier texts of the pause declared, and within what they declared
/// although the scope has such a name.
pub(crate) fn run_program(
    state: &Rc<State>,
    context: &mut Context,
    scope: Scope,
    program: &Program,
) -> JsResult<JsValue> {
    let outer = state.declared(None);
    let inner = state.declared(Some(scope));
    for declared in &program.declared {
        let name: Text = declared.name.as_str().into();
        let is_there = variable(state, scope, &name)?.is_some();
        if is_there && declared.is_var {
            continue;
        }
        let object = if is_there { &inner } else { &outer };
        let key = js_string!(declared.name.as_str());
        if !declared.is_var || !object.has_own_property(key.clone(), context)? {
            object.set(key, JsValue::undefined(), true, context)?;
        }
    }
    let objects = [
        (OUTER, outer.into()),
        (SCOPE, scope_object(state, context, scope)?.into()),
        (DECLARED, inner.into()),
    ];
    let text = format!(
        "with ({OUTER}) with ({SCOPE}) with ({DECLARED}) {{\n{}\n}}",
        program.text
    );
    let global = context.global_object();
    for (name, object) in &objects {
        let object: &JsValue = object;
        global.set(js_string!(*name), object.clone(), true, context)?;
    }
    let ended = context.eval(source(&text));
    for (name, _) in objects {
        global.delete_property_or_throw(js_string!(name), context)?;
    }
    ended
}

fn scope_object(state: &Rc<State>, context: &mut Context, scope: Scope) -> JsResult<JsObject> {
    let target = JsObject::with_null_proto();
    state.scopes.borrow_mut().insert(target.clone(), scope);
    state.proxy(target, 1, context)
}

/// The object that stands for the global one.
pub(crate) fn global_object(state: &Rc<State>, context: &mut Context) -> JsResult<JsObject> {
    let target = JsObject::with_null_proto();
    state.scopes.borrow_mut().insert(target.clone(), Scope::Global);
    state.proxy(target, 2, context)
}

/// What a trap was called about: its scope and the name, None for symbols.
fn asked(state: &State, args: &[JsValue]) -> JsResult<Option<(Scope, Text)>> {
    limits::has_stack(state)?;
    let target = argument(args, 0).as_object();
    let scope = target.and_then(|target| state.scopes.borrow().get(&target).copied());
    let name = argument(args, 1).as_string();
    Ok(scope.zip(name.map(|name| name.to_std_string_lossy().into())))
}

fn variable(state: &State, scope: Scope, name: &Text) -> JsResult<Option<Variable>> {
    match &**name {
        SCOPE | OUTER | DECLARED => return Ok(None),
        "globalThis" | "window" | "self" => {
            return Ok(Some(Variable {
                value: Value::Object(GLOBAL),
                slot: None,
                is_constant: false,
            }));
        }
        _ => {}
    }
    state
        .host
        .variable(scope, name)
        .map_err(|reason| state.refuse(reason))
}

fn read(state: &Rc<State>, context: &mut Context, name: &str, variable: &Variable) -> JsResult<JsValue> {
    let written = variable
        .slot
        .and_then(|slot| state.written.borrow().get(&slot).cloned());
    match (written, &variable.value) {
        (Some(value), _) => Ok(value),
        (None, Value::Uninitialized) => Err(JsNativeError::reference()
            .with_message(format!("Cannot access '{name}' before initialization"))
            .into()),
        (None, Value::Unavailable) => Err(state.refuse(format!("the value of {name} was not recorded"))),
        (None, value) => import(state, context, value),
    }
}

fn write(state: &State, name: &str, variable: &Variable, value: JsValue) -> JsResult<JsValue> {
    state.may_write()?;
    if variable.is_constant {
        return Err(JsNativeError::typ()
            .with_message("Assignment to constant variable.")
            .into());
    }
    let Some(slot) = variable.slot else {
        return Err(state.refuse(format!("nothing can be written to {name} in a recording")));
    };
    state.assigned.borrow_mut().insert(slot);
    state.written.borrow_mut().insert(slot, value);
    Ok(true.into())
}

fn of_the_page(state: &State, name: &str) -> JsResult<()> {
    match state.host.is_of_the_page(name) {
        true => Err(state.refuse(format!("{name} needs the live page, which a recording is not"))),
        false => Ok(()),
    }
}

fn has(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state_of(context)?;
    let Some((scope, name)) = asked(&state, args)? else {
        return Ok(false.into());
    };
    // Asked in every round of a loop.
    if [CHECK, TICK, EXPONENT].contains(&&*name) {
        return Ok(false.into());
    }
    if variable(&state, scope, &name)?.is_some() {
        return Ok(true.into());
    }
    // What the program declared since is the engine's own.
    let own = [context.global_object(), state.declared(None)];
    for object in own {
        if object.has_own_property(js_string!(&*name), context)? {
            return Ok(false.into());
        }
    }
    of_the_page(&state, &name)?;
    Ok(false.into())
}

fn get(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state_of(context)?;
    let Some((scope, name)) = asked(&state, args)? else {
        return Ok(JsValue::undefined());
    };
    match variable(&state, scope, &name)? {
        Some(variable) => read(&state, context, &name, &variable),
        None => Ok(JsValue::undefined()),
    }
}

fn set(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state_of(context)?;
    let Some((scope, name)) = asked(&state, args)? else {
        return Ok(false.into());
    };
    match variable(&state, scope, &name)? {
        Some(variable) => write(&state, &name, &variable, argument(args, 2)),
        None => Ok(false.into()),
    }
}

fn delete(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    Ok(false.into())
}

fn global_has(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state_of(context)?;
    if let Some((scope, name)) = asked(&state, args)? {
        if variable(&state, scope, &name)?.is_some() {
            return Ok(true.into());
        }
        of_the_page(&state, &name)?;
    }
    let key: PropertyKey = argument(args, 1).to_property_key(context)?;
    Ok(context.global_object().has_property(key, context)?.into())
}

fn global_get(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state_of(context)?;
    if let Some((scope, name)) = asked(&state, args)? {
        if let Some(variable) = variable(&state, scope, &name)? {
            return read(&state, context, &name, &variable);
        }
        if !context
            .global_object()
            .has_own_property(js_string!(&*name), context)?
        {
            of_the_page(&state, &name)?;
        }
    }
    let key: PropertyKey = argument(args, 1).to_property_key(context)?;
    context.global_object().get(key, context)
}

fn global_set(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state_of(context)?;
    state.may_write()?;
    if let Some((scope, name)) = asked(&state, args)?
        && let Some(variable) = variable(&state, scope, &name)?
    {
        return write(&state, &name, &variable, argument(args, 2));
    }
    let key: PropertyKey = argument(args, 1).to_property_key(context)?;
    Ok(context
        .global_object()
        .set(key, argument(args, 2), false, context)?
        .into())
}

fn global_descriptor(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state_of(context)?;
    Err(state.refuse("not all properties of the global object are recorded"))
}
