//! What an interpreter keeps besides the engine's own state.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, JsSymbol, JsValue,
    error::RuntimeLimitError,
    js_string,
    native_function::{NativeFunction, NativeFunctionPointer},
    object::JsObject,
    property::PropertyKey,
};
use recording::{
    ids::{FunctionId, ObjectId},
    value::{ObjectState, Text},
};

use super::{limits, scopes, traps};
use crate::{Host, Scope};

pub(crate) struct State {
    pub(crate) host: Rc<dyn Host>,
    built_ins: HashMap<&'static str, JsObject>,
    /// Handlers of proxies: of objects, of scopes, of the global object.
    pub(crate) handlers: [JsObject; 3],
    /// Objects of the recording, as the program sees them.
    pub(crate) objects: RefCell<HashMap<ObjectId, JsObject>>,
    /// The same the other way round, with objects that were made and sent out.
    pub(crate) ids: RefCell<HashMap<JsObject, ObjectId>>,
    /// What proxies stand before.
    pub(crate) targets: RefCell<HashMap<JsObject, Target>>,
    /// Scopes by the objects that stand for them.
    pub(crate) scopes: RefCell<HashMap<JsObject, Scope>>,
    /// Objects that proxies do not stand for, as the host last knew them: containers, and what was made.
    bare: RefCell<BTreeMap<ObjectId, (JsObject, ObjectState)>>,
    /// Recorded objects whose properties this run wrote, and which.
    pub(crate) touched: RefCell<HashMap<ObjectId, HashSet<PropertyKey>>>,
    /// Objects behind proxies that were given another prototype.
    pub(crate) reparented: RefCell<HashSet<JsObject>>,
    /// Variables that this run wrote.
    pub(crate) assigned: RefCell<HashSet<(u32, u32)>>,
    /// What the global object had before any program ran.
    own_globals: HashSet<PropertyKey>,
    /// What texts declared: names that their scope had, by scope, and all others.
    declared: RefCell<HashMap<Option<Scope>, JsObject>>,
    /// Variables that were written.
    pub(crate) written: RefCell<HashMap<(u32, u32), JsValue>>,
    /// Functions that were called.
    pub(crate) compiled: RefCell<HashMap<FunctionId, JsObject>>,
    symbols: RefCell<HashMap<Text, JsSymbol>>,
    refusal: RefCell<Option<String>>,
    is_pure: Cell<bool>,
    /// Bytes of what this run made.
    pub(crate) spent: Cell<u64>,
    /// The same of all runs.
    pub(crate) spent_in_all: Cell<u64>,
    /// Objects of the recording being looked into within each other.
    pub(crate) depth: Cell<u32>,
}

/// An object behind a proxy.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Which object it stands for.
    pub(crate) id: ObjectId,
    /// Whether it holds what the object holds.
    pub(crate) is_filled: bool,
}

/// Said of what may change nothing and does.
pub(crate) const CHANGES: &str = "it would change what it reads";

/// What is kept of the language's own.
const BUILT_INS: [&str; 37] = [
    "Array",
    "BigInt",
    "Boolean",
    "DataView",
    "Date",
    "Date.prototype.setTime",
    "Error",
    "EvalError",
    "Float32Array",
    "Float64Array",
    "Function",
    "Int16Array",
    "Int32Array",
    "Int8Array",
    "Map",
    "Number",
    "Object",
    "Promise",
    "Proxy",
    "RangeError",
    "ReferenceError",
    "RegExp",
    "Set",
    "String",
    "Symbol",
    "SyntaxError",
    "TypeError",
    "URIError",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "WeakMap",
    "WeakRef",
    "WeakSet",
    "AggregateError",
    "ArrayBuffer",
];

impl State {
    pub(crate) fn new(host: Rc<dyn Host>, context: &mut Context) -> JsResult<Self> {
        let mut built_ins = HashMap::new();
        for name in BUILT_INS.into_iter().chain(traps::REFLECT) {
            built_ins.insert(name, limits::built_in(context, name)?);
        }
        limits::guard_built_ins(context)?;
        let handlers = [
            handler(context, &traps::TRAPS)?,
            handler(context, &scopes::SCOPE_TRAPS)?,
            handler(context, &scopes::GLOBAL_TRAPS)?,
        ];
        let global = context.global_object();
        let own_globals = global.own_property_keys(context)?.into_iter().collect();
        Ok(Self {
            host,
            built_ins,
            handlers,
            objects: RefCell::default(),
            ids: RefCell::default(),
            targets: RefCell::default(),
            scopes: RefCell::default(),
            bare: RefCell::default(),
            touched: RefCell::default(),
            reparented: RefCell::default(),
            assigned: RefCell::default(),
            own_globals,
            declared: RefCell::default(),
            written: RefCell::default(),
            compiled: RefCell::default(),
            symbols: RefCell::default(),
            refusal: RefCell::default(),
            is_pure: Cell::new(false),
            spent: Cell::new(0),
            spent_in_all: Cell::new(0),
            depth: Cell::new(0),
        })
    }

    /// Begins a run.
    pub(crate) fn begin(&self, is_pure: bool) {
        self.is_pure.set(is_pure);
        self.depth.set(0);
        self.spent.set(0);
        self.refusal.replace(None);
        self.touched.take();
        self.assigned.take();
    }

    /// The object that has what texts declared.
    pub(crate) fn declared(&self, scope: Option<Scope>) -> JsObject {
        let mut declared = self.declared.borrow_mut();
        declared
            .entry(scope)
            .or_insert_with(JsObject::with_null_proto)
            .clone()
    }

    /// Every such object.
    pub(crate) fn all_declared(&self) -> Vec<JsObject> {
        self.declared.borrow().values().cloned().collect()
    }

    /// Whether a name of the global object is the language's own.
    pub(crate) fn is_own_global(&self, key: &PropertyKey) -> bool {
        self.own_globals.contains(key)
    }

    /// Whether this run wrote a property of a recorded object.
    pub(crate) fn is_touched(&self, id: ObjectId, key: &PropertyKey) -> bool {
        let touched = self.touched.borrow();
        touched.get(&id).is_some_and(|keys| keys.contains(key))
    }

    /// The object behind the proxy of a recorded one.
    pub(crate) fn target_of(&self, id: ObjectId) -> Option<JsObject> {
        let targets = self.targets.borrow();
        let found = targets.iter().find(|(_, target)| target.id == id);
        found.map(|(target, _)| target.clone())
    }

    /// Remembers an object without a proxy as the host knows it.
    pub(crate) fn keep_bare(&self, id: ObjectId, object: JsObject, known: ObjectState) {
        self.bare.borrow_mut().insert(id, (object, known));
    }

    /// Objects without a proxy, as the host knows them.
    pub(crate) fn bare_objects(&self) -> Vec<(ObjectId, JsObject, ObjectState)> {
        let bare = self.bare.borrow();
        let each = bare.iter();
        each.map(|(id, (object, known))| (*id, object.clone(), known.clone()))
            .collect()
    }

    /// Ends the run: it cannot be carried through.
    pub(crate) fn refuse(&self, reason: impl Into<String>) -> JsError {
        self.refusal.borrow_mut().get_or_insert_with(|| reason.into());
        // No program catches this one.
        RuntimeLimitError::Recursion.into()
    }

    /// Why the run was refused, if it was.
    pub(crate) fn take_refusal(&self) -> Option<String> {
        self.refusal.take()
    }

    /// Refuses to write if nothing may be written.
    pub(crate) fn may_write(&self) -> JsResult<()> {
        match self.is_pure.get() {
            true => Err(self.refuse(CHANGES)),
            false => Ok(()),
        }
    }

    /// Something of the language's own, as it was before any program ran.
    pub(crate) fn built_in(&self, name: &str) -> JsResult<JsObject> {
        let found = self.built_ins.get(name).cloned();
        found.ok_or_else(|| {
            JsNativeError::typ()
                .with_message(format!("there is no {name}"))
                .into()
        })
    }

    /// The prototype of the built-in class of a name, if there is one.
    pub(crate) fn prototype_of(&self, class_name: &str, context: &mut Context) -> JsResult<Option<JsObject>> {
        match self.built_ins.get(class_name).cloned() {
            Some(class) => Ok(class.get(js_string!("prototype"), context)?.as_object()),
            None => Ok(None),
        }
    }

    /// The symbol of a description: the recording tells them apart by that alone.
    pub(crate) fn symbol(&self, description: &Text) -> JsSymbol {
        let well_known = match &**description {
            "Symbol.iterator" => Some(JsSymbol::iterator()),
            "Symbol.asyncIterator" => Some(JsSymbol::async_iterator()),
            "Symbol.hasInstance" => Some(JsSymbol::has_instance()),
            "Symbol.toPrimitive" => Some(JsSymbol::to_primitive()),
            "Symbol.toStringTag" => Some(JsSymbol::to_string_tag()),
            "Symbol.species" => Some(JsSymbol::species()),
            _ => None,
        };
        well_known
            .or_else(|| self.symbols.borrow().get(description).cloned())
            .or_else(|| {
                let symbol = JsSymbol::new(Some(js_string!(&**description)))?;
                self.symbols
                    .borrow_mut()
                    .insert(description.clone(), symbol.clone());
                Some(symbol)
            })
            .unwrap_or_else(JsSymbol::unscopables)
    }

    /// A proxy.
    pub(crate) fn proxy(
        &self,
        target: JsObject,
        handler: usize,
        context: &mut Context,
    ) -> JsResult<JsObject> {
        let handler = self
            .handlers
            .get(handler)
            .cloned()
            .map_or(JsValue::undefined(), JsValue::from);
        self.built_in("Proxy")?
            .construct(&[target.into(), handler], None, context)
    }
}

/// The state of the interpreter that a context belongs to.
pub(crate) fn state_of(context: &Context) -> JsResult<Rc<State>> {
    let state = context.get_data::<Rc<State>>().cloned();
    state.ok_or_else(|| {
        JsNativeError::error()
            .with_message("the engine lost its recording")
            .into()
    })
}

fn handler(context: &mut Context, traps: &[(&str, NativeFunctionPointer)]) -> JsResult<JsObject> {
    let handler = JsObject::with_null_proto();
    for (name, trap) in traps {
        let function = NativeFunction::from_fn_ptr(*trap).to_js_function(context.realm());
        handler.create_data_property_or_throw(js_string!(*name), function, context)?;
    }
    Ok(handler)
}
