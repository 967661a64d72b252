//! Which rules apply to an element, by the cascade: context, layer, specificity, order.

use std::{cmp::Reverse, collections::HashMap};

use recording::{
    ids::ObjectId,
    page::{Relation, StyleSheet},
};

use super::sheets::{RuleId, SheetList};
use crate::dom::{Dom, Element, Matcher, pseudo_text};

/// A rule that applies to an element or one of its pseudo elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) rule: RuleId,
    /// Such as `::before`; None for the element itself.
    pub(super) pseudo_element: Option<String>,
}

/// How a sheet's tree stands to the element; the later ones win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Context {
    /// It is the element's own shadow tree, or that of its parent, which the element is slotted into.
    Inside { is_host: bool },
    /// The element is in it.
    Same,
    /// The element is in the shadow tree of a host in it, as a part.
    Outside,
}

/// Which of two rules wins: the greater.
type Rank = (Context, u32, u32, usize);

/// Rules that apply, those of the element first, then those of each pseudo element; of each the one that wins first.
pub(super) fn applied(sheets: &SheetList, dom: &Dom, element: Element<'_>) -> Vec<Applied> {
    let mut matcher = Matcher::new(&dom.tree, element.idx);
    let mut ranks: HashMap<(Option<String>, RuleId), Rank> = HashMap::new();
    let mut n_rules = 0;
    for sheet in sheets.in_order().filter(|sheet| !sheet.is_disabled) {
        let Some(context) = context(sheet, dom, element) else {
            continue;
        };
        let host = host(context, element);
        let rules = sheet.rules.as_deref().unwrap_or_default();
        let all_selectors = sheets.selectors(sheet);
        for (rule_idx, (rule, selectors)) in rules.iter().zip(all_selectors.iter()).enumerate() {
            n_rules += 1;
            let Some(selectors) = selectors.as_ref().filter(|_| rule.applies) else {
                continue;
            };
            let rule_id = RuleId {
                sheet: sheet.id,
                rule_idx: rule_idx as u32,
            };
            // Rules in no layer are stronger than those in any.
            let layer = rule.layer.unwrap_or(u32::MAX);
            for selector in selectors.each() {
                let is_of_context = match context {
                    Context::Inside { is_host: true } => selector.matches_featureless_host(false).may_match(),
                    Context::Inside { is_host: false } => selector.is_slotted(),
                    Context::Same => !selector.is_slotted() && !selector.is_part(),
                    Context::Outside => selector.is_part(),
                };
                if !is_of_context
                    || !matcher.matches_rule(
                        selector,
                        element,
                        host,
                        context == Context::Inside { is_host: true },
                    )
                {
                    continue;
                }
                let rank = (context, layer, selector.specificity(), n_rules);
                let known = ranks.entry((pseudo_text(selector), rule_id)).or_insert(rank);
                *known = rank.max(*known);
            }
        }
    }
    let mut in_order: Vec<_> = ranks.into_iter().collect();
    in_order.sort_by(|((pseudo, _), rank), ((other_pseudo, _), other_rank)| {
        (pseudo, Reverse(rank)).cmp(&(other_pseudo, Reverse(other_rank)))
    });
    in_order
        .into_iter()
        .map(|((pseudo_element, rule), _)| Applied { rule, pseudo_element })
        .collect()
}

fn context(sheet: &StyleSheet, dom: &Dom, element: Element<'_>) -> Option<Context> {
    let root = match sheet.root {
        Some(root) => root,
        // Without a root it is the page's document.
        None => dom.document()?.1.id,
    };
    let own_root = element.root();
    if own_root.is_some_and(|(_, node)| node.id == root) {
        return Some(Context::Same);
    }
    if is_shadow_root_of(root, dom, element) {
        return Some(Context::Inside { is_host: true });
    }
    if let Some((parent, _)) = element
        .parent()
        .filter(|_| element.node.relation == Relation::Child)
        && let Some(parent) = Element::new(&dom.tree, parent)
        && is_shadow_root_of(root, dom, parent)
    {
        return Some(Context::Inside { is_host: false });
    }
    let host_root = element.shadow_host().and_then(|host| host.root());
    host_root
        .is_some_and(|(_, node)| node.id == root)
        .then_some(Context::Outside)
}

fn is_shadow_root_of(root: ObjectId, dom: &Dom, host: Element<'_>) -> bool {
    let shadow_root = host.node.shadow_root.and_then(|idx| dom.tree.node(idx));
    shadow_root.is_some_and(|node| node.id == root)
}

/// The host of the shadow tree whose rules are matched, if it is one.
fn host<'t>(context: Context, element: Element<'t>) -> Option<Element<'t>> {
    match context {
        Context::Inside { is_host: true } => Some(element),
        Context::Inside { is_host: false } => {
            let (parent, _) = element.parent()?;
            Element::new(element.tree, parent)
        }
        Context::Same => element.shadow_host(),
        Context::Outside => element.shadow_host()?.shadow_host(),
    }
}
