//! The document of the page at the moment: what is open in it, which node is looked at, what is known of that one, and which
//! is pointed at on the picture.
//!
//! Everything is read from the pause of the moment, whose answers live in it and are asked for once ([`super::objects`]). From
//! moment to moment what is open and chosen is kept by [`Key`]; until the document of a new moment can be read as far as it is
//! open, the one before stays. Kept here: the rows shown last, up to 5,000 names of nodes that were opened.

mod acts;
mod choosing;
mod following;

use std::{rc::Rc, sync::Arc};

use client::Pause;
use leptos::prelude::*;
use wire::{
    css::ComputedStyleProperty,
    dom::{BoxModel, NodeBounds},
    ids::{ObjectId, PauseId, PersistentObjectId},
    pause::{Object, ObjectPreviewLevel},
    point::ExecutionPoint,
};

use super::{
    Intents,
    late::Late,
    objects::{Looking, ObjectStore, TreeKey},
    pause::PauseStore,
};
use crate::logic::{
    elements::{
        boxes,
        listeners::Listeners,
        markup,
        rules::Sheet,
        tree::{self, Key, RowInfo, Rows, State},
    },
    scopes::Found,
    tree as values,
};

/// The tree of what the chosen node holds as an object.
pub const PROPERTIES: TreeKey = TreeKey {
    name: "elements",
    number: 0,
};

/// What is told of the chosen node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Facet {
    /// The rules that apply to it.
    #[default]
    Rules,
    /// What its style came to.
    Computed,
    /// Its boxes.
    Boxes,
    /// Who listens.
    Listeners,
    /// Its attributes, and what it holds as an object.
    Properties,
}

/// The document as far as it is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// The pause that the ids belong to.
    pub pause_id: Option<PauseId>,
    /// Its rows.
    pub rows: Arc<Rows>,
    /// Whether it is that of a moment before, until this one's has come.
    pub is_stale: bool,
    /// Why there is none.
    pub failure: Option<String>,
    /// Where the pause is.
    point: Option<ExecutionPoint>,
    /// The document, and what it is called in other pauses.
    document: Option<(ObjectId, Option<PersistentObjectId>)>,
}

/// An element that is shown on the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Lit {
    /// What it is called.
    pub label: String,
    /// Where it lies, if that is known of all elements.
    pub bounds: Option<NodeBounds>,
    /// Its boxes, once they are known.
    pub model: Option<BoxModel>,
}

/// What is open and chosen, in which pause.
#[derive(Clone, Debug, Default, PartialEq)]
struct Standing {
    /// The pause that the ids belong to.
    pause_id: Option<PauseId>,
    state: State,
    chosen: Option<Chosen>,
}

/// The node that is looked at.
#[derive(Clone, Debug, Default, PartialEq)]
struct Chosen {
    /// Its id in the pause of the standing; None after a move.
    id: Option<ObjectId>,
    /// What it is called in all pauses, once its row was seen.
    key: Option<Key>,
    label: String,
}

impl Chosen {
    /// Keeps its name for pauses in which it may have another id.
    fn carry(&mut self, rows: &Rows) {
        if let Some(id) = self.id.take()
            && let Some(info) = rows.row_of(&id).and_then(|row| rows.infos.get(row))
        {
            self.key = Some(info.key.clone());
        }
    }
}

/// The document, and what is looked at in it.
#[derive(Clone, Copy)]
pub struct ElementStore {
    late: Late<Signals>,
    objects: ObjectStore,
    pause: PauseStore,
    intents: Intents,
}

/// What is shown of the document, and how.
#[derive(Clone, Copy)]
struct Signals {
    standing: RwSignal<Standing>,
    last: StoredValue<Arc<Shown>>,
    /// Whether ids of nodes are the same in all pauses; None while that is not known.
    has_lasting_ids: StoredValue<Option<bool>>,
    facet: RwSignal<Facet>,
    with_ancestors: RwSignal<bool>,
    /// The node under the mouse in the tree.
    hovered: RwSignal<Option<(PauseId, ObjectId)>>,
    /// Whether the keyboard moves in the tree.
    is_walked: RwSignal<bool>,
    /// While picking: where on the page the pointer is.
    picking: RwSignal<Option<Option<(f64, f64)>>>,
    query: RwSignal<String>,
    found_at: RwSignal<Option<usize>>,
    /// Counts the times that the chosen node is to be brought into sight.
    reveals: RwSignal<u32>,
    /// Whether the tree is to have the keyboard's focus.
    wants_focus: RwSignal<bool>,
    announcement: RwSignal<String>,
    notice: RwSignal<String>,
}

impl Default for Signals {
    fn default() -> Self {
        Self {
            standing: RwSignal::default(),
            last: StoredValue::default(),
            has_lasting_ids: StoredValue::new(None),
            facet: RwSignal::default(),
            with_ancestors: RwSignal::new(true),
            hovered: RwSignal::default(),
            is_walked: RwSignal::new(false),
            picking: RwSignal::default(),
            query: RwSignal::default(),
            found_at: RwSignal::default(),
            reveals: RwSignal::new(0),
            wants_focus: RwSignal::new(false),
            announcement: RwSignal::default(),
            notice: RwSignal::default(),
        }
    }
}

impl ElementStore {
    pub(super) fn new(objects: ObjectStore, pause: PauseStore, intents: Intents) -> Self {
        Self {
            late: Late::new(),
            objects,
            pause,
            intents,
        }
    }

    fn late(&self) -> Signals {
        self.late.get()
    }

    /// The document at the moment, tracked.
    pub fn shown(&self) -> Arc<Shown> {
        let standing = self.late().standing.read();
        let last = self.late().last.get_value();
        let stale = || {
            Arc::new(Shown {
                is_stale: true,
                ..Shown::clone(&last)
            })
        };
        let Some(pause) = self.pause.current() else {
            return stale();
        };
        if standing.pause_id.as_ref() != Some(pause.id()) {
            return stale();
        }
        let looking = self.objects.look(&pause);
        let document = match looking.document() {
            Found::Ready(document) => document,
            Found::Pending => return stale(),
            Found::Failed(reason) => {
                return Arc::new(Shown {
                    pause_id: Some(pause.id().clone()),
                    failure: Some(reason),
                    ..Shown::default()
                });
            }
        };
        let rows = Rows::new(&document, &standing.state, &|id, level| looking.object(id, level));
        let is_first = last.pause_id.as_ref() != Some(pause.id());
        if rows.is_pending && is_first && !last.rows.rows.is_empty() {
            return stale();
        }
        let lasting = pause
            .known_object(&document)
            .and_then(|object| object.persistent_id.clone());
        let shown = Arc::new(Shown {
            pause_id: Some(pause.id().clone()),
            rows: Arc::new(rows),
            is_stale: false,
            failure: None,
            point: pause.point().cloned(),
            document: Some((document, lasting)),
        });
        if is_first {
            self.compare_ids(&last, &shown);
        }
        self.late().last.set_value(Arc::clone(&shown));
        shown
    }

    /// The document node of what is shown.
    pub fn document(&self, shown: &Shown) -> Option<ObjectId> {
        shown.document.as_ref().map(|(id, _)| id.clone())
    }

    /// The row of the chosen node in what is shown, tracked.
    pub fn chosen_row(&self, shown: &Shown) -> Option<usize> {
        let standing = self.late().standing.read();
        let chosen = standing.chosen.as_ref()?;
        let by_id = chosen.id.as_ref().filter(|_| shown.pause_id == standing.pause_id);
        by_id
            .and_then(|id| shown.rows.row_of(id))
            .or_else(|| shown.rows.row_of_key(chosen.key.as_ref()?))
    }

    /// What the chosen node is called, whether or not it is there at the moment; tracked.
    pub fn chosen_label(&self) -> Option<String> {
        self.late()
            .standing
            .with(|standing| standing.chosen.as_ref().map(|chosen| chosen.label.clone()))
    }

    /// What is told of the chosen node, tracked.
    pub fn facet(&self) -> Facet {
        self.late().facet.get()
    }

    /// Has something else told of the chosen node.
    pub fn set_facet(&self, facet: Facet) {
        self.late().facet.set(facet);
    }

    /// Whether those who listen above the chosen node are told of too.
    pub fn with_ancestors(&self) -> RwSignal<bool> {
        self.late().with_ancestors
    }

    /// Counts the times that the chosen node is to be brought into sight.
    pub fn reveals(&self) -> Signal<u32> {
        self.late().reveals.into()
    }

    /// Whether the tree is to have the keyboard's focus, because a node was pointed out elsewhere.
    pub fn wants_focus(&self) -> RwSignal<bool> {
        self.late().wants_focus
    }

    /// Which node was chosen by other means than its row, to be read aloud.
    pub fn announcement(&self) -> Signal<String> {
        self.late().announcement.into()
    }

    /// Why something could not be done.
    pub fn notice(&self) -> Signal<String> {
        self.late().notice.into()
    }

    /// A node of the pause as fully as it can be told. Tracked.
    pub fn node(&self, pause_id: &PauseId, id: &ObjectId) -> Found<Rc<Object>> {
        self.read(pause_id, |looking| looking.object(id, ObjectPreviewLevel::Full))
    }

    /// The rules of an element. Tracked.
    pub fn rules(&self, pause_id: &PauseId, element: &ObjectId, above: &[(ObjectId, String)]) -> Sheet {
        let looking = self.looking(pause_id);
        let Some(looking) = looking else {
            return Sheet {
                is_pending: true,
                ..Sheet::default()
            };
        };
        Sheet::new(element, above, &|id, level| looking.object(id, level), &|id| {
            looking.rules(id)
        })
    }

    /// What the style of a node came to. Tracked.
    pub fn computed(&self, pause_id: &PauseId, id: &ObjectId) -> Found<Vec<ComputedStyleProperty>> {
        self.read(pause_id, |looking| looking.computed(id))
    }

    /// The boxes of a node. Tracked.
    pub fn boxes(&self, pause_id: &PauseId, id: &ObjectId) -> Found<BoxModel> {
        self.read(pause_id, |looking| looking.boxes(id))
    }

    /// Who listens at nodes, the one looked at first. Tracked.
    pub fn listeners(&self, pause_id: &PauseId, nodes: &[(ObjectId, String)]) -> Listeners {
        let looking = self.looking(pause_id);
        let Some(looking) = looking else {
            return Listeners {
                is_pending: true,
                ..Listeners::default()
            };
        };
        Listeners::new(nodes, &|id, level| looking.object(id, level), &|id| {
            looking.listeners(id)
        })
    }

    /// The node as an object. Tracked.
    pub fn properties(&self, pause_id: &PauseId, id: &ObjectId, label: &str) -> Arc<values::Rows> {
        let root = values::Root::Group(values::Group {
            key: "node".to_owned(),
            name: label.to_owned(),
            begins_open: true,
            contents: Found::Ready((Vec::new(), Some(id.clone()))),
        });
        self.objects.rows(PROPERTIES, pause_id, &[root])
    }

    /// The element that is shown on the picture, tracked: the one under the pointer while picking, else that of the row under
    /// the mouse or the one the keyboard is at.
    pub fn lit(&self) -> Option<Lit> {
        let picking = self.late().picking.get();
        let hovered = || self.late().hovered.get().or_else(|| self.walked());
        let pause = self.pause.current()?;
        let (looking, id, bounds) = match picking {
            Some(at) => {
                let looking = self.objects.look(&pause);
                let all = looking.all_boxes();
                let Found::Ready(all) = all else { return None };
                let bounds = boxes::element_at(&all.elements, at?)?.clone();
                (looking, bounds.node.clone(), Some(bounds))
            }
            None => {
                let (pause_id, id) = hovered()?;
                if pause_id != *pause.id() {
                    return None;
                }
                (self.objects.look(&pause), id, None)
            }
        };
        let object = looking.object(&id, ObjectPreviewLevel::CanOverflow);
        let model = match looking.boxes(&id) {
            Found::Ready(model) => Some(model),
            Found::Pending | Found::Failed(_) => None,
        };
        let label = match object {
            Found::Ready(object) => tree::node(&object).map(markup::label),
            Found::Pending | Found::Failed(_) => None,
        };
        Some(Lit {
            label: label.unwrap_or_else(|| "…".to_owned()),
            bounds,
            model,
        })
    }

    /// A session has been opened; ids of the one before mean nothing any more.
    pub(super) fn ask_again(&self) {
        if let Some(last) = self.late().last.try_get_value() {
            self.late().standing.try_update(|standing| {
                if let Some(chosen) = &mut standing.chosen {
                    chosen.carry(&last.rows);
                }
                standing.state.carry(&last.rows);
                standing.pause_id = None;
            });
            let rows = Arc::clone(&last.rows);
            self.late().last.set_value(Arc::new(Shown {
                rows,
                ..Shown::default()
            }));
        }
        self.late().hovered.try_set(None);
        self.late().picking.try_set(None);
        self.late().found_at.try_set(None);
    }

    /// The chosen element, while the keyboard moves in the tree.
    fn walked(&self) -> Option<(PauseId, ObjectId)> {
        if !self.late().is_walked.get() {
            return None;
        }
        let shown = self.late().last.get_value();
        let info = element_of(&shown.rows, self.chosen_row(&shown)?)?;
        Some((shown.pause_id.clone()?, info.id.clone()))
    }

    fn read<T>(&self, pause_id: &PauseId, read: impl FnOnce(&Looking) -> Found<T>) -> Found<T> {
        self.looking(pause_id)
            .map_or(Found::Pending, |looking| read(&looking))
    }

    fn looking(&self, pause_id: &PauseId) -> Option<Looking> {
        let pause = self.objects.pause(pause_id)?;
        Some(self.objects.look(&pause))
    }

    fn current_untracked(&self) -> Option<Pause> {
        untrack(|| self.pause.current())
    }

    fn compare_ids(&self, before: &Shown, now: &Shown) {
        if let (Some((id_before, Some(before))), Some((id, Some(now)))) = (&before.document, &now.document)
            && before == now
        {
            self.late().has_lasting_ids.set_value(Some(id_before == id));
        }
    }
}

/// The element of a row: for a text or a pseudo element the one it is in.
pub fn element_of(rows: &Rows, row: usize) -> Option<&RowInfo> {
    let mut row = row;
    loop {
        let info = rows.infos.get(row)?;
        if info.is_element {
            return Some(info);
        }
        row = info.parent?;
    }
}
