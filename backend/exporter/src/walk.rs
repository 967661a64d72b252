//! Everything that a record says of the program, one thing after the other.

use recording::{
    ids::{BindingId, FunctionId, InstanceId, ObjectId, ScopeId, SiteId},
    record::Record,
    value::{Key, ObjectKind, ObjectState, Property, Slot, Value},
};

/// Looks at, or changes, what records say.
pub(crate) trait Visit {
    /// A value that the program held.
    fn value(&mut self, value: &mut Value);
    /// The name of a property.
    fn key(&mut self, _: &mut Key) {}
    /// What is said of an object as a whole, before what it holds is looked at.
    fn state(&mut self, _: ObjectId, _: &mut ObjectState) {}
    /// An object that is shown, changed or referred to.
    fn object(&mut self, _: ObjectId) {}
    /// A frame or scope that the record refers to; not one that it begins.
    fn instance(&mut self, _: &mut InstanceId) {}
    /// A part of a script.
    fn code(&mut self, _: Code) {}
}

/// A part of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Code {
    /// A place.
    Site(SiteId),
    /// A function.
    Function(FunctionId),
    /// A scope.
    Scope(ScopeId),
    /// A variable.
    Binding(BindingId),
}

/// Passes on what a record says.
pub(crate) fn record(record: &mut Record, visit: &mut impl Visit) {
    if let Some(object) = record.object() {
        visit.object(object);
    }
    match record {
        Record::Tick(_)
        | Record::Leave
        | Record::End
        | Record::Catch
        | Record::Suspend
        | Record::Mark
        | Record::EntriesClear { .. } => {}
        Record::Step(SiteId::IDLE) => {}
        Record::Step(site) => visit.code(Code::Site(*site)),
        Record::Enter {
            function,
            parent,
            this,
            arguments,
        } => {
            visit.code(Code::Function(*function));
            visit.instance(parent);
            this.iter_mut()
                .chain(arguments)
                .for_each(|value| one(value, visit));
        }
        Record::Return(value) | Record::Throw(value) => one(value, visit),
        Record::Resume(instance) => visit.instance(instance),
        Record::Write {
            owner,
            binding,
            value,
        }
        | Record::Append {
            owner,
            binding,
            suffix: value,
        } => {
            visit.instance(owner);
            if *binding != BindingId::THIS {
                visit.code(Code::Binding(*binding));
            }
            one(value, visit);
        }
        Record::Scope {
            scope,
            parent: instance,
        }
        | Record::ScopeCopy {
            scope,
            from: instance,
        } => {
            visit.code(Code::Scope(*scope));
            visit.instance(instance);
        }
        Record::Object { object, state: shown } => state(*object, shown, visit),
        Record::Property { key, value, .. } => {
            visit.key(key);
            one(value, visit);
        }
        Record::PropertyDelete { key, .. } => visit.key(key),
        Record::Splice { inserted, .. } => inserted.iter_mut().for_each(|value| one(value, visit)),
        Record::MapSet { key, value, .. } => {
            one(key, visit);
            one(value, visit);
        }
        Record::SetAdd { value, .. } | Record::EntryDelete { key: value, .. } => one(value, visit),
    }
}

/// Passes on what is said of an object.
pub(crate) fn state(object: ObjectId, state: &mut ObjectState, visit: &mut impl Visit) {
    visit.state(object, state);
    if let Some(prototype) = state.prototype {
        visit.object(prototype);
    }
    match &mut state.kind {
        ObjectKind::Array { elements, .. } => {
            elements.iter_mut().flatten().for_each(|value| one(value, visit))
        }
        ObjectKind::TypedArray { elements, .. }
        | ObjectKind::Set {
            entries: elements, ..
        } => elements.iter_mut().for_each(|value| one(value, visit)),
        ObjectKind::Map { entries, .. } => {
            for (key, value) in entries {
                one(key, visit);
                one(value, visit);
            }
        }
        ObjectKind::Boxed(value) => one(value, visit),
        ObjectKind::Function {
            function: Some(function),
            ..
        } => visit.code(Code::Function(*function)),
        _ => {}
    }
    for Property { key, value, .. } in &mut state.properties {
        visit.key(key);
        match value {
            Slot::Value(value) => one(value, visit),
            Slot::Accessor { get, set } => {
                let functions = [*get, *set].into_iter().flatten();
                functions.for_each(|function| visit.object(function));
            }
        }
    }
}

fn one(value: &mut Value, visit: &mut impl Visit) {
    if let Value::Object(object) = value {
        visit.object(*object);
    }
    visit.value(value);
}
