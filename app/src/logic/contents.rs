//! What an object holds, as the rows under it: entries, properties, getters, what it is made of inside.

use components::preview::Tone;
use wire::{
    ids::{ObjectId, ScopeId},
    pause::{ContainerEntry, NamedValue, Object, ObjectPreview, Property, Value},
};

use super::{
    literal,
    value::{self, Budget},
};

/// More children than this of one kind are put into groups of this many.
pub const BUCKET: usize = 100;

/// What a row stands for in the program, and so what can be asked about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Subject {
    /// A heading, a note, or something inside of the language that has no name in it.
    #[default]
    None,
    /// A variable of a scope.
    Variable {
        /// The scope; None for one that only a person named, such as a watched expression.
        scope: Option<ScopeId>,
        /// Its name.
        name: String,
    },
    /// A property of an object.
    Property {
        /// The object that has it.
        object: ObjectId,
        /// Its name.
        name: String,
        /// Whether the name is the description of a symbol.
        is_symbol: bool,
    },
    /// An entry of a Map, with its key as JavaScript would write it where that can be written, or of a Set.
    Entry {
        /// The Map or Set.
        object: ObjectId,
        /// The key.
        key: Option<String>,
    },
}

/// What stands behind a child's name.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// A value.
    Value(Value),
    /// What a getter gives, which is not known before it is run.
    Getter {
        /// On which object it is run.
        receiver: ObjectId,
        /// Its name.
        name: String,
    },
    /// Some of many.
    Bucket(Vec<Child>),
}

/// One row under an object or a scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Child {
    /// What tells it from its siblings; the same in every pause.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// The colour of the name.
    pub tone: Tone,
    /// What it holds.
    pub held: Held,
    /// What it is in the program.
    pub subject: Subject,
}

impl Child {
    /// A value that is part of nothing: what a person asked for.
    pub fn root(name: impl Into<String>, value: Value) -> Self {
        let name = name.into();
        Self {
            key: format!("r:{name}"),
            subject: Subject::Variable {
                scope: None,
                name: name.clone(),
            },
            name,
            tone: Tone::Key,
            held: Held::Value(value),
        }
    }

    /// A part of the language's own, such as the state of a promise.
    pub fn internal(name: &str, value: Value) -> Self {
        Self {
            key: format!("i:{name}"),
            name: name.to_owned(),
            tone: Tone::Faint,
            held: Held::Value(value),
            subject: Subject::None,
        }
    }

    /// The value, if it is one.
    pub fn value(&self) -> Option<&Value> {
        match &self.held {
            Held::Value(value) => Some(value),
            Held::Getter { .. } | Held::Bucket(_) => None,
        }
    }
}

/// The children of an object. `receiver` is the object that getters are run on: the one that inherits, where this is a
/// prototype.
pub fn children(object: &Object, preview: &ObjectPreview, receiver: &ObjectId) -> Vec<Child> {
    let id = &object.object_id;
    let entries = preview.container_entries.as_deref().unwrap_or_default();
    let entries = (0..)
        .zip(entries)
        .map(|(index, entry)| child_of_entry(id, index, entry));
    let mut children = in_buckets("e", entries.collect(), |index, _| index.to_string());
    let (items, named): (Vec<&Property>, Vec<&Property>) = preview
        .properties
        .iter()
        .flatten()
        .partition(|property| is_index(property));
    let known = preview.getter_values.as_deref().unwrap_or_default();
    let child =
        |(index, property): (usize, &&Property)| child_of_property(id, receiver, index, property, known);
    let items = items.iter().enumerate().map(child).collect();
    children.extend(in_buckets("p", items, |_, child| child.name.clone()));
    let accessors: Vec<Child> = named.iter().flat_map(|property| accessors(property)).collect();
    let named_children: Vec<Child> = named.iter().enumerate().map(child).collect();
    let is_own = |name: &str| named.iter().any(|property| property.name == name);
    children.extend(in_buckets("n", named_children, |_, child| child.name.clone()));
    children.extend(
        known
            .iter()
            .filter(|getter| !is_own(&getter.name))
            .map(|NamedValue { name, value }| Child {
                key: format!("g:{name}"),
                name: name.clone(),
                tone: Tone::Faint,
                held: Held::Value(value.clone()),
                subject: Subject::Property {
                    object: id.clone(),
                    name: name.clone(),
                    is_symbol: false,
                },
            }),
    );
    children.extend(accessors);
    children.extend(internals(preview));
    children
}

/// A sentence about what is missing from the children, if anything is known to be.
pub fn missing(object: &Object, preview: &ObjectPreview) -> Option<String> {
    let n_entries = preview.container_entries.as_ref().map_or(0, Vec::len) as u64;
    if let Some(n) = preview.container_entry_count.filter(|n| *n > n_entries) {
        return Some(format!("{} more entries were not recorded", n - n_entries));
    }
    if matches!(object.class_name.as_str(), "WeakMap" | "WeakSet") && n_entries == 0 {
        return Some("The entries of weak containers are not recorded".to_owned());
    }
    if value::is_list(object) {
        let n_items = preview
            .properties
            .iter()
            .flatten()
            .filter(|property| is_index(property))
            .count();
        let n_missing = value::list_len(preview).saturating_sub(n_items);
        return (n_missing > 0).then(|| format!("{n_missing} more are empty or were not recorded"));
    }
    None
}

fn is_index(property: &Property) -> bool {
    !property.is_symbol
        && !property.name.is_empty()
        && property.name.bytes().all(|byte| byte.is_ascii_digit())
}

fn child_of_entry(object: &ObjectId, index: usize, entry: &ContainerEntry) -> Child {
    let text = |key: &Value| -> String {
        value::tokens(key, &|_| None, Budget::NARROW)
            .into_iter()
            .map(|token| token.text)
            .collect()
    };
    let (key, name) = match &entry.key {
        Some(Value::Object(_)) | None => (None, index.to_string()),
        Some(key @ Value::String(text)) => (Some(literal::quoted(text, usize::MAX)), self::key_name(key)),
        Some(key) => (Some(text(key)), text(key)),
    };
    let subject = Subject::Entry {
        object: object.clone(),
        key,
    };
    let held = match &entry.key {
        // A key that is an object is a row of its own, beside the value.
        Some(key @ Value::Object(_)) => Held::Bucket(vec![
            Child::internal("key", key.clone()),
            Child::internal("value", entry.value.clone()),
        ]),
        _ => Held::Value(entry.value.clone()),
    };
    Child {
        key: format!("e:{}", if entry.key.is_some() { &name } else { "" }) + &format!("#{index}"),
        name,
        tone: Tone::Literal,
        held,
        subject,
    }
}

fn key_name(key: &Value) -> String {
    match key {
        Value::String(text) => literal::quoted(text, 80),
        _ => String::new(),
    }
}

fn child_of_property(
    object: &ObjectId,
    receiver: &ObjectId,
    index: usize,
    property: &Property,
    known: &[NamedValue],
) -> Child {
    let Property { name, is_symbol, .. } = property;
    let is_accessor = property.get.is_some() || property.set.is_some();
    let known = known.iter().find(|getter| getter.name == *name);
    let held = match (is_accessor, known) {
        (true, Some(known)) => Held::Value(known.value.clone()),
        (true, None) if property.get.is_none() => Held::Value(Value::Undefined),
        (true, None) => Held::Getter {
            receiver: receiver.clone(),
            name: name.clone(),
        },
        (false, _) => Held::Value(property.value.clone()),
    };
    Child {
        key: match is_symbol {
            true => format!("s:{name}#{index}"),
            false => format!("p:{name}"),
        },
        name: match is_symbol {
            true if !name.starts_with("Symbol(") => format!("Symbol({name})"),
            _ => name.clone(),
        },
        tone: match property.flags.is_enumerable() {
            _ if name.starts_with('#') => Tone::Literal,
            true => Tone::Key,
            false => Tone::Faint,
        },
        held,
        subject: Subject::Property {
            object: object.clone(),
            name: name.clone(),
            is_symbol: *is_symbol,
        },
    }
}

/// The functions behind a property.
fn accessors(property: &Property) -> Vec<Child> {
    [("get", &property.get), ("set", &property.set)]
        .into_iter()
        .filter_map(|(kind, function)| {
            let function = Value::Object(function.clone()?);
            Some(Child::internal(&format!("{kind} {}", property.name), function))
        })
        .collect()
}

fn internals(preview: &ObjectPreview) -> Vec<Child> {
    let mut internals = Vec::new();
    if let Some(promise) = &preview.promise_state {
        let state = Value::String(promise.state.to_string());
        internals.push(Child::internal("[[PromiseState]]", state));
        let result = promise.value.iter().cloned();
        internals.extend(result.map(|value| Child::internal("[[PromiseResult]]", value)));
    }
    if let Some(proxy) = &preview.proxy_state {
        internals.push(Child::internal("[[Target]]", proxy.target.clone()));
        internals.push(Child::internal("[[Handler]]", proxy.handler.clone()));
    }
    if let Some(prototype) = &preview.prototype_id {
        internals.push(Child::internal("[[Prototype]]", Value::Object(prototype.clone())));
    }
    internals
}

/// Puts many children into groups, groups into groups, until no more than [`BUCKET`] are left.
fn in_buckets(kind: &str, children: Vec<Child>, label: impl Fn(usize, &Child) -> String) -> Vec<Child> {
    let mut labelled: Vec<(String, String, Child)> = children
        .into_iter()
        .enumerate()
        .map(|(index, child)| {
            let label = label(index, &child);
            (label.clone(), label, child)
        })
        .collect();
    let mut level = 0;
    while labelled.len() > BUCKET {
        level += 1;
        let mut buckets = Vec::with_capacity(labelled.len() / BUCKET + 1);
        let mut rest = labelled.into_iter();
        for index in 0.. {
            let bucket: Vec<_> = rest.by_ref().take(BUCKET).collect();
            let (Some(first), Some(last)) = (bucket.first(), bucket.last()) else {
                break;
            };
            let (first, last) = (first.0.clone(), last.1.clone());
            let child = Child {
                key: format!("b{level}{kind}:{index}"),
                name: format!("[{first} … {last}]"),
                tone: Tone::Faint,
                held: Held::Bucket(bucket.into_iter().map(|(_, _, child)| child).collect()),
                subject: Subject::None,
            };
            buckets.push((first, last, child));
        }
        labelled = buckets;
    }
    labelled.into_iter().map(|(_, _, child)| child).collect()
}

#[cfg(test)]
mod tests {
    use wire::pause::{PromiseState, PromiseStateData};

    use super::*;

    fn property(name: &str) -> Property {
        Property {
            name: name.to_owned(),
            value: Value::Null,
            flags: Default::default(),
            get: None,
            set: None,
            is_symbol: false,
        }
    }

    fn names(class: &str, preview: ObjectPreview) -> Vec<String> {
        let object = Object {
            object_id: ObjectId::from("o"),
            class_name: class.to_owned(),
            preview: None,
            persistent_id: None,
        };
        children(&object, &preview, &object.object_id)
            .into_iter()
            .map(|child| match child.held {
                Held::Getter { .. } => format!("{} (…)", child.name),
                Held::Bucket(inside) => format!("{}×{}", child.name, inside.len()),
                Held::Value(_) => child.name,
            })
            .collect()
    }

    #[test]
    fn many_are_put_into_groups_of_a_hundred_and_groups_into_groups() {
        let list = |n: usize| ObjectPreview {
            properties: Some((0..n).map(|index| property(&index.to_string())).collect()),
            ..ObjectPreview::default()
        };
        assert_eq!(names("Array", list(2)), ["0", "1"]);
        assert_eq!(
            names("Array", list(250)),
            ["[0 … 99]×100", "[100 … 199]×100", "[200 … 249]×50"]
        );
        assert_eq!(
            names("Array", list(10_050)),
            ["[0 … 9999]×100", "[10000 … 10049]×1"]
        );
    }

    #[test]
    fn getters_wait_and_insides_come_last() {
        let preview = ObjectPreview {
            properties: Some(vec![
                Property {
                    get: Some(ObjectId::from("f")),
                    ..property("total")
                },
                property("#secret"),
            ]),
            getter_values: Some(vec![NamedValue {
                name: "size".to_owned(),
                value: 3.0.into(),
            }]),
            promise_state: Some(PromiseStateData {
                state: PromiseState::Pending,
                value: None,
            }),
            prototype_id: Some(ObjectId::from("p")),
            ..ObjectPreview::default()
        };
        assert_eq!(
            names("Cart", preview),
            [
                "total (…)",
                "#secret",
                "size",
                "get total",
                "[[PromiseState]]",
                "[[Prototype]]"
            ]
        );
    }

    #[test]
    fn what_the_recorder_left_out_is_said() {
        let object = |class: &str| Object {
            object_id: ObjectId::from("o"),
            class_name: class.to_owned(),
            preview: None,
            persistent_id: None,
        };
        let map = ObjectPreview {
            container_entry_count: Some(1_200),
            ..ObjectPreview::default()
        };
        assert_eq!(
            missing(&object("Map"), &map).as_deref(),
            Some("1200 more entries were not recorded")
        );
        let mut length = property("length");
        length.value = 5.0.into();
        let list = ObjectPreview {
            properties: Some(vec![property("0"), length]),
            ..ObjectPreview::default()
        };
        assert_eq!(
            missing(&object("Array"), &list).as_deref(),
            Some("4 more are empty or were not recorded")
        );
        assert_eq!(missing(&object("Object"), &ObjectPreview::default()), None);
    }
}
