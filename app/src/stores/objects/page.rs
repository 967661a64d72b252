//! What a reading of a pause finds of the page: its document, where its elements lie, how they are styled, who listens.

use std::rc::Rc;

use client::{Pause, PauseCommand};
use wire::{
    css::{
        AppliedRule, ComputedStyleProperty, GetAppliedRules, GetAppliedRulesResult, GetComputedStyle,
        GetComputedStyleResult,
    },
    dom::{
        BoxModel, EventListener, GetAllBoundingClientRects, GetAllBoundingClientRectsResult, GetBoxModel,
        GetDocument, GetEventListeners, PerformSearch,
    },
    ids::ObjectId,
};

use super::{Ask, Looking, found};
use crate::logic::scopes::Found;

/// Something to ask of the page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::stores) enum PageAsk {
    Document,
    Search(String),
    Listeners(ObjectId),
    Boxes(ObjectId),
    AllBoxes,
    Computed(ObjectId),
    Rules(ObjectId),
}

impl PageAsk {
    /// Asks it; the answer is read when it is here.
    pub(super) fn ask(&self, pause: &Pause) {
        match self {
            Self::Document => drop(pause.document()),
            Self::Search(query) => drop(pause.search_nodes(query)),
            Self::Listeners(node) => drop(pause.event_listeners(node)),
            Self::Boxes(node) => drop(pause.box_model(node)),
            Self::AllBoxes => drop(pause.ask(&GetAllBoundingClientRects {})),
            Self::Computed(node) => drop(pause.ask(&computed(node))),
            Self::Rules(node) => drop(pause.ask(&rules(node))),
        }
    }

    /// Whether it has been asked and not been answered.
    pub(super) fn is_pending(&self, pause: &Pause) -> bool {
        match self {
            Self::Document => is_pending(pause, &GetDocument {}),
            Self::Search(query) => is_pending(pause, &search(query)),
            Self::Listeners(node) => is_pending(pause, &GetEventListeners { node: node.clone() }),
            Self::Boxes(node) => is_pending(pause, &GetBoxModel { node: node.clone() }),
            Self::AllBoxes => is_pending(pause, &GetAllBoundingClientRects {}),
            Self::Computed(node) => is_pending(pause, &computed(node)),
            Self::Rules(node) => is_pending(pause, &rules(node)),
        }
    }
}

impl Looking {
    /// The document of the page.
    pub(crate) fn document(&self) -> Found<ObjectId> {
        self.answer(&GetDocument {}, || PageAsk::Document)
            .map(|answer| answer.document.clone())
    }

    /// The nodes that a search finds.
    pub(crate) fn search(&self, query: &str) -> Found<Vec<ObjectId>> {
        self.answer(&search(query), || PageAsk::Search(query.to_owned()))
            .map(|answer| answer.nodes.clone())
    }

    /// Who listens at a node.
    pub(crate) fn listeners(&self, node: &ObjectId) -> Found<Vec<EventListener>> {
        let question = GetEventListeners { node: node.clone() };
        self.answer(&question, || PageAsk::Listeners(node.clone()))
            .map(|answer| answer.listeners.clone())
    }

    /// The boxes of a node.
    pub(crate) fn boxes(&self, node: &ObjectId) -> Found<BoxModel> {
        self.answer(&GetBoxModel { node: node.clone() }, || {
            PageAsk::Boxes(node.clone())
        })
        .map(|answer| answer.model.clone())
    }

    /// Where every element lies, the topmost first.
    pub(crate) fn all_boxes(&self) -> Found<Rc<GetAllBoundingClientRectsResult>> {
        self.answer(&GetAllBoundingClientRects {}, || PageAsk::AllBoxes)
    }

    /// What the style of a node came to.
    pub(crate) fn computed(&self, node: &ObjectId) -> Found<Vec<ComputedStyleProperty>> {
        self.answer(&computed(node), || PageAsk::Computed(node.clone()))
            .map(|answer: Rc<GetComputedStyleResult>| answer.computed_style.clone())
    }

    /// The rules that apply to a node.
    pub(crate) fn rules(&self, node: &ObjectId) -> Found<Vec<AppliedRule>> {
        self.answer(&rules(node), || PageAsk::Rules(node.clone()))
            .map(|answer: Rc<GetAppliedRulesResult>| answer.rules.clone())
    }

    fn answer<C: PauseCommand>(&self, question: &C, ask: impl FnOnce() -> PageAsk) -> Found<Rc<C::Result>> {
        match self.pause.known_answer(question) {
            Some(known) => found(known),
            None => self.miss(Ask::Page(ask())),
        }
    }
}

fn is_pending<C: PauseCommand>(pause: &Pause, question: &C) -> bool {
    pause
        .known_answer(question)
        .is_some_and(|known| known.is_pending())
}

fn search(query: &str) -> PerformSearch {
    PerformSearch {
        query: query.to_owned(),
    }
}

fn computed(node: &ObjectId) -> GetComputedStyle {
    GetComputedStyle { node: node.clone() }
}

fn rules(node: &ObjectId) -> GetAppliedRules {
    GetAppliedRules { node: node.clone() }
}
