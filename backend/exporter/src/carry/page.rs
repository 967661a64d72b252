//! The page as it stood when a part begins: its documents, boxes, style sheets and listeners, the picture shown, the
//! address, the requests under way.

mod documents;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use recording::{
    error::ReadError,
    event::{Event, Navigation, Paint, Row, Tabled},
    ids::ObjectId,
    network::{NetworkEvent, RequestEvent},
    page::{
        ComputedStyle, Dispatch, DomChange, ElementLayout, Layout, ListenerChange, StyleSheet, StyleSheets,
    },
    point::Point,
    reader::Reader,
};

use self::documents::Documents;
use crate::roles::Roles;

/// The page as it stood at some point, as the events that make it so.
#[derive(Default)]
pub(crate) struct PageBefore {
    pub(crate) events: Vec<Event>,
}

impl PageBefore {
    /// Reads what the tables say of the time before a part that ends at `end`. What the nodes are for is noted in `roles`.
    pub(crate) fn of(
        reader: &Reader,
        begin: Point,
        end: Point,
        roles: &mut Roles,
    ) -> Result<Self, ReadError> {
        let mut page = Self::default();
        let mut documents = Documents::default();
        each_before(reader, begin, |row: Row<DomChange>| {
            roles.note(&row.event);
            documents.apply(row.event);
        })?;
        page.events
            .extend(documents.into_changes().into_iter().map(Event::Dom));
        let mut layouts = Layouts::default();
        each_before(reader, begin, |row: Row<Layout>| layouts.apply(row.event))?;
        page.events.extend(layouts.into_layout().map(Event::Layout));
        page.events
            .extend(style_sheets(reader, begin, end)?.map(Event::Styles));
        page.events
            .extend(listeners(reader, begin)?.into_iter().map(Event::Listener));
        page.events
            .extend(last::<Navigation>(reader, begin)?.map(Event::Navigation));
        page.events
            .extend(last::<Paint>(reader, begin)?.map(Event::Paint));
        page.events
            .extend(requests_under_way(reader, begin)?.into_iter().map(Event::Network));
        // Last: what is called from here on are handlers of it.
        page.events
            .extend(last::<Dispatch>(reader, begin)?.map(Event::Dispatch));
        Ok(page)
    }
}

/// Passes on the rows of a table that come before a point.
fn each_before<E: Tabled>(
    reader: &Reader,
    begin: Point,
    mut pass_on: impl FnMut(Row<E>),
) -> Result<(), ReadError> {
    for batch in reader.batches::<E>() {
        let batch = batch?;
        let is_past = batch.first().is_some_and(|row| row.point >= begin);
        if is_past {
            break;
        }
        batch
            .into_iter()
            .filter(|row| row.point < begin)
            .for_each(&mut pass_on);
    }
    Ok(())
}

fn last<E: Tabled>(reader: &Reader, begin: Point) -> Result<Option<E>, ReadError> {
    let mut last = None;
    each_before(reader, begin, |row: Row<E>| last = Some(row.event))?;
    Ok(last)
}

/// Boxes as the layouts since the last full one say them.
#[derive(Default)]
struct Layouts {
    viewport: (f64, f64),
    scroll: (f64, f64),
    elements: BTreeMap<ObjectId, ElementLayout>,
    order: Option<Vec<ObjectId>>,
    /// All of them: later layouts go on with their numbers.
    styles: Vec<ComputedStyle>,
    is_known: bool,
}

impl Layouts {
    fn apply(&mut self, layout: Layout) {
        if layout.is_full {
            *self = Self::default();
        }
        (self.viewport, self.scroll, self.is_known) = (layout.viewport, layout.scroll, true);
        for gone in layout.gone {
            self.elements.remove(&gone);
        }
        let elements = layout.elements.into_iter();
        self.elements
            .extend(elements.map(|element| (element.id, element)));
        self.order = layout.order.or_else(|| self.order.take());
        self.styles.extend(layout.styles);
    }

    fn into_layout(self) -> Option<Layout> {
        self.is_known.then(|| Layout {
            is_full: true,
            viewport: self.viewport,
            scroll: self.scroll,
            elements: self.elements.into_values().collect(),
            gone: Vec::new(),
            order: self.order,
            styles: self.styles,
        })
    }
}

/// The style sheets that apply, and those that will once more without being told of anew.
fn style_sheets(reader: &Reader, begin: Point, end: Point) -> Result<Option<StyleSheets>, ReadError> {
    let mut sheets: BTreeMap<u32, StyleSheet> = BTreeMap::new();
    let mut order = None;
    each_before(reader, begin, |row: Row<StyleSheets>| {
        let known = row.event.sheets.into_iter();
        sheets.extend(known.map(|sheet| (sheet.id, sheet)));
        order = Some(row.event.order);
    })?;
    let Some(order) = order else { return Ok(None) };
    let mut needed: BTreeSet<u32> = order.iter().copied().collect();
    for batch in reader.batches::<StyleSheets>() {
        for row in batch? {
            if (begin..=end).contains(&row.point) {
                needed.extend(row.event.order);
            }
        }
    }
    sheets.retain(|id, _| needed.contains(id));
    Ok(Some(StyleSheets {
        sheets: sheets.into_values().collect(),
        order,
    }))
}

/// The listeners that are there.
fn listeners(reader: &Reader, begin: Point) -> Result<Vec<ListenerChange>, ReadError> {
    let mut added: HashMap<(ObjectId, String, ObjectId, bool), (usize, ListenerChange)> = HashMap::new();
    let mut n_added = 0;
    each_before(reader, begin, |row: Row<ListenerChange>| {
        let listener = row.event;
        let key = (
            listener.target,
            listener.event_type.to_string(),
            listener.handler,
            listener.capture,
        );
        match listener.is_added {
            true => {
                n_added += 1;
                added.entry(key).or_insert((n_added, listener));
            }
            false => drop(added.remove(&key)),
        }
    })?;
    let mut added: Vec<_> = added.into_values().collect();
    added.sort_by_key(|(order, _)| *order);
    Ok(added.into_iter().map(|(_, listener)| listener).collect())
}

/// What is known of the requests that were not over.
fn requests_under_way(reader: &Reader, begin: Point) -> Result<Vec<NetworkEvent>, ReadError> {
    let mut under_way: BTreeMap<u32, Vec<NetworkEvent>> = BTreeMap::new();
    each_before(reader, begin, |row: Row<NetworkEvent>| {
        let request = row.event.request;
        match row.event.what {
            RequestEvent::Done { .. } | RequestEvent::Failed(_) => drop(under_way.remove(&request)),
            RequestEvent::Sent { .. } => drop(under_way.insert(request, vec![row.event])),
            _ => {
                if let Some(known) = under_way.get_mut(&request) {
                    // What a websocket said before is over; the first message tells that it speaks.
                    known.retain(|event| !matches!(event.what, RequestEvent::Frame { .. }));
                    if !matches!(row.event.what, RequestEvent::Frame { .. }) {
                        known.push(row.event);
                    }
                }
            }
        }
    })?;
    let known: BTreeSet<u32> = under_way.keys().copied().collect();
    let mut events: Vec<_> = under_way.into_values().flatten().collect();
    for event in &mut events {
        if let RequestEvent::Sent {
            trigger,
            redirected_from,
            ..
        } = &mut event.what
        {
            // What called for it is not here.
            *trigger = None;
            *redirected_from = redirected_from.filter(|request| known.contains(request));
        }
    }
    Ok(events)
}
