//! Rules as they are shown.

/// A declaration of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// The property.
    pub name: String,
    /// Its value, as CSS text.
    pub value: String,
    /// Whether it is marked `!important`.
    pub is_important: bool,
    /// Whether others of more weight leave it without effect.
    pub is_overridden: bool,
}

/// A rule, or the `style` attribute of an element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StyleRule {
    /// What it applies to.
    pub selector: String,
    /// Where it stands, in a few characters: `style.css:12`. Empty where that is not known.
    pub place: String,
    /// Whether pressing the place leads there.
    pub can_open: bool,
    /// What it declares, in order.
    pub declarations: Vec<Declaration>,
}

/// Rules under a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleGroup {
    /// The heading; empty for the element's own rules.
    pub title: String,
    /// The rules, the one that wins first.
    pub rules: Vec<StyleRule>,
}
