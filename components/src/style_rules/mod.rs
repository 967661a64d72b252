//! Style rules: selectors, where they stand, what they declare, with what has no effect struck through.

use std::sync::Arc;

use leptos::prelude::*;

use crate::preview::visible;

mod types;
pub use types::{Declaration, RuleGroup, StyleRule};
pub mod demo;

/// Rules of a group and declarations of a rule that are shown; who sends more has no reader in mind.
const MAX_RULES: usize = 200;
const MAX_DECLARATIONS: usize = 300;
/// Characters of a value that are shown.
const MAX_VALUE: usize = 2_000;

/// The groups, one under the other. They scroll together, and the keyboard can scroll them.
#[component]
pub fn StyleRules(
    /// Whose rules they are, for those who do not see them.
    #[prop(into)]
    label: String,
    /// The groups.
    #[prop(into)]
    groups: Signal<Arc<[RuleGroup]>>,
    /// Told the group and the rule whose place the person wants to see.
    #[prop(into)]
    on_open: Callback<(usize, usize)>,
) -> impl IntoView {
    let shown = move || {
        groups.with(|groups| {
            groups
                .iter()
                .enumerate()
                .map(|(index, group)| group_view(index, group, on_open))
                .collect_view()
        })
    };
    view! { <div class="ph-rules" role="group" aria-label=label tabindex="0">{shown}</div> }
}

fn group_view(index: usize, group: &RuleGroup, on_open: Callback<(usize, usize)>) -> AnyView {
    let rules = group.rules.iter().take(MAX_RULES).enumerate();
    let rules = rules
        .map(|(at, rule)| rule_view(rule, move || on_open.run((index, at))))
        .collect_view();
    let title = (!group.title.is_empty())
        .then(|| view! { <h2 class="ph-rules__title">{visible(group.title.clone())}</h2> });
    let n_more = group.rules.len().saturating_sub(MAX_RULES);
    view! {
        <section class="ph-rules__group">
            {title}
            {rules}
            {(n_more > 0).then(|| view! { <p class="ph-rules__more">{format!("and {n_more} more")}</p> })}
        </section>
    }
    .into_any()
}

fn rule_view(rule: &StyleRule, on_open: impl Fn() + 'static) -> AnyView {
    let place = match (rule.place.is_empty(), rule.can_open) {
        (true, _) => ().into_any(),
        (false, true) => view! {
            <button type="button" class="ph-rules__place ph-rules__place--link" on:click=move |_| on_open()>{visible(rule.place.clone())}</button>
        }
        .into_any(),
        (false, false) => view! { <span class="ph-rules__place">{visible(rule.place.clone())}</span> }.into_any(),
    };
    let declarations = rule.declarations.iter().take(MAX_DECLARATIONS);
    let declarations = declarations.map(declaration_view).collect_view();
    let n_more = rule.declarations.len().saturating_sub(MAX_DECLARATIONS);
    view! {
        <div class="ph-rules__rule" data-testid="style-rule">
            <div class="ph-rules__head"><span class="ph-rules__selector">{visible(rule.selector.clone())}" {"</span>{place}</div>
            <ul class="ph-rules__list">{declarations}</ul>
            {(n_more > 0).then(|| view! { <p class="ph-rules__more">{format!("and {n_more} more")}</p> })}
            <span class="ph-rules__brace">"}"</span>
        </div>
    }
    .into_any()
}

fn declaration_view(declaration: &Declaration) -> AnyView {
    let Declaration {
        name,
        value,
        is_important,
        is_overridden,
    } = declaration;
    let mut value: String = value.chars().take(MAX_VALUE).collect();
    if *is_important {
        value.push_str(" !important");
    }
    let text = view! {
        <span class="ph-rules__name">{visible(name.clone())}</span>
        <span class="ph-preview--faint">": "</span>
        <span class="ph-rules__value">{visible(value)}</span>
        <span class="ph-preview--faint">";"</span>
    };
    match is_overridden {
        true => view! { <li class="ph-rules__declaration"><s>{text}</s><span class="ph-hidden">" (overridden)"</span></li> }.into_any(),
        false => view! { <li class="ph-rules__declaration">{text}</li> }.into_any(),
    }
}
