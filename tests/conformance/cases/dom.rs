//! Documents, nodes, boxes and listeners.

use std::collections::BTreeMap;

use client::Pause;
use wire::{
    dom::{
        GetAllBoundingClientRects, GetBoundingClientRect, GetBoxModel, GetDocument, GetEventListeners,
        GetParentNodes, Node, PerformSearch, QuerySelector, RepaintGraphics,
    },
    error::ErrorCode,
    ids::ObjectId,
    pause::ObjectPreviewLevel,
};

use crate::{
    hosts::Sample,
    subject::{Subject, refusal},
};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

/// Pauses at some points that have a document, with it. None if the recording says nothing of documents.
pub(super) async fn documents(subject: &Subject) -> Vec<(Pause, ObjectId)> {
    let mut documents = Vec::new();
    let mut points = subject.sample_points(4).await;
    points.reverse();
    for point in points {
        let pause = subject.pause(&point.point).await;
        match pause.call(&GetDocument {}).await {
            Ok(found) => documents.push((pause, found.document.clone())),
            refused => {
                let (code, message) = refusal(refused);
                assert!(
                    [ErrorCode::DOCUMENT_IS_UNAVAILABLE, ErrorCode::COMMAND_FAILED].contains(&code),
                    "{code}: {message}"
                );
            }
        }
    }
    documents
}

/// A node by its object.
async fn node(pause: &Pause, id: &ObjectId) -> Node {
    let object = pause
        .until_ready(|pause| pause.handle(id).object(ObjectPreviewLevel::Full))
        .await
        .unwrap_or_else(|error| panic!("{id}: {error}"));
    let preview = object.preview.as_ref().expect("a full preview");
    preview.node.clone().unwrap_or_else(|| panic!("{id} is no node"))
}

/// The first nodes of a document, in the order they are met.
pub(super) async fn first_nodes(pause: &Pause, document: &ObjectId, n: usize) -> BTreeMap<ObjectId, Node> {
    let mut nodes = BTreeMap::new();
    let mut todo = vec![document.clone()];
    while let Some(id) = todo.pop() {
        let found = node(pause, &id).await;
        for child in found.child_nodes.iter().flatten().rev() {
            todo.push(child.clone());
        }
        nodes.insert(id, found);
        if nodes.len() >= n {
            break;
        }
    }
    nodes
}

pub(crate) async fn documents_hang_together(subject: &Subject) {
    for (pause, document) in documents(subject).await.iter().take(2) {
        let nodes = first_nodes(pause, document, 40).await;
        assert_eq!(
            (nodes[document].node_type, &nodes[document].parent_node),
            (9, &None)
        );
        assert!(nodes[document].document_url.is_some());
        for (id, node) in &nodes {
            assert!(node.is_connected, "{id} is reached from the document");
            for child in node
                .child_nodes
                .iter()
                .flatten()
                .filter_map(|child| nodes.get(child))
            {
                assert_eq!(child.parent_node.as_ref(), Some(id), "a child names its parent");
            }
        }
        let (deep, _) = nodes
            .iter()
            .find(|(_, node)| node.node_name.eq_ignore_ascii_case("body"))
            .expect("a body");
        pause
            .call(&GetParentNodes { node: deep.clone() })
            .await
            .expect("it has parents");
        let query = |node: &ObjectId, selector: &str| QuerySelector {
            node: node.clone(),
            selector: selector.to_owned(),
        };
        let found = pause
            .call(&query(document, "html > body"))
            .await
            .expect("a selector");
        assert_eq!(found.result.as_ref(), Some(deep));
        let found = pause.call(&query(deep, "html, body")).await.expect("a selector");
        assert_eq!(found.result, None, "neither is below the body");
        refusal(pause.call(&query(document, "::: not a selector")).await);
        refusal(pause.call(&query(&"no such node".into(), "a")).await);
        for search in ["body", "//body", "html > body", "<body>"] {
            let query = search.to_owned();
            let found = pause.call(&PerformSearch { query }).await.expect("a search");
            assert!(found.nodes.contains(deep), "{search}");
        }
    }
}

pub(crate) async fn boxes_lie_around_rectangles(subject: &Subject) {
    for (pause, _) in documents(subject).await.iter().take(2) {
        let all = match pause.call(&GetAllBoundingClientRects {}).await {
            Ok(all) => all,
            refused => {
                refusal(refused);
                continue;
            }
        };
        for bounds in all.elements.iter().step_by(all.elements.len() / 10 + 1) {
            let node = bounds.node.clone();
            let rect = pause
                .call(&GetBoundingClientRect { node })
                .await
                .expect("it has one")
                .rect;
            assert_eq!(rect, bounds.rect);
            let node = bounds.node.clone();
            let model = &pause
                .call(&GetBoxModel { node })
                .await
                .expect("it is laid out")
                .model;
            let lengths = [&model.content, &model.padding, &model.border, &model.margin].map(Vec::len);
            assert!(lengths[0] % 8 == 0 && lengths == [lengths[0]; 4], "{model:?}");
            let (xs, ys) = (
                model.border.iter().step_by(2),
                model.border.iter().skip(1).step_by(2),
            );
            let (left, top) = (
                xs.copied().fold(f64::INFINITY, f64::min),
                ys.copied().fold(f64::INFINITY, f64::min),
            );
            assert!(
                (left - rect.left).abs() < 1.0 && (top - rect.top).abs() < 1.0,
                "{model:?} {rect:?}"
            );
        }
    }
}

pub(crate) async fn listeners_are_functions_of_the_program(subject: &Subject) {
    for (pause, document) in documents(subject).await.iter().take(1) {
        for (id, _) in first_nodes(pause, document, 20).await {
            let node = id.clone();
            let found = pause
                .call(&GetEventListeners { node })
                .await
                .expect("a node may be asked about");
            for listener in &found.listeners {
                assert_eq!(listener.node, id);
                assert!(!listener.event_type.is_empty());
                pause
                    .until_ready(|pause| {
                        pause
                            .handle(&listener.handler)
                            .object(ObjectPreviewLevel::CanOverflow)
                    })
                    .await
                    .expect("the handler can be shown");
            }
        }
    }
}

pub(crate) async fn a_picture_is_sent_once_for_pauses(subject: &Subject) {
    let mut seen = Vec::new();
    for point in subject.sample_points(5).await {
        let pause = subject.pause(&point.point).await;
        match pause.call(&RepaintGraphics {}).await {
            Ok(shown) => {
                let hash = shown.description.hash.clone();
                let is_new = !seen.contains(&hash);
                assert_eq!(
                    shown.screen_shot.is_some(),
                    is_new,
                    "a picture comes with its hash's first answer"
                );
                seen.push(hash);
            }
            refused => {
                let (code, message) = refusal(refused);
                assert!(
                    [
                        ErrorCode::GRAPHICS_UNAVAILABLE_AT_POINT,
                        ErrorCode::COMMAND_FAILED
                    ]
                    .contains(&code),
                    "{code}: {message}"
                );
            }
        }
    }
}
