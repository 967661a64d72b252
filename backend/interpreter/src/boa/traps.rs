//! Traps of the proxies that stand for recorded objects: each fills the object behind, then lets it answer.

use std::rc::Rc;

use boa_engine::{
    Context, JsResult, JsValue,
    native_function::NativeFunctionPointer,
    object::{JsObject, builtins::JsArray},
};
use recording::{
    ids::ObjectId,
    value::{Key, ObjectKind, ObjectState, Slot, Value},
};

use super::{
    functions, limits,
    objects::{self, fill},
    state::{State, state_of},
};

/// Reflect's functions, by which an object answers as if there were no proxy.
pub(crate) const REFLECT: [&str; 12] = [
    "Reflect.get",
    "Reflect.set",
    "Reflect.has",
    "Reflect.deleteProperty",
    "Reflect.ownKeys",
    "Reflect.getOwnPropertyDescriptor",
    "Reflect.defineProperty",
    "Reflect.getPrototypeOf",
    "Reflect.setPrototypeOf",
    "Reflect.isExtensible",
    "Reflect.preventExtensions",
    "Reflect.construct",
];

/// Every trap.
pub(crate) const TRAPS: [(&str, NativeFunctionPointer); 13] = [
    ("get", |_, args, context| read(args, context, "Reflect.get")),
    ("has", |_, args, context| read(args, context, "Reflect.has")),
    ("getOwnPropertyDescriptor", |_, args, context| {
        read(args, context, "Reflect.getOwnPropertyDescriptor")
    }),
    ("ownKeys", own_keys),
    ("getPrototypeOf", |_, args, context| {
        forward(args, context, "Reflect.getPrototypeOf")
    }),
    ("isExtensible", |_, args, context| {
        forward(args, context, "Reflect.isExtensible")
    }),
    ("set", |_, args, context| change(args, context, "Reflect.set")),
    ("deleteProperty", |_, args, context| {
        change(args, context, "Reflect.deleteProperty")
    }),
    ("defineProperty", |_, args, context| {
        change(args, context, "Reflect.defineProperty")
    }),
    ("setPrototypeOf", |_, args, context| {
        change(args, context, "Reflect.setPrototypeOf")
    }),
    ("preventExtensions", |_, args, context| {
        change(args, context, "Reflect.preventExtensions")
    }),
    ("apply", apply),
    ("construct", construct),
];

/// What a trap is charged.
const TRAP_BYTES: u64 = 32;

/// An argument, undefined if there is none.
pub(crate) fn argument(args: &[JsValue], idx: usize) -> JsValue {
    args.get(idx).cloned().unwrap_or_default()
}

/// The object behind a proxy, filled, and the one it stands for.
fn target(args: &[JsValue], state: &Rc<State>, context: &mut Context) -> JsResult<(JsObject, ObjectId)> {
    // One object's prototype may be the other's: each step between them goes through here.
    limits::spend(state, TRAP_BYTES)?;
    let target = argument(args, 0).to_object(context)?;
    let found = state.targets.borrow().get(&target).cloned();
    let Some(found) = found else {
        return Err(state.refuse("an object was lost"));
    };
    if !found.is_filled {
        if let Some(target) = state.targets.borrow_mut().get_mut(&target) {
            target.is_filled = true;
        }
        fill(state, context, &target, found.id)?;
    }
    Ok((target, found.id))
}

fn forward(args: &[JsValue], context: &mut Context, function: &str) -> JsResult<JsValue> {
    let state = state_of(context)?;
    target(args, &state, context)?;
    state
        .built_in(function)?
        .call(&JsValue::undefined(), args, context)
}

fn change(args: &[JsValue], context: &mut Context, function: &str) -> JsResult<JsValue> {
    let state = state_of(context)?;
    state.may_write()?;
    let (target, id) = target(args, &state, context)?;
    match function {
        "Reflect.setPrototypeOf" => {
            state.touched.borrow_mut().entry(id).or_default();
            state.reparented.borrow_mut().insert(target);
        }
        "Reflect.preventExtensions" => {}
        _ => {
            let key = argument(args, 1).to_property_key(context)?;
            state.touched.borrow_mut().entry(id).or_default().insert(key);
        }
    }
    state
        .built_in(function)?
        .call(&JsValue::undefined(), args, context)
}

/// Reading a property: one that is not there may be one that was not recorded.
fn read(args: &[JsValue], context: &mut Context, function: &str) -> JsResult<JsValue> {
    let state = state_of(context)?;
    let (target, id) = target(args, &state, context)?;
    if let Some(name) = argument(args, 1).as_string() {
        let key = argument(args, 1).to_property_key(context)?;
        let is_written = state.is_touched(id, &key);
        let is_own = target.has_own_property(key, context)?;
        let name = name.to_std_string_lossy();
        if !is_written
            && let Some(recorded) = state.host.state(id)
            && let Some(reason) = unknown(&recorded, &name, is_own)
        {
            return Err(state.refuse(reason));
        }
    }
    state
        .built_in(function)?
        .call(&JsValue::undefined(), args, context)
}

fn own_keys(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state_of(context)?;
    let (_, id) = target(args, &state, context)?;
    if let Some(recorded) = state.host.state(id) {
        let is_cut = recorded.n_properties as usize > recorded.properties.len();
        let is_long = matches!(&recorded.kind, ObjectKind::Array { length, elements } if *length as usize > elements.len());
        if is_cut || is_long {
            return Err(state.refuse("not all properties of this object were recorded"));
        }
    }
    let keys = forward(args, context, "Reflect.ownKeys")?;
    // Private members are kept as ordinary ones: no program sees their names.
    let is_shown = |key: &JsValue| {
        !key.as_string()
            .is_some_and(|name| name.to_std_string_lossy().starts_with('#'))
    };
    let keys: Vec<_> = objects::list(&keys, context)?
        .into_iter()
        .filter(is_shown)
        .collect();
    Ok(JsArray::from_iter(keys, context).into())
}

/// Why a property cannot be told, if it cannot.
fn unknown(recorded: &ObjectState, name: &str, is_own: bool) -> Option<String> {
    let index = name.parse::<u32>().ok();
    let key = index.map_or_else(|| Key::Name(name.into()), Key::Index);
    let property = recorded.properties.iter().find(|property| property.key == key);
    let element = match (&recorded.kind, index) {
        (ObjectKind::Array { elements, .. }, Some(index)) => {
            elements.get(index as usize).and_then(Option::as_ref)
        }
        _ => None,
    };
    let stored = match property.map(|property| &property.value) {
        Some(Slot::Value(value)) => Some(value),
        _ => element,
    };
    if stored == Some(&Value::Unavailable) {
        return Some(format!("the value of {name} was not recorded"));
    }
    if is_own {
        return None;
    }
    if let (ObjectKind::Array { length, elements }, Some(index)) = (&recorded.kind, index)
        && index < *length
        && index as usize >= elements.len()
    {
        return Some(format!(
            "only the first {} of {length} were recorded",
            elements.len()
        ));
    }
    if recorded.n_properties as usize > recorded.properties.len() {
        return Some("not all properties of this object were recorded".to_owned());
    }
    let is_node = matches!(recorded.kind, ObjectKind::Node { .. });
    (is_node || objects::is_of_the_host(recorded)).then(|| {
        format!(
            "{}.{name} needs the live page, which a recording is not",
            recorded.class_name
        )
    })
}

fn apply(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state_of(context)?;
    let (_, id) = target(args, &state, context)?;
    let function = functions::compiled(&state, context, id)?;
    let arguments = objects::list(&argument(args, 2), context)?;
    function.call(&argument(args, 1), &arguments, context)
}

fn construct(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = state_of(context)?;
    let (_, id) = target(args, &state, context)?;
    let function = functions::compiled(&state, context, id)?;
    let args = [function.into(), argument(args, 1), argument(args, 2)];
    state
        .built_in("Reflect.construct")?
        .call(&JsValue::undefined(), &args, context)
}
