//! Domain CSS: rules, declarations and computed styles in a pause.
//!
//! Every command here carries `sessionId` and `pauseId`.

use crate::{ids::ObjectId, pause::PauseData};

message! {
    /// A property and the value it came to.
    pub struct ComputedStyleProperty {
        /// CSS name.
        pub name: String,
        /// Value as CSS text.
        pub value: String,
    }

    /// A rule that applies to a node.
    pub struct AppliedRule {
        /// The rule's object.
        pub rule: ObjectId,
        /// The pseudo element of the node that it applies to; absent if the node itself.
        pub pseudo_element: Option<String>,
    }

    /// A CSS rule, as part of its object's preview.
    pub struct Rule {
        /// `CSSRule.type`; 1 is a style rule.
        #[serde(rename = "type")]
        pub rule_type: u32,
        /// The rule as CSS text.
        pub css_text: String,
        /// The style sheet it stands in, if any.
        pub parent_style_sheet: Option<ObjectId>,
        /// Line in that sheet where it begins, 1-based.
        pub start_line: Option<u32>,
        /// Column in that sheet where it begins, 0-based.
        pub start_column: Option<u32>,
        /// Where it begins before source mapping; absent without a source map.
        pub original_location: Option<OriginalStyleSheetLocation>,
        /// Selectors of a style rule.
        pub selector_text: Option<String>,
        /// Declaration of a style rule.
        pub style: Option<ObjectId>,
    }

    /// A block of declarations, as part of its object's preview.
    pub struct StyleDeclaration {
        /// The block as CSS text.
        pub css_text: String,
        /// The rule it belongs to; absent for `style` attributes.
        pub parent_rule: Option<ObjectId>,
        /// What it declares, in order.
        pub properties: Vec<StyleProperty>,
    }

    /// One declaration.
    pub struct StyleProperty {
        /// CSS name.
        pub name: String,
        /// Value as CSS text.
        pub value: String,
        /// Whether it is marked `!important`.
        pub important: bool = false,
    }

    /// A style sheet, as part of its object's preview.
    pub struct StyleSheet {
        /// Its URL; absent for `style` elements.
        pub href: Option<String>,
        /// Whether the browser itself brought it.
        pub is_system: bool,
    }

    /// A place in a style sheet before source mapping.
    pub struct OriginalStyleSheetLocation {
        /// URL of the original sheet.
        pub href: String,
        /// Line, 1-based.
        pub start_line: u32,
        /// Column, 0-based.
        pub start_column: u32,
    }
}

commands! { Pause:
    read "CSS.getComputedStyle" GetComputedStyle => GetComputedStyleResult;
    read "CSS.getAppliedRules" GetAppliedRules => GetAppliedRulesResult;
}

message! {
    /// Asks for the computed style of a node.
    pub struct GetComputedStyle {
        /// The node.
        pub node: ObjectId,
    }

    /// Answer to [`GetComputedStyle`].
    pub struct GetComputedStyleResult {
        /// Every property.
        pub computed_style: Vec<ComputedStyleProperty>,
    }

    /// Asks which rules apply to a node and its pseudo elements.
    pub struct GetAppliedRules {
        /// The node.
        pub node: ObjectId,
    }

    /// Answer to [`GetAppliedRules`].
    pub struct GetAppliedRulesResult {
        /// The rules, those of one pseudo element together, the one that wins first.
        pub rules: Vec<AppliedRule>,
        /// About the rules, their declarations and sheets.
        pub data: PauseData,
    }
}
