//! The text that is shown, with what is known of its lines, and what is pointed at.

use std::{sync::Arc, time::Duration};

use components::{
    primitives::{
        button::Button,
        empty_state::EmptyState,
        icon::Icon,
        menu::{Menu, MenuPlace},
    },
    source::{
        HoverTarget, LineHits, LineMenu, PlaceReveal, Popover, SourceMark, SourcePlace, SourceText,
        SourceView,
    },
};
use leptos::prelude::*;
use wire::{debugger::Location, experimental::RecordedContent, ids::SourceId, pause::Value as WireValue};

use super::{LinePoints, View, menu, navigator::Part};
use crate::{
    logic::{contents::Child, library::sentence, place, scopes::Found, tree::Root},
    panels::values::InlineValueTree,
    stores::{
        Stores,
        objects::TreeKey,
        pause::Look,
        sources::{Text, Value},
    },
};

/// How long the pointer rests on a name before its value is asked for.
const REST: Duration = Duration::from_millis(200);
/// Texts that are kept ready to be shown, beside the one that is.
const N_READY: usize = 6;
/// The tree of the value that is pointed at.
const HOVER: TreeKey = TreeKey {
    name: "source.hover",
    number: 0,
};

/// The text, or why there is none.
#[component]
pub fn Viewer(view: View) -> impl IntoView {
    let Stores {
        sources,
        pause,
        recording,
        ..
    } = view.stores;
    let text = Memo::new(move |_| {
        let id = view.id.get()?;
        Some((sources.source(&id)?, sources.text(&id)?))
    });
    let ready = ready(view);
    show_something(view);
    let failure = move || match text.get() {
        Some((_, Found::Failed(reason))) => ("The source cannot be shown".to_owned(), sentence(&reason)),
        Some((_, Found::Pending)) => (String::new(), String::new()),
        _ if sources.all().with(|all| all.is_empty()) => match recording.lack(&RecordedContent::Sources) {
            Some(lack) => ("No sources".to_owned(), lack),
            None => (String::new(), String::new()),
        },
        _ => (
            "No source is open".to_owned(),
            "Choose one of the files, or a frame of the call stack.".to_owned(),
        ),
    };
    let is_there = Memo::new(move |_| ready.with(Option::is_some));
    let mark = Memo::new(move |_| {
        let id = view.id.get()?;
        let frame = pause.frame()?;
        let here = frame.location.iter().find(|location| location.source_id == id)?;
        Some(SourceMark {
            line: here.line,
            column: here.column,
            is_top: pause.selected().get() == 0,
        })
    });
    view! {
        <div id="source-tabpanel" role="tabpanel" aria-label="Text of the source" class="ph-sources__panel">
            <Show
                when=move || is_there.get()
                fallback=move || view! {
                    <EmptyState
                        icon=Icon::Code
                        title=Signal::derive(move || failure().0)
                        text=Signal::derive(move || failure().1)
                    >
                        <Show when=move || view.id.get().is_none() && view.navigator.get().is_none()>
                            <Button on_press=move |_| view.navigator.set(Some(Part::Files))>"Show the files"</Button>
                        </Show>
                    </EmptyState>
                }
            >
                <Shown view=view text=Signal::derive(move || ready.get().unwrap_or_default()) mark=mark/>
            </Show>
        </div>
    }
}

/// The text of the source that is shown, ready; those shown last are kept, so that going back and forth costs nothing.
fn ready(view: View) -> Memo<Option<Arc<SourceText>>> {
    let sources = view.stores.sources;
    let kept = StoredValue::new(Vec::<(SourceId, Text, Arc<SourceText>)>::new());
    Memo::new(move |_| {
        let id = view.id.get()?;
        let (source, Found::Ready(text)) = (sources.source(&id)?, sources.text(&id)?) else {
            return None;
        };
        kept.try_update_value(|kept| {
            if let Some(at) = kept.iter().position(|(of, from, _)| *of == id && *from == text) {
                let entry = kept.remove(at);
                let ready = Arc::clone(&entry.2);
                kept.push(entry);
                return ready;
            }
            kept.retain(|(of, ..)| *of != id);
            let language = place::language(&source, &text.content_type);
            let ready = Arc::new(SourceText::new(Arc::clone(&text.text), language));
            kept.push((id, text, Arc::clone(&ready)));
            if kept.len() > N_READY {
                kept.remove(0);
            }
            ready
        })
    })
}

/// Where the program stands nowhere, the first source of its own is something to look at.
fn show_something(view: View) {
    let Stores { sources, pause, .. } = view.stores;
    Effect::new(move |_| {
        let is_nowhere = matches!(pause.look().get(), Look::Held) && pause.frames().is_empty();
        let all = sources.all().get();
        if !is_nowhere
            || view.id.with_untracked(Option::is_some)
            || sources.tabs().with_untracked(|tabs| !tabs.is_empty())
        {
            return;
        }
        let is_own = |source: &&wire::debugger::Source| {
            !source.url.as_deref().is_none_or(place::is_library) && place::is_worth_listing(source, &all)
        };
        let mut own = all.iter().filter(is_own);
        let is_file = |source: &&wire::debugger::Source| {
            use wire::debugger::SourceKind;
            matches!(source.kind, SourceKind::ScriptSource | SourceKind::SourceMapped)
        };
        let script = own.clone().find(is_file);
        if let Some(source) = script.or_else(|| own.next()) {
            sources.offer_source(source.source_id.clone());
        }
    });
}

#[component]
fn Shown(view: View, text: Signal<Arc<SourceText>>, mark: Memo<Option<SourceMark>>) -> impl IntoView {
    let Stores { sources, focus, .. } = view.stores;
    let points = use_context::<LinePoints>();
    let lines = RwSignal::new((1, 1));
    Effect::new(move |_| {
        let turn = focus.turn().get();
        let (first, last) = lines.get();
        if let Some(id) = view.id.get() {
            sources.forget_counts(turn);
            sources.want_counts(&id, first, last, turn);
        }
    });
    let hits = Memo::new(move |_| {
        let counts = sources.counts(&view.id.get()?);
        Some(Arc::new(counts.map_or_else(LineHits::default, |counts| {
            LineHits {
                n_hits: counts.n_hits.clone(),
                columns: counts.columns.clone(),
            }
        })))
    });
    let reveal = Memo::new(move |_| {
        let wish = sources.reveal().get()?;
        (Some(&wish.location.source_id) == view.id.get().as_ref()).then_some(PlaceReveal {
            place: SourcePlace {
                line: wish.location.line,
                column: wish.location.column,
            },
            turn: wish.turn,
        })
    });
    let gutter = Signal::derive(move || match (points, view.id.get()) {
        (Some(points), Some(id)) => points.gutter.run(id),
        _ => Arc::default(),
    });
    let inserts = Signal::derive(move || match (points, view.id.get()) {
        (Some(points), Some(id)) => points.inserts.run(id),
        _ => Arc::default(),
    });
    let place = RwSignal::new(None::<MenuPlace>);
    let asked = StoredValue::new(None::<LineMenu>);
    let on_menu = Callback::new(move |wish: LineMenu| {
        place.set(Some(MenuPlace {
            x: wish.x_px,
            y: wish.y_px,
        }));
        asked.set_value(Some(wish));
    });
    let on_gutter = Callback::new(move |line: u32| match (points, view.id.get_untracked()) {
        (Some(points), Some(id)) => points.on_print.run((id, line, None)),
        _ => view.cursor.set(Some(SourcePlace { line, column: 0 })),
    });
    let on_stop = move |at: SourcePlace| {
        if let (Some(points), Some(id)) = (points, view.id.get_untracked()) {
            points.on_print.run((id, at.line, Some(at.column)));
        }
    };
    let on_definition = move |target: HoverTarget| {
        if let Some(id) = view.id.get_untracked() {
            sources.go_to_definition(location(id, target.place), &target.word);
        }
    };
    let (on_hover, popover) = hovering(view);
    let items = move |()| match asked.get_value() {
        Some(wish) => menu::items(view, points, &wish),
        None => Vec::new(),
    };
    let found = view.found;
    let common = move |on_gutter: Option<Callback<u32>>| {
        view! {
            <SourceView
                text=text
                text_id=Signal::derive(move || view.id.get().map(|id| id.to_string()).unwrap_or_default())
                mark=mark
                hits=hits
                found=Signal::derive(move || Arc::new(found.get()))
                reveal=reveal
                gutter=gutter
                inserts=inserts
                on_gutter=on_gutter
                on_stop=on_stop
                on_hover=on_hover
                popover=popover
                on_menu=on_menu
                on_definition=on_definition
                on_lines=move |seen| lines.set(seen)
                on_cursor=move |at| on_cursor(view, at)
            />
        }
    };
    view! {
        {common(points.map(|_| on_gutter))}
        <Menu label="Line" place=place items=items/>
    }
}

/// What to do when an expression is pointed at, and what is shown beside it.
fn hovering(view: View) -> (Callback<Option<HoverTarget>>, Signal<Option<Popover>>) {
    let Stores { sources, pause, .. } = view.stores;
    let target = RwSignal::new(None::<(Location, HoverTarget)>);
    let resting = StoredValue::new_local(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(handle) = resting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    on_cleanup(stop);
    // Another moment has other values: nothing is pointed at until the pointer moves.
    Effect::new(move |_| {
        pause.pause_id();
        pause.selected().track();
        target.set(None);
        sources.forget_value();
    });
    let on_hover = Callback::new(move |pointed: Option<HoverTarget>| {
        stop();
        let Some((id, pointed)) = view.id.get_untracked().zip(pointed) else {
            target.set(None);
            return sources.forget_value();
        };
        let at = location(id, pointed.place);
        let rest = move || {
            sources.want_value(view.stores, at.clone(), &pointed.expression);
            target.try_set(Some((at, pointed)));
        };
        target.set(None);
        resting.set_value(set_timeout_with_handle(rest, REST).ok());
    });
    let popover = Signal::derive(move || {
        let (at, pointed) = target.get()?;
        match sources.value_at(&at, &pointed.expression)? {
            Value::Not(why) if why.is_empty() => None,
            value => Some(Popover {
                place: pointed.place,
                view: ViewFn::from(move || hovered(view.stores, &pointed.expression, value.clone())),
            }),
        }
    });
    (on_hover, popover)
}

fn hovered(stores: Stores, expression: &str, value: Value) -> AnyView {
    let objects = stores.objects;
    match value {
        Value::Not(why) => {
            view! { <p class="ph-sources__not"><code>{expression.to_owned()}</code>" "{why}</p> }.into_any()
        }
        Value::Is { pause_id, value } => {
            objects.forget(HOVER);
            let is_object = matches!(value, WireValue::Object(_));
            let root = Root::Child(Child::root(expression, value));
            let of = pause_id.clone();
            let rows = Memo::new(move |_| objects.rows(HOVER, &of, std::slice::from_ref(&root)));
            if is_object {
                // Its own rows are what one points at it for.
                let first = rows.with_untracked(|rows| rows.infos.first().map(|info| info.path.clone()));
                if let Some(path) = first {
                    objects.toggle(HOVER, &path);
                }
            }
            let frame_id = Signal::derive(move || stores.pause.frame().map(|frame| frame.frame_id.clone()));
            view! {
                <div class="ph-sources__value" data-testid="hover-value">
                    <InlineValueTree
                        id="source-value"
                        label="Value at this moment"
                        tree=HOVER
                        pause_id=Some(pause_id)
                        frame_id=frame_id
                        rows=rows
                    />
                </div>
            }
            .into_any()
        }
    }
}

fn on_cursor(view: View, at: SourcePlace) {
    view.cursor.set(Some(at));
    if let Some(id) = view.id.get_untracked() {
        view.stores.sources.set_cursor(location(id, at));
    }
}

fn location(source_id: SourceId, place: SourcePlace) -> Location {
    Location {
        source_id,
        line: place.line,
        column: place.column,
    }
}
