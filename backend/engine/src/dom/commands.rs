//! Commands of the DOM domain.

use std::collections::HashSet;

use wire::{
    dom::{
        EventListener, GetAllBoundingClientRects, GetAllBoundingClientRectsResult, GetBoundingClientRect,
        GetBoundingClientRectResult, GetBoxModel, GetBoxModelResult, GetDocument, GetDocumentResult,
        GetEventListeners, GetEventListenersResult, GetParentNodes, GetParentNodesResult, PerformSearch,
        PerformSearchResult, QuerySelector, QuerySelectorResult, Rect,
    },
    error::ErrorCode,
    pause::ObjectPreviewLevel,
};

use super::{Selectors, boxes, layouts::LaidOut, search};
use crate::{
    answer::{Answer, Failure},
    pause::{AnswerInPause, Scene, object_id},
};

/// Found nodes that come with previews of themselves and their ancestors: more than a page of results.
const MAX_DESCRIBED: usize = 500;

impl AnswerInPause for GetDocument {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetDocumentResult> {
        let dom = scene.dom()?;
        let (document, node) = dom.document().ok_or_else(no_document)?;
        // Whoever shows a document opens its first elements.
        for (_, child) in dom
            .tree
            .children(document)
            .filter(|(_, child)| child.is_element())
        {
            scene.add_node(child.id, ObjectPreviewLevel::Full, 1)?;
        }
        scene.add_node(node.id, ObjectPreviewLevel::Full, 1)?;
        Ok(GetDocumentResult {
            document: object_id(node.id),
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for GetParentNodes {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetParentNodesResult> {
        let dom = scene.dom()?;
        let (idx, _) = scene.named_node(&dom, &self.node)?;
        scene.add_with_ancestors(&dom, idx)?;
        Ok(GetParentNodesResult {
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for QuerySelector {
    fn answer(self, mut scene: Scene<'_>) -> Answer<QuerySelectorResult> {
        let dom = scene.dom()?;
        let (below, _) = scene.named_node(&dom, &self.node)?;
        let selectors = Selectors::parse(&self.selector)
            .ok_or_else(|| Failure::command(format!("not a selector: {}", self.selector)))?;
        let found = search::first_match(&dom, below, &selectors);
        if let Some(found) = found {
            scene.add_with_ancestors(&dom, found)?;
        }
        let found = found.and_then(|found| dom.tree.node(found));
        Ok(QuerySelectorResult {
            result: found.map(|node| object_id(node.id)),
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for PerformSearch {
    fn answer(self, mut scene: Scene<'_>) -> Answer<PerformSearchResult> {
        let dom = scene.dom()?;
        let found = search::search(&dom, &self.query);
        for idx in found.iter().take(MAX_DESCRIBED) {
            scene.add_with_ancestors(&dom, *idx)?;
        }
        let nodes = found.iter().filter_map(|idx| dom.tree.node(*idx));
        Ok(PerformSearchResult {
            nodes: nodes.map(|node| object_id(node.id)).collect(),
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for GetEventListeners {
    fn answer(self, mut scene: Scene<'_>) -> Answer<GetEventListenersResult> {
        if scene.trace().reader.listeners()?.is_empty() && !scene.trace().has_documents()? {
            return Err(Failure::command("this recording says nothing of event listeners"));
        }
        let trace = scene.trace().clone();
        let listeners = trace.listeners()?;
        let targets = scene.named_targets(&self.node, listeners.targets())?;
        let point = scene.point();
        let alive = targets.into_iter().flat_map(|target| listeners.at(target, point));
        let alive: Vec<_> = alive.collect();
        for listener in &alive {
            scene.add_object_of(listener.handler)?;
        }
        let listeners = alive.into_iter().map(|listener| EventListener {
            node: self.node.clone(),
            handler: object_id(listener.handler),
            event_type: listener.event_type.to_string(),
            capture: listener.capture,
        });
        Ok(GetEventListenersResult {
            listeners: listeners.collect(),
            data: scene.into_data(),
        })
    }
}

impl AnswerInPause for GetBoxModel {
    fn answer(self, scene: Scene<'_>) -> Answer<GetBoxModelResult> {
        let dom = scene.dom()?;
        let (_, node) = scene.named_node(&dom, &self.node)?;
        let layout = layout(&scene)?;
        let element = layout.element(node.id).ok_or_else(|| {
            Failure::command(format!(
                "{} is not laid out: it is no element, or hidden, or came after the last paint",
                node.name
            ))
        })?;
        Ok(GetBoxModelResult {
            model: boxes::model(element),
        })
    }
}

impl AnswerInPause for GetBoundingClientRect {
    fn answer(self, scene: Scene<'_>) -> Answer<GetBoundingClientRectResult> {
        let dom = scene.dom()?;
        let (_, node) = scene.named_node(&dom, &self.node)?;
        if !node.is_element() {
            return Err(Failure::command(format!("{} is not an element", node.name)));
        }
        let layout = layout(&scene)?;
        // As the page itself would be told of an element that is not laid out.
        let rect = layout
            .element(node.id)
            .map_or(Rect::default(), |element| Rect::from(element.rect));
        Ok(GetBoundingClientRectResult { rect })
    }
}

impl AnswerInPause for GetAllBoundingClientRects {
    fn answer(self, scene: Scene<'_>) -> Answer<GetAllBoundingClientRectsResult> {
        let dom = scene.dom()?;
        let (document, _) = dom.document().ok_or_else(no_document)?;
        let layout = layout(&scene)?;
        // Elements may be gone since the paint.
        let present: HashSet<_> = dom
            .tree
            .descendants_in_all(document)
            .map(|(_, node)| node.id)
            .collect();
        let elements = layout.in_order().filter(|element| present.contains(&element.id));
        Ok(GetAllBoundingClientRectsResult {
            elements: elements.map(|element| boxes::bounds(element, &layout)).collect(),
        })
    }
}

/// Boxes and styles at the last paint.
pub(super) fn layout(scene: &Scene<'_>) -> Answer<std::rc::Rc<LaidOut>> {
    let layout = scene.trace().layout_at(scene.point())?;
    layout.ok_or_else(|| {
        Failure::new(
            ErrorCode::GRAPHICS_UNAVAILABLE_AT_POINT,
            "nothing is known of boxes and styles here: the recorder looks at them when the page is painted",
        )
    })
}

fn no_document() -> Failure {
    Failure::new(
        ErrorCode::DOCUMENT_IS_UNAVAILABLE,
        "the document is damaged in the recording",
    )
}
