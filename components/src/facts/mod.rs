//! Facts: names with their values, in groups, each of which can be copied.

use std::sync::Arc;

use leptos::prelude::*;

use crate::preview::visible;

mod types;
pub use types::{Fact, FactGroup};
pub mod demo;

/// Facts of a group that are shown; who sends more has no reader in mind.
const MAX_SHOWN: usize = 500;

/// The groups, one under the other. They scroll together, and the keyboard can scroll them.
#[component]
pub fn Facts(
    /// What they are about, for those who do not see them.
    #[prop(into)]
    label: String,
    /// The groups.
    #[prop(into)]
    groups: Signal<Arc<[FactGroup]>>,
    /// Told the index of the group that the person wants copied. Default: ignored.
    #[prop(into, default = Callback::new(|_| ()))]
    on_copy: Callback<usize>,
) -> impl IntoView {
    let shown = move || {
        groups.with(|groups| {
            groups
                .iter()
                .enumerate()
                .filter(|(_, group)| !group.facts.is_empty() || !group.when_empty.is_empty())
                .map(|(index, group)| group_view(group, move || on_copy.run(index)))
                .collect_view()
        })
    };
    view! { <div class="ph-facts" role="group" aria-label=label tabindex="0">{shown}</div> }
}

fn group_view(group: &FactGroup, on_copy: impl Fn() + 'static) -> AnyView {
    let FactGroup {
        title,
        facts,
        when_empty,
        can_copy,
    } = group;
    let n_more = facts.len().saturating_sub(MAX_SHOWN);
    let rows = facts.iter().take(MAX_SHOWN).map(fact_view).collect_view();
    let label = format!("Copy {}", title.to_lowercase());
    let copy = (*can_copy && !facts.is_empty()).then(|| {
        view! { <button type="button" class="ph-facts__copy" aria-label=label on:click=move |_| on_copy()>"Copy"</button> }
    });
    let content = match facts.is_empty() {
        true => view! { <p class="ph-facts__empty">{when_empty.clone()}</p> }.into_any(),
        false => view! { <dl class="ph-facts__list">{rows}</dl> }.into_any(),
    };
    view! {
        <section class="ph-facts__group">
            <div class="ph-facts__head"><h2 class="ph-facts__title">{title.clone()}</h2>{copy}</div>
            {content}
            {(n_more > 0).then(|| view! { <p class="ph-facts__empty">{format!("and {n_more} more")}</p> })}
        </section>
    }
    .into_any()
}

fn fact_view(fact: &Fact) -> impl IntoView + use<> {
    let Fact {
        name,
        value,
        is_bad,
        bar,
    } = fact.clone();
    let bar = bar.map(|(from, to)| {
        view! {
            <span class="ph-facts__bar" aria-hidden="true">
                <span
                    style:left=format!("{:.2}%", from * 100.0)
                    style:width=format!("{:.2}%", (to - from).max(0.0) * 100.0)
                ></span>
            </span>
        }
    });
    view! {
        <div class="ph-facts__fact">
            <dt>{visible(name)}</dt>
            <dd class:ph-facts__bad=is_bad>{visible(value)}{bar}</dd>
        </div>
    }
}
