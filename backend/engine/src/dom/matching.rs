//! CSS selectors against the documents, by the library that Firefox and Servo use.
//!
//! What a person was doing (`:hover`, `:focus`, `:active`) and what only the live page knows (`:valid`, `:fullscreen`) is
//! not recorded: such pseudo-classes are understood and match nothing. Those that attributes decide are taken from the
//! attributes.

mod names;

use std::fmt;

use cssparser::{Parser as CssParser, ParserInput, ToCss};
use recording::page::Relation;
use selectors::{
    OpaqueElement,
    attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint},
    bloom::BloomFilter,
    context::{
        MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode,
        SelectorCaches,
    },
    matching::{ElementSelectorFlags, matches_selector},
    parser::{ParseRelative, Selector, SelectorImpl, SelectorList},
};

pub(crate) use self::names::PseudoElement;
use self::names::{Grammar, Name, PseudoClass};
use super::tree::{DOCTYPE, DOCUMENT, Node, NodeIdx, TEXT, Tree};

/// Selectors longer or more deeply nested than any stylesheet's are not read: reading them recurses.
const MAX_BYTES: usize = 100_000;
const MAX_NESTING: usize = 64;

/// A list of selectors.
#[derive(Debug)]
pub(crate) struct Selectors(SelectorList<Kinds>);

impl Selectors {
    /// Reads a list of selectors; None if it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut nesting: usize = 0;
        let is_deep = text.bytes().any(|byte| {
            match byte {
                b'(' | b'[' => nesting += 1,
                b')' | b']' => nesting = nesting.saturating_sub(1),
                _ => {}
            }
            nesting > MAX_NESTING
        });
        if is_deep || text.len() > MAX_BYTES {
            return None;
        }
        let mut input = ParserInput::new(text);
        let mut parser = CssParser::new(&mut input);
        let list = SelectorList::parse(&Grammar, &mut parser, ParseRelative::No).ok()?;
        parser.expect_exhausted().ok()?;
        Some(Self(list))
    }

    /// Each selector of the list.
    pub(crate) fn each(&self) -> impl Iterator<Item = &Selector<Kinds>> {
        self.0.slice().iter()
    }
}

/// Matches elements of one tree, keeping what helps with the next.
pub(crate) struct Matcher {
    caches: SelectorCaches,
    quirks_mode: QuirksMode,
}

impl Matcher {
    /// A matcher for elements of the document or shadow tree that this node is in.
    pub(crate) fn new(tree: &Tree, idx: NodeIdx) -> Self {
        let mut documents = std::iter::once(idx).chain(tree.ancestors(idx).map(|(idx, _)| idx));
        let is_document = |idx: &NodeIdx| tree.node(*idx).is_some_and(|node| node.node_type == DOCUMENT);
        let document = documents.find(is_document);
        let is_strict = document
            .is_none_or(|document| tree.children(document).any(|(_, node)| node.node_type == DOCTYPE));
        Self {
            caches: SelectorCaches::default(),
            quirks_mode: if is_strict {
                QuirksMode::NoQuirks
            } else {
                QuirksMode::Quirks
            },
        }
    }

    /// Whether any of the selectors matches an element, `:scope` being another.
    pub(crate) fn matches(
        &mut self,
        selectors: &Selectors,
        element: Element<'_>,
        scope: Option<Element<'_>>,
    ) -> bool {
        let mut context = self.context(MatchingMode::Normal);
        context.scope_element = scope.map(|scope| selectors::Element::opaque(&scope));
        selectors
            .each()
            .any(|selector| matches_selector(selector, 0, None, &element, &mut context))
    }

    /// Whether a selector matches an element or its pseudo element, as a rule of the shadow tree below `host`, if that is
    /// given. From within its own shadow tree a host has no features but that it is one.
    pub(crate) fn matches_rule(
        &mut self,
        selector: &Selector<Kinds>,
        element: Element<'_>,
        host: Option<Element<'_>>,
        is_featureless: bool,
    ) -> bool {
        let mode = match selector.has_pseudo_element() {
            true => MatchingMode::ForStatelessPseudoElement,
            false => MatchingMode::Normal,
        };
        self.context(mode).with_shadow_host(host, |context| {
            context.with_featureless(is_featureless, |context| {
                matches_selector(selector, 0, None, &element, context)
            })
        })
    }

    fn context(&mut self, mode: MatchingMode) -> MatchingContext<'_, Kinds> {
        MatchingContext::new(
            mode,
            None,
            &mut self.caches,
            self.quirks_mode,
            NeedsSelectorFlags::No,
            MatchingForInvalidation::No,
        )
    }
}

/// An element of a tree.
#[derive(Clone, Copy)]
pub(crate) struct Element<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) idx: NodeIdx,
    pub(crate) node: &'t Node,
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} #{}", self.node.name, self.node.id.0)
    }
}

impl<'t> Element<'t> {
    /// A node as an element, if it is one.
    pub(crate) fn new(tree: &'t Tree, idx: NodeIdx) -> Option<Self> {
        let node = tree.node(idx).filter(|node| node.is_element())?;
        Some(Self { tree, idx, node })
    }

    pub(crate) fn parent(&self) -> Option<(NodeIdx, &'t Node)> {
        let parent = self.node.parent?;
        Some((parent, self.tree.node(parent)?))
    }

    /// The document or shadow root it is in.
    pub(crate) fn root(&self) -> Option<(NodeIdx, &'t Node)> {
        let (tree, node) = (self.tree, self.node);
        let mut child = node;
        for (idx, node) in tree.ancestors(self.idx) {
            if child.relation != Relation::Child {
                return None;
            }
            if node.node_type == DOCUMENT || node.relation == Relation::ShadowRoot {
                return Some((idx, node));
            }
            child = node;
        }
        None
    }

    /// The element in whose shadow tree it is.
    pub(crate) fn shadow_host(&self) -> Option<Self> {
        let (_, root) = self
            .root()
            .filter(|(_, root)| root.relation == Relation::ShadowRoot)?;
        Self::new(self.tree, root.parent?)
    }

    pub(crate) fn is_html(&self) -> bool {
        self.node.namespace.is_none()
    }

    /// Its name without a prefix, as it stands.
    pub(crate) fn local_name(&self) -> &'t str {
        let name: &'t str = &self.node.name;
        match name.rsplit_once(':') {
            Some((_, local)) if !self.is_html() => local,
            _ => name,
        }
    }

    /// Whether this is its name; names of HTML elements are the same in upper and lower case.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        match self.is_html() {
            true => self.local_name().eq_ignore_ascii_case(name),
            false => self.local_name() == name,
        }
    }

    fn sibling(self, next: impl Fn(&Node) -> Option<NodeIdx>) -> Option<Self> {
        let mut node = self.node;
        loop {
            let idx = next(node)?;
            node = self.tree.node(idx)?;
            if node.is_element() {
                return Self::new(self.tree, idx);
            }
        }
    }

    fn has_attribute(&self, name: &str) -> bool {
        self.node.attribute(name).is_some()
    }

    fn is_one_of(&self, names: &[&str]) -> bool {
        self.is_html() && names.iter().any(|name| self.is_named(name))
    }

    fn is_disabled(&self) -> bool {
        let is_control = self.is_one_of(&[
            "button", "input", "select", "textarea", "fieldset", "optgroup", "option",
        ]);
        if !is_control {
            return false;
        }
        let in_fieldset = || {
            let ancestors = self.tree.ancestors(self.idx).map(|(idx, _)| idx);
            ancestors
                .filter_map(|idx| Self::new(self.tree, idx))
                .any(|ancestor| ancestor.is_one_of(&["fieldset"]) && ancestor.has_attribute("disabled"))
        };
        self.has_attribute("disabled") || !self.is_one_of(&["option", "optgroup"]) && in_fieldset()
    }

    fn is_editable(&self) -> bool {
        const NOT_TYPED: [&str; 10] = [
            "hidden", "range", "color", "checkbox", "radio", "file", "submit", "image", "reset", "button",
        ];
        let kind = self.node.attribute("type").map_or("text", |kind| kind);
        let is_field = self.is_one_of(&["textarea"])
            || self.is_one_of(&["input"]) && !NOT_TYPED.iter().any(|known| kind.eq_ignore_ascii_case(known));
        is_field && !self.has_attribute("readonly") && !self.is_disabled()
            || self
                .node
                .attribute("contenteditable")
                .is_some_and(|value| !value.eq_ignore_ascii_case("false"))
    }

    fn is_in_class(&self, class: &PseudoClass) -> bool {
        match class {
            PseudoClass::AnyLink => selectors::Element::is_link(self),
            PseudoClass::Checked => {
                self.is_one_of(&["input"]) && self.has_attribute("checked")
                    || self.is_one_of(&["option"]) && self.has_attribute("selected")
            }
            PseudoClass::Disabled => self.is_disabled(),
            PseudoClass::Enabled => {
                self.is_one_of(&[
                    "button", "input", "select", "textarea", "fieldset", "optgroup", "option",
                ]) && !self.is_disabled()
            }
            PseudoClass::Required => {
                self.is_one_of(&["input", "select", "textarea"]) && self.has_attribute("required")
            }
            PseudoClass::Optional => {
                self.is_one_of(&["input", "select", "textarea"]) && !self.has_attribute("required")
            }
            PseudoClass::ReadWrite => self.is_editable(),
            PseudoClass::ReadOnly => !self.is_editable(),
            PseudoClass::Defined => {
                !self.is_html() || !self.local_name().contains('-') || self.node.shadow_root.is_some()
            }
            PseudoClass::Open => self.is_one_of(&["details", "dialog"]) && self.has_attribute("open"),
            PseudoClass::Language(languages) => {
                languages.iter().any(|language| self.is_in_language(language))
            }
            PseudoClass::Unrecorded(_) => false,
        }
    }

    fn is_in_language(&self, wanted: &str) -> bool {
        let ancestors = self.tree.ancestors(self.idx).map(|(_, node)| node);
        let told = std::iter::once(self.node)
            .chain(ancestors)
            .find_map(|node| node.attribute("lang"));
        told.is_some_and(|language| {
            let begins = language
                .get(..wanted.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(wanted));
            begins && matches!(language.as_bytes().get(wanted.len()), None | Some(b'-'))
        })
    }
}

/// What selectors are made of here.
#[derive(Clone, Debug)]
pub(crate) struct Kinds;

impl SelectorImpl for Kinds {
    type ExtraMatchingData<'a> = ();
    type AttrValue = Name;
    type Identifier = Name;
    type LocalName = Name;
    type NamespaceUrl = Name;
    type NamespacePrefix = Name;
    type BorrowedNamespaceUrl = Name;
    type BorrowedLocalName = Name;
    type NonTSPseudoClass = PseudoClass;
    type PseudoElement = PseudoElement;
}

impl selectors::Element for Element<'_> {
    type Impl = Kinds;

    fn opaque(&self) -> OpaqueElement {
        OpaqueElement::new(self.node)
    }

    fn parent_element(&self) -> Option<Self> {
        if self.node.relation != Relation::Child {
            return None;
        }
        Self::new(self.tree, self.node.parent?)
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        self.parent()
            .is_some_and(|(_, parent)| parent.relation == Relation::ShadowRoot)
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        self.shadow_host()
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.sibling(|node| node.previous)
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.sibling(|node| node.next)
    }

    fn first_element_child(&self) -> Option<Self> {
        self.tree
            .children(self.idx)
            .find_map(|(idx, _)| Self::new(self.tree, idx))
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.is_html()
    }

    fn has_local_name(&self, name: &Name) -> bool {
        self.is_named(name.as_ref())
    }

    fn has_namespace(&self, namespace: &Name) -> bool {
        const HTML: &str = "http://www.w3.org/1999/xhtml";
        self.node.namespace.as_deref().unwrap_or(HTML) == namespace.as_ref()
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.node.namespace == other.node.namespace && self.is_named(other.local_name())
    }

    fn attr_matches(
        &self,
        namespace: &NamespaceConstraint<&Name>,
        local_name: &Name,
        operation: &AttrSelectorOperation<&Name>,
    ) -> bool {
        let is_named = |name: &str| match namespace {
            // Without a namespace, the name as it stands.
            NamespaceConstraint::Specific(namespace) if namespace.as_ref().is_empty() => {
                name == local_name.as_ref()
            }
            _ => {
                name == local_name.as_ref()
                    || name
                        .rsplit_once(':')
                        .is_some_and(|(_, local)| local == local_name.as_ref())
            }
        };
        self.node
            .attributes
            .iter()
            .any(|(name, value)| is_named(name) && operation.eval_str(value))
    }

    fn match_non_ts_pseudo_class(&self, class: &PseudoClass, _: &mut MatchingContext<'_, Kinds>) -> bool {
        self.is_in_class(class)
    }

    fn match_pseudo_element(&self, _: &PseudoElement, _: &mut MatchingContext<'_, Kinds>) -> bool {
        false
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn is_link(&self) -> bool {
        self.is_one_of(&["a", "area"]) && self.has_attribute("href")
    }

    fn is_html_slot_element(&self) -> bool {
        self.is_one_of(&["slot"])
    }

    fn assigned_slot(&self) -> Option<Self> {
        let (host, _) = self.parent().filter(|_| self.node.relation == Relation::Child)?;
        let root = self.tree.node(host)?.shadow_root?;
        let wanted = self.node.attribute("slot").map_or("", |slot| slot);
        self.tree
            .descendants(root)
            .filter_map(|(idx, _)| Self::new(self.tree, idx))
            .filter(|element| element.is_one_of(&["slot"]))
            .find(|slot| slot.node.attribute("name").map_or("", |name| name) == wanted)
    }

    fn has_id(&self, id: &Name, case_sensitivity: CaseSensitivity) -> bool {
        self.node
            .attribute("id")
            .is_some_and(|known| case_sensitivity.eq(known.as_bytes(), id.as_ref().as_bytes()))
    }

    fn has_class(&self, name: &Name, case_sensitivity: CaseSensitivity) -> bool {
        self.node.attribute("class").is_some_and(|classes| {
            classes
                .split_ascii_whitespace()
                .any(|class| case_sensitivity.eq(class.as_bytes(), name.as_ref().as_bytes()))
        })
    }

    fn has_custom_state(&self, _: &Name) -> bool {
        false
    }

    fn imported_part(&self, name: &Name) -> Option<Name> {
        let exported = self.node.attribute("exportparts")?;
        exported.split(',').find_map(|part| {
            let (inner, outer) = part.split_once(':').unwrap_or((part, part));
            (outer.trim() == name.as_ref()).then(|| Name::from(inner.trim()))
        })
    }

    fn is_part(&self, name: &Name) -> bool {
        self.node
            .attribute("part")
            .is_some_and(|parts| parts.split_ascii_whitespace().any(|part| part == name.as_ref()))
    }

    fn is_empty(&self) -> bool {
        !self.tree.children(self.idx).any(|(_, child)| {
            child.is_element()
                || child.node_type == TEXT && child.value.as_ref().is_some_and(|text| !text.is_empty())
        })
    }

    fn is_root(&self) -> bool {
        self.parent()
            .is_some_and(|(_, parent)| parent.node_type == DOCUMENT)
    }

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}

/// A pseudo element as selectors write it, such as `::before`.
pub(crate) fn pseudo_text(selector: &Selector<Kinds>) -> Option<String> {
    let mut text = String::new();
    for pseudo in selector.pseudo_elements() {
        // Writing to a string cannot fail.
        pseudo.to_css(&mut text).ok()?;
    }
    (!text.is_empty()).then_some(text)
}
