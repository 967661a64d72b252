//! The document's store over a server of the test's own: what it asks, how often, and what is found again in the next moment.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::{cell::Cell, collections::HashSet, sync::Arc};

use app::stores::{Stores, elements::Shown};
use leptos::prelude::*;
use serde_json::{Value, json};
use support::{Answers, Reply, Request, settle};
use wire::point::ExecutionPoint;

/// A page with a list of two tasks.
const PAGE: &[(&str, u32, &str, &[&str])] = &[
    ("doc", 9, "#document", &["html"]),
    ("html", 1, "HTML", &["body"]),
    ("body", 1, "BODY", &["list"]),
    ("list", 1, "UL", &["first", "second"]),
    ("first", 1, "LI", &["milk"]),
    ("second", 1, "LI", &["bread"]),
    ("milk", 3, "milk", &[]),
    ("bread", 3, "bread", &[]),
];

#[derive(Default)]
struct Page {
    /// Whether ids of nodes are the same in all pauses.
    has_lasting_ids: Cell<bool>,
    has_no_document: Cell<bool>,
}
type Server = support::Server<Page>;

impl Answers for Page {
    fn answer(&self, request: &Request) -> Option<Reply> {
        match self.in_page(&request.pause_id, &request.method, &request.params)? {
            Ok(result) => Some(result.into()),
            Err((code, message)) => Some(Reply::error(code, message)),
        }
    }
}

/// Pause, command and parameters of what was asked of the document.
fn asked(server: &Server) -> Vec<(String, String, String)> {
    let asked = server.asked.borrow();
    let these = asked
        .iter()
        .filter(|request| !request.pause_id.is_empty() && request.method != "Pause.getAllFrames");
    these
        .map(|request| {
            let params = request.params.to_string();
            (request.pause_id.clone(), request.method.clone(), params)
        })
        .collect()
}

impl Page {
    fn in_page(
        &self,
        pause: &str,
        method: &str,
        params: &Value,
    ) -> Option<Result<Value, (i32, &'static str)>> {
        let node = || self.name(params["node"].as_str().unwrap());
        let data = |names: &[&str]| json!({ "objects": names.iter().map(|name| self.object(pause, name)).collect::<Vec<_>>() });
        Some(Ok(match method {
            "Session.createPause" => json!({ "pauseId": format!("p{}", params["point"].as_str().unwrap()) }),
            "DOM.getDocument" if self.has_no_document.get() => return Some(Err((43, "no documents here"))),
            "DOM.getDocument" => json!({ "document": self.id(pause, "doc"), "data": data(&["doc"]) }),
            "Pause.getObjectPreview" => {
                json!({ "data": data(&[&self.name(params["object"].as_str().unwrap())]) })
            }
            "Pause.getObjectPreviews" => {
                let names = params["objects"].as_array().unwrap().iter();
                let names: Vec<String> = names.map(|id| self.name(id.as_str().unwrap())).collect();
                json!({ "data": data(&names.iter().map(String::as_str).collect::<Vec<_>>()) })
            }
            "DOM.getParentNodes" => json!({ "data": data(&above(&node())) }),
            "DOM.performSearch" => {
                json!({ "nodes": [self.id(pause, "milk"), self.id(pause, "second")], "data": {} })
            }
            "DOM.getAllBoundingClientRects" => json!({ "elements": [
                { "node": self.id(pause, "second"), "rect": [0, 20, 50, 40] },
                { "node": self.id(pause, "body"), "rect": [0, 0, 100, 100] },
            ] }),
            "DOM.getBoxModel" => return Some(Err((33, "it is not laid out"))),
            _ => return None,
        }))
    }

    fn id(&self, pause: &str, name: &str) -> String {
        match self.has_lasting_ids.get() {
            true => name.to_owned(),
            false => format!("{pause}-{name}"),
        }
    }

    fn name(&self, id: &str) -> String {
        id.rsplit('-').next().unwrap().to_owned()
    }

    fn object(&self, pause: &str, name: &str) -> Value {
        let (_, node_type, node_name, children) = PAGE.iter().find(|(other, ..)| *other == name).unwrap();
        let ids: Vec<String> = children.iter().map(|child| self.id(pause, child)).collect();
        let parent = above(name).get(1).map(|parent| self.id(pause, parent));
        let is_text = *node_type == 3;
        let mut object = json!({ "objectId": self.id(pause, name), "className": "Node", "preview": { "node": {
            "nodeType": node_type, "nodeName": if is_text { "#text" } else { node_name }, "isConnected": true,
            "nodeValue": is_text.then_some(node_name), "childNodes": ids, "parentNode": parent,
        } } });
        if self.has_lasting_ids.get() {
            object["persistentId"] = json!(name);
        }
        object
    }
}

/// A node and those above it.
fn above(name: &str) -> Vec<&'static str> {
    let mut names = vec![PAGE.iter().find(|(other, ..)| *other == name).unwrap().0];
    while let Some((parent, ..)) = PAGE
        .iter()
        .find(|(.., children)| children.contains(names.last().unwrap()))
    {
        names.push(parent);
    }
    names
}

fn with_stores<F: Future<Output = ()>>(test: impl FnOnce(Stores, Server) -> F) {
    support::with_stores(
        |_| (),
        |stores, server| async move {
            settle(stores).await;
            test(stores, server).await;
        },
    );
}

/// Shows the document as the panel does, until nothing more comes.
async fn look(stores: Stores) -> Arc<Shown> {
    loop {
        stores.elements.follow();
        let shown = stores.elements.shown();
        let is_idle = stores.is_idle();
        settle(stores).await;
        if is_idle && !shown.is_stale && !shown.rows.is_pending {
            return shown;
        }
    }
}

async fn go(stores: Stores, point: &str) -> Arc<Shown> {
    stores
        .timeline
        .go_to(point.parse().unwrap(), ExecutionPoint::new(point).ok());
    settle(stores).await;
    look(stores).await
}

fn lines(shown: &Shown) -> Vec<String> {
    let rows = shown.rows.rows.iter();
    rows.map(|row| row.tokens.iter().map(|token| token.text.as_str()).collect())
        .collect()
}

/// The nodes that are chosen and their row.
fn chosen(stores: Stores, shown: &Shown) -> Option<String> {
    let row = stores.elements.chosen_row(shown)?;
    Some(lines(shown)[row].clone())
}

#[test]
fn what_is_open_and_chosen_is_found_again_in_the_next_moment() {
    for has_lasting_ids in [false, true] {
        with_stores(|stores, server| async move {
            server.has_lasting_ids.set(has_lasting_ids);
            let shown = go(stores, "10").await;
            assert_eq!(
                lines(&shown),
                ["<html>", "<body>", "<ul>…</ul>", "</body>", "</html>"]
            );
            stores.elements.toggle_row(&shown, 2);
            let shown = look(stores).await;
            stores.elements.choose_row(&shown, 4);
            for point in ["20", "30", "40"] {
                server.asked.borrow_mut().clear();
                let shown = go(stores, point).await;
                assert_eq!(
                    lines(&shown)[2..6],
                    ["<ul>", "<li>milk</li>", "<li>bread</li>", "</ul>"]
                );
                assert_eq!(chosen(stores, &shown).as_deref(), Some("<li>bread</li>"));
                let asked = asked(&server);
                assert_eq!(
                    asked.iter().collect::<HashSet<_>>().len(),
                    asked.len(),
                    "{asked:?}"
                );
            }
            // Where ids last, all that was open is asked for together: the document, what is open, the texts.
            let n_asked = asked(&server).len();
            match has_lasting_ids {
                true => assert!(n_asked <= 4, "{:?}", asked(&server)),
                false => assert!(n_asked > 4, "{:?}", asked(&server)),
            }
            // Back in time nodes may not have been there yet, so none is asked for before it is met.
            server.asked.borrow_mut().clear();
            let shown = go(stores, "15").await;
            assert_eq!(chosen(stores, &shown).as_deref(), Some("<li>bread</li>"));
            let asked = asked(&server);
            assert!(
                asked.iter().all(|(pause, ..)| pause == "p15") && asked.len() > 4,
                "{asked:?}"
            );
        });
    }
}

#[test]
fn a_service_without_documents_is_asked_once_a_moment_and_its_reason_shown() {
    with_stores(|stores, server| async move {
        server.has_no_document.set(true);
        let shown = go(stores, "10").await;
        assert_eq!(shown.failure.as_deref(), Some("no documents here"));
        look(stores).await;
        assert_eq!(asked(&server).len(), 1);
    });
}

#[test]
fn a_search_goes_around_and_opens_what_it_finds() {
    with_stores(|stores, _| async move {
        go(stores, "10").await;
        stores.elements.search(" milk ");
        stores.elements.found();
        settle(stores).await;
        for (wanted, at) in [("<li>milk</li>", 0), ("<li>bread</li>", 1), ("<li>milk</li>", 0)] {
            stores.elements.go_to_found(true);
            settle(stores).await;
            let shown = look(stores).await;
            assert_eq!(chosen(stores, &shown).as_deref(), Some(wanted));
            assert_eq!(stores.elements.found_at(), Some(at));
        }
    });
}

#[test]
fn what_is_pointed_out_on_the_picture_is_chosen() {
    with_stores(|stores, _| async move {
        go(stores, "10").await;
        assert!(stores.toggle_picking());
        stores.elements.point_at(Some((10.0, 30.0)));
        for _ in 0..3 {
            stores.elements.lit();
            settle(stores).await;
        }
        let lit = stores.elements.lit().unwrap();
        assert_eq!(
            (lit.label.as_str(), lit.bounds.is_some(), lit.model.is_none()),
            ("li", true, true)
        );
        assert!(!stores.elements.pick((500.0, 500.0)), "there is nothing");
        assert!(stores.elements.pick((10.0, 30.0)));
        settle(stores).await;
        let shown = look(stores).await;
        assert_eq!(chosen(stores, &shown).as_deref(), Some("<li>bread</li>"));
        assert!(!stores.elements.is_picking());
    });
}

#[test]
fn a_node_of_another_moment_is_shown_only_where_the_service_says_which_it_is_now() {
    for has_lasting_ids in [true, false] {
        with_stores(|stores, server| async move {
            server.has_lasting_ids.set(has_lasting_ids);
            let shown = go(stores, "10").await;
            stores.elements.toggle_row(&shown, 2);
            let before = look(stores).await;
            let node = before.rows.infos[3].id.clone();
            go(stores, "20").await;
            stores.objects.show_node(before.pause_id.as_ref().unwrap(), &node);
            stores.elements.heed_wanted();
            settle(stores).await;
            let shown = look(stores).await;
            let notice = stores.elements.notice().get_untracked();
            match has_lasting_ids {
                true => assert_eq!(
                    chosen(stores, &shown).as_deref(),
                    Some("<li>milk</li>"),
                    "{notice}"
                ),
                false => {
                    assert_eq!(chosen(stores, &shown), None);
                    assert!(notice.contains("another moment"), "{notice}");
                }
            }
            assert!(stores.objects.wanted_node().get_untracked().is_none());
        });
    }
}
