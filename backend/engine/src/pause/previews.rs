//! Values and object previews of a pause. A long file, for every kind of object has parts of its own.

use std::sync::Arc;

use recording::{
    ids::{FunctionId, ObjectId},
    script::BindingKind,
    value::{self, Key, ObjectKind, ObjectState, Slot},
};
use wire::{
    dom::{Attr, Node},
    pause::{
        ContainerEntry, NamedValue, Object, ObjectPreview, ObjectPreviewLevel, PromiseState,
        PromiseStateData, Property, PropertyConfigurationFlags, ProxyStateData, Value,
    },
};

use super::{ObjectKey, Scene};
use crate::{
    answer::{Answer, Failure},
    code,
};

/// UTF-16 code units of a string that are sent; the rest is replaced by an ellipsis. As many as other servers send.
const MAX_STRING_UNITS: usize = 10_000;

/// How much of an object one preview holds.
#[derive(Clone, Copy, Debug)]
struct Limits {
    properties: usize,
    entries: usize,
}

impl Limits {
    /// Enough for a line of text that stands for the object.
    const SOME: Self = Self {
        properties: 10,
        entries: 5,
    };
    /// Beyond this nobody reads on; the recorder keeps 1,000 of each.
    const ALL: Self = Self {
        properties: 5_000,
        entries: 5_000,
    };
    const NONE: Self = Self {
        properties: 0,
        entries: 0,
    };
}

impl Scene<'_> {
    /// A value as sent; an object it refers to is remembered, to be added.
    pub(crate) fn value(&mut self, value: &value::Value) -> Value {
        match value {
            value::Value::Undefined => Value::Undefined,
            value::Value::Null => Value::Null,
            value::Value::Boolean(value) => Value::Bool(*value),
            value::Value::Number(number) => Value::Number(*number),
            value::Value::String(text) => Value::String(cut(text)),
            value::Value::BigInt(digits) => Value::Bigint(digits.to_string()),
            value::Value::Symbol(description) => Value::Symbol(description.to_string()),
            value::Value::Object(super::GLOBAL_OBJECT) => self.mention(ObjectKey::Global),
            value::Value::Object(object) if self.state(*object).is_some() => {
                self.mention(ObjectKey::Recorded(*object))
            }
            value::Value::Object(_) | value::Value::Unavailable => Value::Unavailable,
            value::Value::Uninitialized => Value::Uninitialized,
        }
    }

    /// Refers to an object, which is remembered, to be added.
    pub(super) fn mention(&mut self, object: ObjectKey) -> Value {
        self.mentioned.push(object);
        Value::Object(object.to_wire())
    }

    /// Adds the objects referred to since this was last called.
    pub(crate) fn add_mentioned(&mut self, level: ObjectPreviewLevel, n_nested: u32) -> Answer<()> {
        let by_name = std::mem::take(&mut self.mentioned_by_name);
        for object in std::mem::take(&mut self.mentioned) {
            self.add_object(object, level, n_nested)?;
        }
        for object in by_name {
            self.add_object(object, ObjectPreviewLevel::None, 0)?;
        }
        Ok(())
    }

    /// Adds an object that was named to the client before.
    ///
    /// # Errors
    /// It was not.
    pub(super) fn add_named_object(
        &mut self,
        id: &wire::ids::ObjectId,
        level: ObjectPreviewLevel,
    ) -> Answer<()> {
        let is_known = |object: &ObjectKey| match object {
            ObjectKey::Page(_) => true,
            ObjectKey::Recorded(recorded) => {
                self.sent.objects.contains_key(object) || self.is_node(*recorded)
            }
            ObjectKey::Global => self.sent.objects.contains_key(object),
        };
        let object = ObjectKey::from_wire(id).filter(is_known);
        let object = object.ok_or_else(|| Failure::command(format!("no such object in this pause: {id}")))?;
        self.add_object(object, level, 1)
    }

    /// Adds an object, unless as much of it was sent. Objects it refers to get a small preview each, as many levels
    /// down as `n_nested`; those of the last level come without.
    pub(super) fn add_object(
        &mut self,
        object: ObjectKey,
        level: ObjectPreviewLevel,
        n_nested: u32,
    ) -> Answer<()> {
        if self.sent.objects.get(&object).is_some_and(|sent| *sent >= level) {
            return Ok(());
        }
        let (class_name, preview) = match object {
            ObjectKey::Recorded(recorded) => match self.state(recorded) {
                Some(state) => {
                    let mut preview = self.preview(&state, level)?;
                    if let Some(preview) = preview.as_mut().filter(|preview| preview.node.is_some()) {
                        self.add_as_node(recorded, level, preview)?;
                    }
                    (state.class_name.to_string(), preview)
                }
                None => match self.node_class(recorded) {
                    Some(class_name) if level == ObjectPreviewLevel::None => (class_name, None),
                    Some(class_name) => {
                        let mut preview = ObjectPreview {
                            properties: Some(Vec::new()),
                            ..ObjectPreview::default()
                        };
                        self.add_as_node(recorded, level, &mut preview)?;
                        (class_name, Some(preview))
                    }
                    // A getter or setter that the program never showed.
                    None => ("Function".to_owned(), None),
                },
            },
            ObjectKey::Page(object) => self.page_object(object, level)?,
            ObjectKey::Global => ("Window".to_owned(), self.global_preview(level)?),
        };
        // What has all that there is needs no fuller preview.
        let is_all = preview.as_ref().is_some_and(|preview| !preview.overflow);
        self.sent
            .add_object(object, if is_all { ObjectPreviewLevel::Full } else { level });
        let described = Object {
            object_id: object.to_wire(),
            class_name,
            preview,
            persistent_id: self.persistent(object),
        };
        match self
            .in_data
            .get(&object)
            .and_then(|idx| self.data.objects.get_mut(*idx))
        {
            Some(lesser) => *lesser = described,
            None => {
                self.in_data.insert(object, self.data.objects.len());
                self.data.objects.push(described);
            }
        }
        match n_nested {
            0 => self.add_mentioned(ObjectPreviewLevel::None, 0),
            _ => self.add_mentioned(ObjectPreviewLevel::CanOverflow, n_nested - 1),
        }
    }

    /// Object numbers last as long as the object, so they serve across pauses too.
    fn persistent(&self, object: ObjectKey) -> Option<wire::ids::PersistentObjectId> {
        match object {
            ObjectKey::Recorded(object) if super::evaluation::is_made(object) => None,
            ObjectKey::Recorded(object) => Some(wire::ids::PersistentObjectId::from(object.0.to_string())),
            ObjectKey::Global | ObjectKey::Page(_) => None,
        }
    }

    fn preview(&mut self, state: &ObjectState, level: ObjectPreviewLevel) -> Answer<Option<ObjectPreview>> {
        let limits = match level {
            ObjectPreviewLevel::None => return Ok(None),
            ObjectPreviewLevel::NoProperties => Limits::NONE,
            ObjectPreviewLevel::CanOverflow => Limits::SOME,
            ObjectPreviewLevel::Full => Limits::ALL,
        };
        let mut preview = ObjectPreview::default();
        let mut properties = Properties {
            list: Vec::new(),
            max: limits.properties,
            is_cut: false,
        };
        self.add_kind(state, limits, &mut preview, &mut properties)?;
        for value::Property { key, value, flags } in &state.properties {
            if self.add_slot(key, value, &mut preview) {
                continue;
            }
            let is_shown = properties.has_room();
            if !is_shown {
                break;
            }
            properties.list.push(self.property(key, value, *flags));
        }
        let prototype = state
            .prototype
            .filter(|prototype| self.state(*prototype).is_some());
        preview.prototype_id = prototype.map(|prototype| {
            self.mentioned_by_name.push(ObjectKey::Recorded(prototype));
            ObjectKey::Recorded(prototype).to_wire()
        });
        let entries_are_cut = preview.container_entry_count.is_some_and(|count| {
            let n_sent = preview.container_entries.as_ref().map_or(0, Vec::len) as u64;
            n_sent < count && n_sent >= limits.entries as u64
        });
        // Nothing more can be had than the full preview has, whatever the recorder left out.
        preview.overflow = match level {
            ObjectPreviewLevel::NoProperties => true,
            ObjectPreviewLevel::Full | ObjectPreviewLevel::None => false,
            ObjectPreviewLevel::CanOverflow => {
                // What nobody could look into is not empty.
                let is_opaque = matches!(state.kind, ObjectKind::Opaque);
                properties.is_cut || entries_are_cut || is_opaque
            }
        };
        preview.properties = (level != ObjectPreviewLevel::NoProperties).then_some(properties.list);
        Ok(Some(preview))
    }

    /// The parts that only some kinds of object have.
    fn add_kind(
        &mut self,
        state: &ObjectState,
        limits: Limits,
        preview: &mut ObjectPreview,
        properties: &mut Properties,
    ) -> Answer<()> {
        match &state.kind {
            ObjectKind::Plain | ObjectKind::Weak | ObjectKind::Window | ObjectKind::Opaque => {}
            // How it stands is among the properties, where it is known.
            ObjectKind::Promise => {}
            ObjectKind::Proxy => {
                let unknown = ProxyStateData {
                    target: Value::Unavailable,
                    handler: Value::Unavailable,
                };
                preview.proxy_state = Some(unknown);
            }
            ObjectKind::Array { length, elements } => {
                properties.push_extra("length", Value::Number(f64::from(*length)), WRITABLE);
                // Holes have no property.
                let present = elements
                    .iter()
                    .enumerate()
                    .filter_map(|(idx, element)| Some((idx, element.as_ref()?)));
                self.add_elements(present, properties);
            }
            ObjectKind::TypedArray { length, elements } => {
                preview.getter_values = Some(vec![named("length", Value::Number(f64::from(*length)))]);
                self.add_elements(elements.iter().enumerate(), properties);
            }
            ObjectKind::Map { size, entries } => {
                let entries = entries
                    .iter()
                    .take(limits.entries)
                    .map(|(key, value)| ContainerEntry {
                        key: Some(self.value(key)),
                        value: self.value(value),
                    });
                preview.container_entries = Some(entries.collect());
                add_size(*size, preview);
            }
            ObjectKind::Set { size, entries } => {
                let entries = entries.iter().take(limits.entries);
                let entries = entries.map(|value| ContainerEntry {
                    key: None,
                    value: self.value(value),
                });
                preview.container_entries = Some(entries.collect());
                add_size(*size, preview);
            }
            ObjectKind::Function { name, function } => {
                preview.function_name = (!name.is_empty()).then(|| name.to_string());
                if let Some(function) = function {
                    self.add_function(*function, preview)?;
                }
            }
            ObjectKind::Date(millis) => preview.date_time = (!millis.is_nan()).then_some(*millis as i64),
            ObjectKind::RegExp(source) => preview.regexp_string = Some(source.to_string()),
            ObjectKind::Error { message, stack } => {
                for (name, text) in [("message", message), ("stack", stack)] {
                    let is_own = |property: &value::Property| property.key == Key::Name(name.into());
                    if !state.properties.iter().any(is_own) {
                        properties.push_extra(name, Value::String(cut(text)), WRITABLE | CONFIGURABLE);
                    }
                }
            }
            ObjectKind::Boxed(inner) => {
                let value = self.value(inner);
                properties.push_extra("[[PrimitiveValue]]", value, 0);
            }
            ObjectKind::Node {
                node_type,
                node_name,
                node_value,
                attributes,
            } => {
                preview.node = Some(Node {
                    node_type: u32::from(*node_type),
                    node_name: node_name.to_string(),
                    node_value: node_value.as_deref().map(str::to_owned),
                    // Required, and not recorded: a node the program holds is most often in the document.
                    is_connected: true,
                    attributes: attributes
                        .iter()
                        .map(|(name, value)| Attr {
                            name: name.to_string(),
                            value: value.to_string(),
                        })
                        .collect(),
                    pseudo_type: None,
                    style: None,
                    parent_node: None,
                    child_nodes: None,
                    document_url: None,
                });
            }
        }
        Ok(())
    }

    /// What stands among the properties in double brackets is none: `[[PromiseState]]`, `[[Target]]`, or the name of a
    /// getter of the engine's own, `[[byteLength]]`. Whether it was one of these.
    fn add_slot(&mut self, key: &Key, slot: &Slot, preview: &mut ObjectPreview) -> bool {
        let (Key::Name(name), Slot::Value(value)) = (key, slot) else {
            return false;
        };
        let Some(name) = name.strip_prefix("[[").and_then(|name| name.strip_suffix("]]")) else {
            return false;
        };
        match (name, value) {
            ("PromiseState", value::Value::String(text)) => {
                let state = match &**text {
                    "fulfilled" => PromiseState::Fulfilled,
                    "rejected" => PromiseState::Rejected,
                    _ => PromiseState::Pending,
                };
                preview.promise_state = Some(PromiseStateData { state, value: None });
            }
            ("PromiseResult", value) => {
                let value = self.value(value);
                if let Some(promise) = &mut preview.promise_state {
                    promise.value = Some(value);
                }
            }
            ("Target" | "Handler", value) => {
                let value = self.value(value);
                if let Some(proxy) = &mut preview.proxy_state {
                    match name {
                        "Target" => proxy.target = value,
                        _ => proxy.handler = value,
                    }
                }
            }
            (name, value) if name.starts_with(|c: char| c.is_ascii_lowercase()) => {
                let value = self.value(value);
                preview
                    .getter_values
                    .get_or_insert_default()
                    .push(named(name, value));
            }
            _ => return false,
        }
        true
    }

    fn add_elements<'v>(
        &mut self,
        elements: impl Iterator<Item = (usize, &'v value::Value)>,
        properties: &mut Properties,
    ) {
        for (idx, element) in elements {
            if !properties.has_room() {
                break;
            }
            let value = self.value(element);
            properties.list.push(property(
                idx.to_string(),
                value,
                PropertyConfigurationFlags::ALL.0,
            ));
        }
    }

    /// What the text says of a function.
    fn add_function(&mut self, id: FunctionId, preview: &mut ObjectPreview) -> Answer<()> {
        let Some(script) = self.trace.script_of_function(id)? else {
            return Ok(());
        };
        let Some(function) = code::function(&script, id) else {
            return Ok(());
        };
        let names = function
            .parameters
            .iter()
            .filter_map(|parameter| code::binding(&script, *parameter));
        preview.function_parameter_names = Some(names.map(|binding| binding.name.to_string()).collect());
        preview.function_location = Some(self.trace.mapped(&script, function.start));
        Ok(())
    }

    fn property(&mut self, key: &Key, slot: &Slot, flags: u8) -> Property {
        let (name, is_symbol) = match key {
            Key::Name(name) => (name.to_string(), false),
            Key::Index(index) => (index.to_string(), false),
            Key::Symbol(description) => (description.to_string(), true),
        };
        let mut accessor = |function: &Option<ObjectId>| {
            function.map(|function| {
                self.mentioned_by_name.push(ObjectKey::Recorded(function));
                ObjectKey::Recorded(function).to_wire()
            })
        };
        let (get, set, value) = match slot {
            Slot::Value(value) => (None, None, self.value(value)),
            Slot::Accessor { get, set } => (accessor(get), accessor(set), Value::Undefined),
        };
        Property {
            name,
            value,
            flags: PropertyConfigurationFlags(flags),
            get,
            set,
            is_symbol,
        }
    }

    /// The global object, as far as classic scripts made it: `var`s and functions at their top level.
    fn global_preview(&mut self, level: ObjectPreviewLevel) -> Answer<Option<ObjectPreview>> {
        if level == ObjectPreviewLevel::None {
            return Ok(None);
        }
        let n_mentioned = self.mentioned.len();
        let variables = self.global_variables()?.into_iter();
        let own = variables.filter(|(_, kind)| matches!(kind, BindingKind::Var | BindingKind::Function));
        let mut properties: Vec<Property> = own
            .map(|(NamedValue { name, value }, _)| property(name, value, WRITABLE | ENUMERABLE))
            .collect();
        let max = match level {
            ObjectPreviewLevel::Full => Limits::ALL.properties,
            ObjectPreviewLevel::CanOverflow => Limits::SOME.properties,
            ObjectPreviewLevel::None | ObjectPreviewLevel::NoProperties => 0,
        };
        let overflow = level != ObjectPreviewLevel::Full && properties.len() > max || max == 0;
        properties.truncate(max);
        // Only what is sent counts as referred to.
        self.mentioned.truncate(n_mentioned);
        let kept = properties
            .iter()
            .filter_map(|property| property.value.as_object())
            .filter_map(ObjectKey::from_wire);
        self.mentioned.extend(kept.collect::<Vec<_>>());
        let properties = (max > 0).then_some(properties);
        Ok(Some(ObjectPreview {
            overflow,
            properties,
            ..ObjectPreview::default()
        }))
    }
}

const WRITABLE: u8 = 1;
const CONFIGURABLE: u8 = 2;
const ENUMERABLE: u8 = 4;

/// Properties gathered up to a limit.
struct Properties {
    list: Vec<Property>,
    max: usize,
    is_cut: bool,
}

impl Properties {
    /// Whether one more fits; if not, notes that some are missing.
    fn has_room(&mut self) -> bool {
        let has_room = self.list.len() < self.max;
        self.is_cut |= !has_room;
        has_room
    }

    /// Adds one that no limit keeps out, unless there are to be none at all.
    fn push_extra(&mut self, name: &str, value: Value, flags: u8) {
        if self.max > 0 {
            self.max += 1;
            self.list.push(property(name.to_owned(), value, flags));
        }
    }
}

fn property(name: String, value: Value, flags: u8) -> Property {
    Property {
        name,
        value,
        flags: PropertyConfigurationFlags(flags),
        get: None,
        set: None,
        is_symbol: false,
    }
}

fn named(name: &str, value: Value) -> NamedValue {
    NamedValue {
        name: name.to_owned(),
        value,
    }
}

fn add_size(size: u32, preview: &mut ObjectPreview) {
    preview.container_entry_count = Some(u64::from(size));
    preview.getter_values = Some(vec![named("size", Value::Number(f64::from(size)))]);
}

/// A string as sent.
fn cut(text: &Arc<str>) -> String {
    if text.len() <= MAX_STRING_UNITS {
        return text.to_string();
    }
    let mut n_units = 0;
    let end = text.char_indices().find(|(_, char)| {
        n_units += char.len_utf16();
        n_units > MAX_STRING_UNITS
    });
    match end {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_string(),
    }
}
