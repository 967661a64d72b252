//! Nodes of the documents, their pseudo elements and inline styles, and style rules and sheets, as objects of a pause.
//!
//! All of them can be asked about by id without having been sent: the ids stand for things of the recording.

use std::rc::Rc;

use recording::{ids::ObjectId, value::ObjectKind};
use wire::{
    css::{Rule, StyleDeclaration, StyleProperty, StyleSheet},
    dom::{Attr, Node, PseudoType},
    ids,
    pause::{ObjectPreview, ObjectPreviewLevel},
};

use super::{ObjectKey, Scene, object_id};
use crate::{
    answer::{Answer, Failure},
    css::{Declaration, RuleId, inline_declarations, to_text},
    dom::{self, DOCUMENT, Dom, NodeIdx},
    trace::Trace,
};

/// Children that come along with a node that is asked for; the client asks for more as it shows them.
const MAX_CHILDREN_ALONG: usize = 100;

/// Children that a small preview names; a full one names all.
const MAX_CHILDREN_NAMED: usize = 1_000;

/// Bytes of a text or attribute value: in small previews as many as of other strings, in full ones as many as a client
/// will want to show.
const MAX_TEXT_BYTES: usize = 10_000;
const MAX_FULL_TEXT_BYTES: usize = 1 << 20;

/// Ancestors that are sent: deeper documents than browsers make.
const MAX_ANCESTORS: usize = 10_000;

/// A pseudo element that is part of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pseudo {
    Before,
    After,
    Marker,
}

impl Pseudo {
    /// As selectors write it.
    pub(crate) fn selector(self) -> &'static str {
        match self {
            Self::Before => "::before",
            Self::After => "::after",
            Self::Marker => "::marker",
        }
    }

    fn of_selector(selector: &str) -> Option<Self> {
        let all = [Self::Before, Self::After, Self::Marker];
        all.into_iter().find(|pseudo| pseudo.selector() == selector)
    }

    fn to_wire(self) -> PseudoType {
        match self {
            Self::Before => PseudoType::Before,
            Self::After => PseudoType::After,
            Self::Marker => PseudoType::Marker,
        }
    }
}

/// Something of the page that has an id of its own making.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum PageObject {
    /// A pseudo element of an element.
    Pseudo(ObjectId, Pseudo),
    /// The declarations of an element's `style` attribute.
    InlineStyle(ObjectId),
    Rule(RuleId),
    /// What a rule declares.
    RuleStyle(RuleId),
    /// A style sheet, by its number.
    Sheet(u32),
}

impl PageObject {
    pub(super) fn to_wire(self) -> ids::ObjectId {
        ids::ObjectId::from(match self {
            Self::Pseudo(element, Pseudo::Before) => format!("before-{}", element.0),
            Self::Pseudo(element, Pseudo::After) => format!("after-{}", element.0),
            Self::Pseudo(element, Pseudo::Marker) => format!("marker-{}", element.0),
            Self::InlineStyle(element) => format!("style-{}", element.0),
            Self::Rule(rule) => format!("rule-{}-{}", rule.sheet, rule.rule_idx),
            Self::RuleStyle(rule) => format!("declarations-{}-{}", rule.sheet, rule.rule_idx),
            Self::Sheet(sheet) => format!("sheet-{sheet}"),
        })
    }

    pub(super) fn from_wire(id: &str) -> Option<Self> {
        let mut parts = id.split('-');
        let kind = parts.next()?;
        let numbers: Option<Vec<u32>> = parts.map(|part| part.parse().ok()).collect();
        let rule = |sheet: &u32, rule_idx: &u32| RuleId {
            sheet: *sheet,
            rule_idx: *rule_idx,
        };
        Some(match (kind, numbers?.as_slice()) {
            ("before", [element]) => Self::Pseudo(ObjectId(*element), Pseudo::Before),
            ("after", [element]) => Self::Pseudo(ObjectId(*element), Pseudo::After),
            ("marker", [element]) => Self::Pseudo(ObjectId(*element), Pseudo::Marker),
            ("style", [element]) => Self::InlineStyle(ObjectId(*element)),
            ("rule", [sheet, rule_idx]) => Self::Rule(rule(sheet, rule_idx)),
            ("declarations", [sheet, rule_idx]) => Self::RuleStyle(rule(sheet, rule_idx)),
            ("sheet", [sheet]) => Self::Sheet(*sheet),
            _ => return None,
        })
    }
}

impl Scene<'_> {
    /// The recording.
    pub(crate) fn trace(&self) -> &Rc<Trace> {
        self.trace
    }

    /// The documents here.
    ///
    /// # Errors
    /// There are none.
    pub(crate) fn dom(&self) -> Answer<Rc<Dom>> {
        self.trace.document_at(self.moment.point)
    }

    /// Whether it is a node that is or was in a document.
    pub(super) fn is_node(&self, object: ObjectId) -> bool {
        let dom = self.trace.dom_at(self.moment.point);
        dom.is_ok_and(|dom| dom.is_some_and(|dom| dom.find(object).is_some()))
    }

    /// A node that a client named.
    pub(crate) fn named_node<'d>(
        &self,
        dom: &'d Dom,
        id: &ids::ObjectId,
    ) -> Answer<(NodeIdx, &'d dom::Node)> {
        match self.named_node_or_pseudo(dom, id)? {
            (node, None) => Ok(node),
            (_, Some(pseudo)) => Err(Failure::command(format!(
                "nothing is recorded of this for {} elements: {id}",
                pseudo.selector()
            ))),
        }
    }

    /// A node that a client named, or the element of a pseudo element.
    pub(crate) fn named_node_or_pseudo<'d>(
        &self,
        dom: &'d Dom,
        id: &ids::ObjectId,
    ) -> Answer<((NodeIdx, &'d dom::Node), Option<Pseudo>)> {
        let (object, pseudo) = match ObjectKey::from_wire(id) {
            Some(ObjectKey::Recorded(object)) => (Some(object), None),
            Some(ObjectKey::Page(PageObject::Pseudo(element, pseudo))) => (Some(element), Some(pseudo)),
            _ => (None, None),
        };
        let found = object.and_then(|object| dom.find(object));
        let found = found.ok_or_else(|| Failure::command(format!("no such node in this pause: {id}")))?;
        Ok((found, pseudo))
    }

    /// An object of the program that a client named: one that was sent, or a node. The global object is each of these
    /// candidates that is a window.
    pub(crate) fn named_targets(
        &mut self,
        id: &ids::ObjectId,
        candidates: impl Iterator<Item = ObjectId>,
    ) -> Answer<Vec<ObjectId>> {
        match ObjectKey::from_wire(id) {
            Some(key @ ObjectKey::Recorded(object))
                if self.sent.objects.contains_key(&key) || self.is_node(object) =>
            {
                Ok(vec![object])
            }
            Some(ObjectKey::Global) => {
                let is_window = |object: &ObjectId| {
                    let state = self.state(*object);
                    state.is_some_and(|state| matches!(state.kind, ObjectKind::Window))
                };
                Ok(candidates.filter(is_window).collect())
            }
            _ => Err(Failure::command(format!("no such object in this pause: {id}"))),
        }
    }

    /// Adds an object with a small preview.
    pub(crate) fn add_object_of(&mut self, object: ObjectId) -> Answer<()> {
        self.add_object(ObjectKey::Recorded(object), ObjectPreviewLevel::CanOverflow, 0)
    }

    /// Adds a node.
    pub(crate) fn add_node(
        &mut self,
        node: ObjectId,
        level: ObjectPreviewLevel,
        n_nested: u32,
    ) -> Answer<()> {
        self.add_object(ObjectKey::Recorded(node), level, n_nested)
    }

    /// Adds a node and all above it.
    pub(crate) fn add_with_ancestors(&mut self, dom: &Dom, idx: NodeIdx) -> Answer<()> {
        let itself = dom.tree.node(idx);
        let ancestors = dom.tree.ancestors(idx).map(|(_, node)| node).take(MAX_ANCESTORS);
        for node in itself.into_iter().chain(ancestors) {
            let key = ObjectKey::Recorded(node.id);
            // What was sent for another node was sent with its ancestors.
            let is_sent = self
                .sent
                .objects
                .get(&key)
                .is_some_and(|sent| *sent >= ObjectPreviewLevel::CanOverflow);
            if !is_sent {
                self.add_object(key, ObjectPreviewLevel::CanOverflow, 0)?;
            }
        }
        Ok(())
    }

    /// Adds a rule, with what it declares and the sheet it is in.
    pub(crate) fn add_rule(&mut self, rule: RuleId) -> Answer<ids::ObjectId> {
        let key = ObjectKey::Page(PageObject::Rule(rule));
        self.add_object(key, ObjectPreviewLevel::Full, 1)?;
        Ok(key.to_wire())
    }

    /// The class of a node that no variable ever held; None if it is no node.
    pub(super) fn node_class(&self, object: ObjectId) -> Option<String> {
        let dom = self.trace.dom_at(self.moment.point).ok()??;
        let (_, node) = dom.find(object)?;
        Some(dom::class_name(node))
    }

    /// Adds to an object's preview what it is as a node, if the documents have it.
    pub(super) fn add_as_node(
        &mut self,
        object: ObjectId,
        level: ObjectPreviewLevel,
        preview: &mut ObjectPreview,
    ) -> Answer<()> {
        let Some(dom) = self.trace.dom_at(self.moment.point)? else {
            return Ok(());
        };
        let Some((idx, node)) = dom.find(object) else {
            // A node that was never in a document.
            if let Some(described) = &mut preview.node {
                described.is_connected = false;
            }
            return Ok(());
        };
        let is_full = level == ObjectPreviewLevel::Full;
        let mut is_cut = false;
        let mut cut = |text: &str| {
            let max = if is_full {
                MAX_FULL_TEXT_BYTES
            } else {
                MAX_TEXT_BYTES
            };
            match text.len() <= max {
                true => text.to_owned(),
                false => {
                    is_cut = true;
                    format!(
                        "{}…",
                        text.get(..text.floor_char_boundary(max)).unwrap_or_default()
                    )
                }
            }
        };
        let node_value = node.value.as_deref().map(&mut cut);
        let attributes = node.attributes.iter().map(|(name, value)| Attr {
            name: name.to_string(),
            value: cut(value),
        });
        let attributes = attributes.collect();
        let mut child_nodes = self.child_nodes(&dom, idx, node)?;
        if !is_full && child_nodes.len() > MAX_CHILDREN_NAMED {
            child_nodes.truncate(MAX_CHILDREN_NAMED);
            is_cut = true;
        }
        let parent = node.parent.and_then(|parent| dom.tree.node(parent));
        let style = node.attribute("style").filter(|_| node.is_element());
        let style = style.map(|_| ObjectKey::Page(PageObject::InlineStyle(object)));
        if is_full {
            self.mentioned.extend(child_nodes.iter().take(MAX_CHILDREN_ALONG));
            self.mentioned.extend(style);
            self.mentioned_by_name
                .extend(parent.map(|parent| ObjectKey::Recorded(parent.id)));
        }
        preview.overflow |= is_cut && !is_full;
        preview.node = Some(Node {
            node_type: u32::from(node.node_type),
            node_name: node.name.to_string(),
            node_value,
            is_connected: dom.tree.is_connected(idx),
            attributes,
            pseudo_type: None,
            style: style.map(ObjectKey::to_wire),
            parent_node: parent.map(|parent| object_id(parent.id)),
            child_nodes: Some(child_nodes.into_iter().map(ObjectKey::to_wire).collect()),
            document_url: node
                .url
                .as_deref()
                .filter(|_| node.node_type == DOCUMENT)
                .map(str::to_owned),
        });
        Ok(())
    }

    /// The shadow root, the frame's document, the children between the pseudo elements before and after them.
    fn child_nodes(&self, dom: &Dom, idx: NodeIdx, node: &dom::Node) -> Answer<Vec<ObjectKey>> {
        let layout = match node.is_element() {
            true => self.trace.layout_at(self.moment.point)?,
            false => None,
        };
        let pseudo = layout.as_ref().and_then(|layout| layout.element(node.id));
        let pseudo: Vec<_> = pseudo
            .map_or(&[][..], |element| &element.pseudo)
            .iter()
            .filter_map(|(name, _)| Pseudo::of_selector(name))
            .collect();
        let of_pseudo = |wanted: Pseudo| {
            pseudo
                .contains(&wanted)
                .then_some(ObjectKey::Page(PageObject::Pseudo(node.id, wanted)))
        };
        let special = [node.shadow_root, node.content_document];
        let special = special
            .into_iter()
            .flatten()
            .filter_map(|idx| Some(ObjectKey::Recorded(dom.tree.node(idx)?.id)));
        let children = dom
            .tree
            .children(idx)
            .map(|(_, child)| ObjectKey::Recorded(child.id));
        Ok(special
            .chain(of_pseudo(Pseudo::Marker))
            .chain(of_pseudo(Pseudo::Before))
            .chain(children)
            .chain(of_pseudo(Pseudo::After))
            .collect())
    }

    /// Class and preview of something of the page.
    pub(super) fn page_object(
        &mut self,
        object: PageObject,
        level: ObjectPreviewLevel,
    ) -> Answer<(String, Option<ObjectPreview>)> {
        let mut preview = ObjectPreview::default();
        let class_name = match object {
            PageObject::Pseudo(element, pseudo) => {
                preview.node = Some(self.pseudo_node(element, pseudo)?);
                "Element"
            }
            PageObject::InlineStyle(element) => {
                preview.style = Some(self.inline_style(element)?);
                "CSSStyleDeclaration"
            }
            PageObject::Rule(rule) => {
                preview.rule = Some(self.rule(rule)?);
                "CSSStyleRule"
            }
            PageObject::RuleStyle(rule) => {
                preview.style = Some(self.rule_style(rule)?);
                "CSSStyleDeclaration"
            }
            PageObject::Sheet(sheet) => {
                let sheets = self.trace.sheets_at(self.moment.point)?;
                let sheet = sheets.as_ref().and_then(|sheets| sheets.sheet(sheet));
                let sheet = sheet.ok_or_else(|| no_such(object))?;
                preview.style_sheet = Some(StyleSheet {
                    href: sheet.href.as_deref().map(str::to_owned),
                    is_system: false,
                });
                "CSSStyleSheet"
            }
        };
        Ok((
            class_name.to_owned(),
            (level != ObjectPreviewLevel::None).then_some(preview),
        ))
    }

    fn pseudo_node(&mut self, element: ObjectId, pseudo: Pseudo) -> Answer<Node> {
        let layout = self.trace.layout_at(self.moment.point)?;
        let laid_out = layout.as_ref().and_then(|layout| layout.element(element));
        let is_there = laid_out.is_some_and(|laid_out| {
            laid_out
                .pseudo
                .iter()
                .any(|(name, _)| **name == *pseudo.selector())
        });
        let dom = self.dom()?;
        let (idx, _) = dom
            .find(element)
            .filter(|_| is_there)
            .ok_or_else(|| no_such(PageObject::Pseudo(element, pseudo)))?;
        Ok(Node {
            node_type: 1,
            node_name: pseudo.selector().to_owned(),
            node_value: None,
            is_connected: dom.tree.is_connected(idx),
            attributes: Vec::new(),
            pseudo_type: Some(pseudo.to_wire()),
            style: None,
            parent_node: Some(object_id(element)),
            child_nodes: Some(Vec::new()),
            document_url: None,
        })
    }

    fn inline_style(&mut self, element: ObjectId) -> Answer<StyleDeclaration> {
        let dom = self.dom()?;
        let style = dom.find(element).and_then(|(_, node)| node.attribute("style"));
        let style = style.ok_or_else(|| no_such(PageObject::InlineStyle(element)))?;
        Ok(style_declaration(inline_declarations(style), None))
    }

    fn rule(&mut self, id: RuleId) -> Answer<Rule> {
        let sheets = self.trace.sheets_at(self.moment.point)?;
        let rule = sheets.as_ref().and_then(|sheets| sheets.rule(id));
        let rule = rule.ok_or_else(|| no_such(PageObject::Rule(id)))?;
        let style = ObjectKey::Page(PageObject::RuleStyle(id));
        let sheet = ObjectKey::Page(PageObject::Sheet(id.sheet));
        self.mentioned.extend([style, sheet]);
        Ok(Rule {
            rule_type: 1,
            css_text: rule.text.to_string(),
            parent_style_sheet: Some(sheet.to_wire()),
            start_line: rule.position.map(|(line, _)| line),
            start_column: rule.position.map(|(_, column)| column),
            original_location: None,
            selector_text: Some(rule.selector.to_string()),
            style: Some(style.to_wire()),
        })
    }

    fn rule_style(&mut self, id: RuleId) -> Answer<StyleDeclaration> {
        let sheets = self.trace.sheets_at(self.moment.point)?;
        let rule = sheets.as_ref().and_then(|sheets| sheets.rule(id));
        let rule = rule.ok_or_else(|| no_such(PageObject::RuleStyle(id)))?;
        let declarations = rule
            .declarations
            .iter()
            .map(|(name, value, is_important)| Declaration {
                name: name.to_string(),
                value: value.to_string(),
                is_important: *is_important,
            });
        let parent = ObjectKey::Page(PageObject::Rule(id)).to_wire();
        Ok(style_declaration(declarations.collect(), Some(parent)))
    }
}

fn style_declaration(declarations: Vec<Declaration>, parent_rule: Option<ids::ObjectId>) -> StyleDeclaration {
    StyleDeclaration {
        css_text: to_text(&declarations),
        parent_rule,
        properties: declarations
            .into_iter()
            .map(|declaration| StyleProperty {
                name: declaration.name,
                value: declaration.value,
                important: declaration.is_important,
            })
            .collect(),
    }
}

fn no_such(object: PageObject) -> Failure {
    Failure::command(format!("no such object in this pause: {}", object.to_wire()))
}
