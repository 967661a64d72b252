//! What a run changed: told to the host, so that the pause shows it; or taken back, if the run was to change nothing.
//!
//! Proxies say what is written to them, and so do scopes. Objects without a proxy, which are containers and what earlier
//! runs made, are held against what they were.

use std::{collections::HashSet, rc::Rc};

use boa_engine::{
    Context, JsResult, JsValue, js_string,
    object::{
        JsObject,
        builtins::{JsMap, JsSet},
    },
    property::PropertyKey,
};
use recording::value::{Key, ObjectKind, ObjectState, Value};

use super::{
    export::{self, MAX_PARTS, key_of},
    objects,
    state::State,
};

/// What earlier runs added to the global object and declared besides, before a run that is to change nothing.
pub(crate) type Names = Vec<(JsObject, PropertyKey, JsValue)>;

/// What earlier runs added to the global object, and what they declared.
pub(crate) fn names(state: &State, context: &mut Context) -> JsResult<Names> {
    let mut names = Vec::new();
    for object in state.all_declared().into_iter().chain([context.global_object()]) {
        for key in object.own_property_keys(context)? {
            if !state.is_own_global(&key) {
                let property = object.borrow().properties().get(&key);
                let value = property.and_then(|property| property.value().cloned());
                names.push((object.clone(), key, value.unwrap_or_default()));
            }
        }
    }
    Ok(names)
}

/// Tells the host what a run changed.
pub(crate) fn tell(state: &Rc<State>, context: &mut Context) -> JsResult<()> {
    for slot in state.assigned.take() {
        let written = state.written.borrow().get(&slot).cloned();
        if let Some(written) = written {
            let value = export::value(state, context, &written);
            state.host.assign(slot, value);
        }
    }
    for (id, keys) in state.touched.take() {
        let target = state.target_of(id);
        if let (Some(target), Some(before)) = (target, state.host.state(id)) {
            let now = touched(state, context, &target, (*before).clone(), &keys)?;
            state.host.replace(id, now);
        }
    }
    for (id, object, before) in state.bare_objects() {
        if export::described(state, context, &object, false) != before {
            let now = export::described(state, context, &object, true);
            let shown = state.host.state(id).map(|shown| as_shown(&now, &before, &shown));
            state.host.replace(id, shown.unwrap_or_else(|| now.clone()));
            state.keep_bare(id, object, now);
        }
    }
    Ok(())
}

/// Takes back what a run changed that was to change nothing. Says whether it did.
pub(crate) fn take_back(state: &Rc<State>, context: &mut Context, names_before: Names) -> JsResult<bool> {
    let mut has_changed = false;
    for (_, object, before) in state.bare_objects() {
        if export::described(state, context, &object, false) != before {
            has_changed = true;
            restore(state, context, &object, &before)?;
        }
    }
    for (object, key, value) in names(state, context)? {
        let before = names_before
            .iter()
            .find(|(holder, known, _)| *holder == object && *known == key);
        match before {
            Some((_, _, before)) if JsValue::same_value(before, &value) => continue,
            Some((_, _, before)) => object.set(key, before.clone(), false, context).map(drop)?,
            None => object.delete_property_or_throw(key, context).map(drop)?,
        }
        has_changed = true;
    }
    Ok(has_changed)
}

/// A recorded object, after properties of what stands for it were written.
fn touched(
    state: &Rc<State>,
    context: &mut Context,
    target: &JsObject,
    mut object: ObjectState,
    keys: &HashSet<PropertyKey>,
) -> JsResult<ObjectState> {
    if let ObjectKind::Array { length, elements } = &mut object.kind {
        let now = target.get(js_string!("length"), context)?.to_length(context)?;
        *length = u32::try_from(now).unwrap_or(u32::MAX);
        elements.truncate(*length as usize);
    }
    for key in keys {
        let property = target.borrow().properties().get(key);
        let is_accessor = property
            .as_ref()
            .is_some_and(|property| property.is_accessor_descriptor());
        if let (ObjectKind::Array { length, elements }, PropertyKey::Index(index)) = (&mut object.kind, key)
            && !is_accessor
        {
            let index = index.get() as usize;
            if index < MAX_PARTS && index < *length as usize {
                let value = property.and_then(|property| property.value().cloned());
                let value = value.map(|value| export::value(state, context, &value));
                if elements.len() <= index {
                    elements.resize(index + 1, None);
                }
                if let Some(element) = elements.get_mut(index) {
                    *element = value;
                }
            }
            continue;
        }
        let name = key_of(key);
        if matches!(&object.kind, ObjectKind::Array { .. }) && name == Key::Name("length".into()) {
            continue;
        }
        let at = object.properties.iter().position(|property| property.key == name);
        let property = property.map(|property| export::property(state, context, name, &property));
        match (at, property) {
            (Some(at), Some(property)) => {
                if let Some(known) = object.properties.get_mut(at) {
                    *known = property;
                }
            }
            (Some(at), None) => {
                object.properties.remove(at);
                object.n_properties = object.n_properties.saturating_sub(1);
            }
            (None, Some(property)) => {
                object.n_properties += 1;
                if object.properties.len() < MAX_PARTS {
                    object.properties.push(property);
                }
            }
            (None, None) => {}
        }
    }
    if state.reparented.borrow().contains(target) {
        let prototype = target.prototype();
        object.prototype = prototype.and_then(|prototype| state.ids.borrow().get(&prototype).copied());
    }
    Ok(object)
}

/// An object without a proxy as the host shows it: what the recording knows better stays.
fn as_shown(now: &ObjectState, before: &ObjectState, shown: &ObjectState) -> ObjectState {
    let mut next = now.clone();
    if now.class_name == before.class_name {
        next.class_name = shown.class_name.clone();
    }
    if now.prototype == before.prototype {
        next.prototype = shown.prototype;
    }
    if let (ObjectKind::Error { stack, .. }, ObjectKind::Error { stack: shown, .. }) =
        (&mut next.kind, &shown.kind)
    {
        *stack = shown.clone();
    }
    if now.kind == before.kind {
        next.kind = shown.kind.clone();
    }
    next
}

fn restore(
    state: &Rc<State>,
    context: &mut Context,
    object: &JsObject,
    before: &ObjectState,
) -> JsResult<()> {
    let values = |values: &[Value], context: &mut Context| objects::import_all(state, context, values);
    match &before.kind {
        ObjectKind::Map { entries, .. } => {
            let map = JsMap::from_object(object.clone())?;
            map.clear(context)?;
            for (key, value) in entries {
                let key = objects::import(state, context, key)?;
                let value = objects::import(state, context, value)?;
                map.set(key, value, context)?;
            }
        }
        ObjectKind::Set { entries, .. } => {
            if let Ok(set) = JsSet::from_object(object.clone()) {
                set.clear();
                for value in values(entries, context)? {
                    set.add(value, context)?;
                }
            }
        }
        ObjectKind::Date(millis) => {
            let set_time = state.built_in("Date.prototype.setTime")?;
            set_time.call(&object.clone().into(), &[JsValue::from(*millis)], context)?;
        }
        ObjectKind::TypedArray { elements, .. } => {
            for (idx, value) in values(elements, context)?.into_iter().enumerate() {
                object.set(idx as u32, value, false, context)?;
            }
        }
        ObjectKind::Array { length, elements } => {
            object.set(js_string!("length"), *length, false, context)?;
            for (idx, element) in elements.iter().enumerate() {
                match element {
                    Some(element) => {
                        let value = objects::import(state, context, element)?;
                        object.create_data_property_or_throw(idx as u32, value, context)?;
                    }
                    None => object.delete_property_or_throw(idx as u32, context).map(drop)?,
                }
            }
        }
        _ => {}
    }
    for key in object.own_property_keys(context)? {
        let is_part = matches!(
            (&before.kind, &key),
            (
                ObjectKind::Array { .. } | ObjectKind::TypedArray { .. },
                PropertyKey::Index(_)
            )
        );
        let name = key_of(&key);
        let is_hidden = is_part || export::is_not_listed(object, &name);
        if !is_hidden && !before.properties.iter().any(|property| property.key == name) {
            object.delete_property_or_throw(key, context)?;
        }
    }
    objects::add_own(state, context, object, before)
}
