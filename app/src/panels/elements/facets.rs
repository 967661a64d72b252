//! The kinds of things that are known of a node: rules, computed style, boxes, listeners, properties.

use std::sync::Arc;

use components::{
    box_model::{BoxModelView, BoxSizes, px},
    facts::{Fact, FactGroup, Facts},
    primitives::{
        empty_state::EmptyState,
        icon::{Icon, IconView},
    },
    style_rules::{RuleGroup, StyleRules},
};
use leptos::prelude::*;
use wire::{debugger::Location, experimental::RecordedContent, pause::Object};

use super::{super::values::ValueTree, details::Subject};
use crate::{
    logic::{
        elements::{
            boxes,
            listeners::{Listener, Listeners},
            rules::{RulePlace, Sheet},
            tree,
        },
        layout::Panel,
        library::sentence,
        place,
        scopes::Found,
    },
    stores::{Stores, elements::PROPERTIES, preferences::PreferenceStore},
};

type Chosen = Memo<Option<Subject>>;

/// The rules that apply.
#[component]
pub(super) fn Rules(subject: Chosen) -> impl IntoView {
    let Stores {
        elements,
        sources,
        recording,
        ..
    } = expect_context();
    let preferences: PreferenceStore = expect_context();
    let sheet = Memo::new(move |last: Option<&Arc<Sheet>>| {
        let now = subject.with(|subject| {
            let subject = subject.as_ref()?;
            let (element, _) = subject.element.as_ref()?;
            Some(elements.rules(&subject.pause_id, element, &subject.above))
        });
        match (now, last) {
            // What was told stays until all of the next is here.
            (Some(now), Some(last)) if now.is_pending => Arc::clone(last),
            (Some(now), _) => Arc::new(now),
            (None, _) => Arc::default(),
        }
    });
    let source_of = move |place: &RulePlace| {
        let all = sources.all();
        all.with(|all| {
            let source = all
                .iter()
                .find(|source| source.url.as_deref() == Some(place.url.as_str()))?;
            Some(Location {
                source_id: source.source_id.clone(),
                line: place.line.max(1),
                column: place.column,
            })
        })
    };
    let groups = Memo::new(move |_| {
        sheet.with(|sheet| {
            let groups = sheet.groups.iter().zip(&sheet.places).map(|(group, places)| {
                let mut group = RuleGroup::clone(group);
                for (rule, place) in group.rules.iter_mut().zip(places) {
                    rule.can_open = place.as_ref().is_some_and(|place| source_of(place).is_some());
                }
                group
            });
            groups
                .filter(|group| !group.rules.is_empty())
                .collect::<Arc<[_]>>()
        })
    });
    let open = move |(group, rule): (usize, usize)| {
        let place = sheet.with_untracked(|sheet| {
            let mut shown = sheet.places.iter().filter(|places| !places.is_empty());
            shown.nth(group)?.get(rule).cloned().flatten()
        });
        if let Some(location) = place.and_then(|place| untrack(|| source_of(&place))) {
            preferences.show_panel(Panel::Source);
            sources.open(location);
        }
    };
    let note = Memo::new(move |_| {
        let is_element =
            subject.with(|subject| subject.as_ref().is_some_and(|subject| subject.element.is_some()));
        sheet.with(|sheet| match (is_element, &sheet.failure) {
            (false, _) => "Rules apply to elements only.".to_owned(),
            (true, Some(reason)) => format!("Which rules apply cannot be told: {}", sentence(reason)),
            (true, None) if sheet.groups.iter().all(|group| group.rules.is_empty()) && !sheet.is_pending => {
                let lack = recording.lack(&RecordedContent::Styles);
                lack.unwrap_or_else(|| "No rule of the page applies.".to_owned())
            }
            (true, None) => "Rules are matched against the document of this moment. States such as :hover are not recorded and match nothing; the browser's own rules are left out.".to_owned(),
        })
    });
    view! {
        <div class="ph-elements__pane">
            <div class="ph-elements__content">
                <StyleRules label="Rules that apply" groups=groups on_open=open/>
                <p class="ph-elements__note">{move || note.get()}</p>
            </div>
        </div>
    }
}

/// What the style came to.
#[component]
pub(super) fn Computed(subject: Chosen) -> impl IntoView {
    let Stores {
        elements, recording, ..
    } = expect_context();
    let filter = RwSignal::new(String::new());
    let style = kept(move || {
        subject.with(|subject| {
            let subject = subject.as_ref()?;
            // Pseudo elements have a style of their own.
            let is_pseudo = subject.label.starts_with("::");
            let element = subject.element.as_ref().map(|(id, _)| id);
            let id = if is_pseudo { Some(&subject.node) } else { element }?;
            Some(elements.computed(&subject.pause_id, id))
        })
    });
    let groups = Memo::new(move |_| {
        let wanted = filter.with(|filter| filter.trim().to_lowercase());
        let facts = style.with(|style| match style {
            Found::Ready(style) => {
                let is_wanted = |name: &str, value: &str| {
                    name.contains(&wanted) || value.to_lowercase().contains(&wanted)
                };
                let mut facts: Vec<Fact> = style
                    .iter()
                    .filter(|property| is_wanted(&property.name, &property.value))
                    .map(|property| Fact::new(property.name.clone(), property.value.clone()))
                    .collect();
                // What only one kind of browser has comes last.
                facts.sort_by(|a, b| {
                    (a.name.starts_with('-'), &a.name).cmp(&(b.name.starts_with('-'), &b.name))
                });
                facts
            }
            Found::Pending | Found::Failed(_) => Vec::new(),
        });
        let when_empty = style.with(|style| match style {
            Found::Ready(_) if wanted.is_empty() => {
                let lack = recording.lack(&RecordedContent::Boxes);
                lack.unwrap_or_else(|| "Nothing is told of it.".to_owned())
            }
            Found::Ready(_) => "No property has these letters.".to_owned(),
            Found::Pending => String::new(),
            Found::Failed(reason) => sentence(reason),
        });
        Arc::from([FactGroup {
            title: String::new(),
            facts,
            when_empty,
            can_copy: false,
        }])
    });
    view! {
        <div class="ph-elements__pane">
            <label class="ph-search ph-elements__filter">
                <IconView icon=Icon::Filter/>
                <input
                    class="ph-search__input"
                    type="search"
                    placeholder="Filter properties and values"
                    aria-label="Filter properties and values"
                    spellcheck="false"
                    data-testid="computed-filter"
                    prop:value=move || filter.get()
                    on:input=move |event| filter.set(event_target_value(&event))
                />
            </label>
            <div class="ph-elements__content ph-elements__computed">
                <Facts label="Computed style" groups=groups/>
                <p class="ph-elements__note">"As it was when the page was last painted; styles are recorded only then."</p>
            </div>
        </div>
    }
}

/// The boxes.
#[component]
pub(super) fn Boxes(subject: Chosen) -> impl IntoView {
    let Stores {
        elements, recording, ..
    } = expect_context();
    let model = kept(move || {
        subject.with(|subject| {
            let subject = subject.as_ref()?;
            let (element, _) = subject.element.as_ref()?;
            Some(elements.boxes(&subject.pause_id, element))
        })
    });
    let sizes = Memo::new(move |_| {
        model.with(|model| match model {
            Found::Ready(model) => boxes::sizes(model),
            Found::Pending | Found::Failed(_) => None,
        })
    });
    let facts = move || {
        let BoxSizes {
            position: (x, y),
            border,
            padding,
            content: (width, height),
            ..
        } = sizes.get().unwrap_or_default();
        let around = |at: usize, other: usize| {
            let edge = |edges: [f64; 4]| {
                edges.get(at).copied().unwrap_or(0.0) + edges.get(other).copied().unwrap_or(0.0)
            };
            edge(border) + edge(padding)
        };
        let fact = |name: &str, value: String| Fact::new(name, value);
        Arc::from([FactGroup {
            title: "Border box".to_owned(),
            facts: vec![
                fact(
                    "Width × height",
                    format!("{} × {}", px(width + around(1, 3)), px(height + around(0, 2))),
                ),
                fact("From the left", px(x)),
                fact("From the top", px(y)),
            ],
            when_empty: String::new(),
            can_copy: false,
        }])
    };
    let has_sizes = Memo::new(move |_| sizes.with(Option::is_some));
    let why = move || {
        model.with(|model| match model {
            Found::Failed(reason) => recording
                .lack(&RecordedContent::Boxes)
                .unwrap_or_else(|| sentence(reason)),
            Found::Ready(_) => {
                let lack = recording.lack(&RecordedContent::Boxes);
                lack.unwrap_or_else(|| "It has no boxes.".to_owned())
            }
            Found::Pending => String::new(),
        })
    };
    view! {
        <div class="ph-elements__pane">
            <div class="ph-elements__content">
                <Show
                    when=move || has_sizes.get()
                    fallback=move || view! { <EmptyState icon=Icon::Focus title="" text=Signal::derive(why)/> }
                >
                    <BoxModelView sizes=Signal::derive(move || sizes.get().unwrap_or_default())/>
                    <Facts label="Border box" groups=Signal::derive(facts)/>
                </Show>
                <p class="ph-elements__note">"In CSS pixels of the window, as they were when the page was last painted; boxes are recorded only then."</p>
            </div>
        </div>
    }
}

/// Who listens.
#[component]
pub(super) fn ListenerList(subject: Chosen) -> impl IntoView {
    let Stores {
        elements, recording, ..
    } = expect_context();
    let with_ancestors = elements.with_ancestors();
    let told = Memo::new(move |last: Option<&Arc<Listeners>>| {
        let now = subject.with(|subject| {
            let subject = subject.as_ref()?;
            let mut nodes: Vec<_> = subject.element.clone().into_iter().collect();
            if with_ancestors.get() {
                nodes.extend(subject.above.iter().cloned());
                nodes.extend(subject.document.clone().map(|id| (id, "#document".to_owned())));
            }
            Some(elements.listeners(&subject.pause_id, &nodes))
        });
        match (now, last) {
            (Some(now), Some(last)) if now.is_pending => Arc::clone(last),
            (Some(now), _) => Arc::new(now),
            (None, _) => Arc::default(),
        }
    });
    let list = move || {
        told.with(|told| match (&told.failure, told.events.is_empty()) {
            (Some(reason), true) => view! { <EmptyState icon=Icon::Mouse title="" text=sentence(reason)/> }.into_any(),
            (None, true) if told.is_pending => ().into_any(),
            (None, true) => {
                let text = match (recording.lack(&RecordedContent::Listeners), with_ancestors.get()) {
                    (Some(lack), _) => lack,
                    (None, true) => "Nobody listens here, nor at the elements around it.".to_owned(),
                    (None, false) => "Nobody listens here.".to_owned(),
                };
                view! { <EmptyState icon=Icon::Mouse title="" text=text/> }.into_any()
            }
            (_, false) => {
                let events = told.events.iter().map(|of| {
                    let listeners = of.listeners.iter().map(listener).collect_view();
                    view! {
                        <section class="ph-listeners__event" data-testid="listeners-of">
                            <h2 class="ph-listeners__title">{of.event.clone()}</h2>
                            <ul>{listeners}</ul>
                        </section>
                    }
                });
                view! { <div class="ph-listeners" role="group" aria-label="Event listeners" tabindex="0">{events.collect_view()}</div> }.into_any()
            }
        })
    };
    view! {
        <div class="ph-elements__pane">
            <label class="ph-elements__check">
                <input type="checkbox" prop:checked=move || with_ancestors.get() on:change=move |event| with_ancestors.set(event_target_checked(&event))/>
                "Those of the elements around it too"
            </label>
            <div class="ph-elements__content">
                {list}
                <p class="ph-elements__note">"Whether a listener is passive or runs only once is not told by the protocol."</p>
            </div>
        </div>
    }
}

fn listener(listener: &Listener) -> AnyView {
    let Stores { sources, .. } = expect_context();
    let preferences: PreferenceStore = expect_context();
    let place = listener.location.clone().map(|location| {
        let url = sources.url(&location.source_id);
        let text = format!("{}:{}", place::short_name(url.as_deref()), location.line);
        let go = move |_| {
            preferences.show_panel(Panel::Source);
            sources.open(location.clone());
        };
        view! { <button type="button" class="ph-link ph-listeners__place" data-testid="listener-place" on:click=go>{text}</button> }
    });
    view! {
        <li class="ph-listeners__one" data-testid="listener">
            <span class="ph-listeners__name">{listener.name.clone()}</span>
            <span class="ph-listeners__at">{listener.at.clone()}</span>
            {listener.is_capture.then(|| view! { <span class="ph-listeners__mark" title="Runs on the way down, before those of the elements inside">"capture"</span> })}
            {place}
        </li>
    }
    .into_any()
}

/// Attributes, and the node as an object.
#[component]
pub(super) fn Properties(subject: Chosen) -> impl IntoView {
    let Stores { elements, .. } = expect_context();
    let told = kept(move || {
        subject.with(|subject| {
            let subject = subject.as_ref()?;
            let node = elements.node(&subject.pause_id, &subject.node);
            Some(node.map(|object| attributes(&object)))
        })
    });
    let groups = Signal::derive(move || match told.get() {
        Found::Ready(groups) => Arc::<[FactGroup]>::from(groups),
        Found::Pending | Found::Failed(_) => Arc::from([]),
    });
    let pause_id =
        Memo::new(move |_| subject.with(|subject| subject.as_ref().map(|subject| subject.pause_id.clone())));
    let rows = Memo::new(move |_| {
        subject.with(|subject| match subject {
            Some(subject) => elements.properties(&subject.pause_id, &subject.node, &subject.label),
            None => Arc::default(),
        })
    });
    view! {
        <div class="ph-elements__pane">
            <div class="ph-elements__attributes"><Facts label="Attributes" groups=groups/></div>
            <div class="ph-elements__content ph-elements__tree-of">
                <ValueTree id="elements-properties" label="The node as an object" tree=PROPERTIES pause_id=pause_id rows=rows/>
            </div>
        </div>
    }
}

/// What is known, and what was known before while it is on its way.
fn kept<T: Clone + PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> Option<Found<T>> + Send + Sync + 'static,
) -> Memo<Found<T>> {
    Memo::new(move |last: Option<&Found<T>>| match (read(), last) {
        (Some(Found::Pending) | None, Some(last)) => last.clone(),
        (Some(now), _) => now,
        (None, None) => Found::Pending,
    })
}

/// The attributes of a node, or what else it says.
fn attributes(object: &Object) -> Vec<FactGroup> {
    let Some(node) = tree::node(object) else {
        return Vec::new();
    };
    let attributes = node.attributes.iter();
    let mut facts: Vec<Fact> = attributes
        .map(|attribute| Fact::new(attribute.name.clone(), attribute.value.clone()))
        .collect();
    let title = match (&node.node_value, &node.document_url) {
        (Some(text), _) => {
            facts.push(Fact::new("Text", text.clone()));
            "Contents"
        }
        (None, Some(url)) => {
            facts.push(Fact::new("Address", url.clone()));
            "Document"
        }
        (None, None) => "Attributes",
    };
    vec![FactGroup {
        title: title.to_owned(),
        facts,
        when_empty: "It has none.".to_owned(),
        can_copy: false,
    }]
}
