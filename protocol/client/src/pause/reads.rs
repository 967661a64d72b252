//! What a viewer reads of a pause. Each read answers at once from what is known, or starts the one request it takes.

use std::rc::Rc;

use wire::{
    css::{AppliedRule, ComputedStyleProperty, GetAppliedRules, GetComputedStyle},
    debugger::PointDescription,
    dom::{
        BoxModel, EventListener, GetAllBoundingClientRects, GetBoundingClientRect, GetBoxModel, GetDocument,
        GetEventListeners, GetParentNodes, NodeBounds, PerformSearch, QuerySelector, Rect, RepaintGraphics,
    },
    graphics::ScreenShot,
    ids::{FrameId, ObjectId, ScopeId},
    pause::{
        EvaluateInFrame, EvaluateInGlobal, Frame, GetAllFrames, GetExceptionValue, GetFrameArguments,
        GetFrameSteps, GetObjectProperty, GetScope, GetTopFrame, Object, Scope, Value,
    },
};

use crate::{
    call::CallError,
    lookup::Lookup,
    pause::{Pause, PauseCommand, store},
};

impl Pause {
    /// The whole stack, the running frame first.
    pub fn frames(&self) -> Lookup<Vec<Rc<Frame>>> {
        self.ask(&GetAllFrames {})
            .and_then(|answer| self.frames_of::<GetAllFrames>(&answer.frames))
    }

    /// The running frame; `None` if nothing runs.
    pub fn top_frame(&self) -> Lookup<Option<Rc<Frame>>> {
        let ids = match self.known_answer(&GetAllFrames {}) {
            Some(Lookup::Ready(answer)) => Lookup::Ready(answer.frames.first().cloned()),
            _ => self.ask(&GetTopFrame {}).map(|answer| answer.frame.clone()),
        };
        ids.and_then(|id| self.frames_of::<GetTopFrame>(id.as_slice()))
            .map(|frames| frames.into_iter().next())
    }

    /// A frame that some answer has named; nothing is asked.
    pub fn known_frame(&self, id: &FrameId) -> Option<Rc<Frame>> {
        self.inner.store.borrow().frame(id)
    }

    /// A scope with its variables.
    pub fn scope_of(&self, id: &ScopeId) -> Lookup<Rc<Scope>> {
        let known = self.inner.store.borrow().scope(id);
        match known {
            Some(scope) if store::has_contents(&scope) => Lookup::Ready(scope),
            _ => self.ask(&GetScope { scope: id.clone() }).and_then(|_answer| {
                let scope = self.inner.store.borrow().scope(id);
                found::<GetScope, _>(scope, "scope", id.as_str())
            }),
        }
    }

    /// A scope as fully as it happens to be known, or is being asked for; None if it was never asked for.
    pub fn known_scope(&self, id: &ScopeId) -> Option<Lookup<Rc<Scope>>> {
        let known = self.inner.store.borrow().scope(id);
        if let Some(scope) = known.filter(|scope| store::has_contents(scope)) {
            return Some(Lookup::Ready(scope));
        }
        let asked = self.known_answer(&GetScope { scope: id.clone() })?;
        Some(asked.and_then(|_answer| {
            let scope = self.inner.store.borrow().scope(id);
            found::<GetScope, _>(scope, "scope", id.as_str())
        }))
    }

    /// A frame's scopes, innermost first, as its original source has them if it has one. All that are unknown are asked
    /// for at once.
    pub fn scopes(&self, frame: &Frame) -> Lookup<Vec<Rc<Scope>>> {
        let lookups: Vec<_> = scope_ids(frame).iter().map(|id| self.scope_of(id)).collect();
        let mut scopes = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            match lookup {
                Lookup::Ready(scope) => scopes.push(scope),
                Lookup::Pending => return Lookup::Pending,
                Lookup::Failed(error) => return Lookup::Failed(error),
            }
        }
        Lookup::Ready(scopes)
    }

    /// An object as fully as it happens to be known; nothing is asked.
    pub fn known_object(&self, id: &ObjectId) -> Option<Rc<Object>> {
        self.inner
            .store
            .borrow()
            .object(id)
            .map(|(object, _level)| object)
    }

    /// Every step of a frame, in order, as far as it is loaded.
    pub fn frame_steps(&self, id: &FrameId) -> Lookup<Rc<[PointDescription]>> {
        self.ask(&GetFrameSteps { frame_id: id.clone() })
            .map(|answer| answer.steps.clone().into())
    }

    /// The arguments of a frame's call; `None` if it is no call.
    pub fn frame_arguments(&self, id: &FrameId) -> Lookup<Option<Vec<Value>>> {
        self.ask(&GetFrameArguments { frame_id: id.clone() })
            .map(|answer| answer.argument_values.clone())
    }

    /// What is being thrown here, if anything.
    pub fn exception(&self) -> Lookup<Option<Value>> {
        self.ask(&GetExceptionValue {})
            .map(|answer| answer.exception.clone())
    }

    /// What [`Pause::exception`] gave, or is giving; None if it was never asked for.
    pub fn known_exception(&self) -> Option<Lookup<Option<Value>>> {
        self.known_answer(&GetExceptionValue {})
            .map(|known| known.map(|answer| answer.exception.clone()))
    }

    /// The document of the page.
    pub fn document(&self) -> Lookup<ObjectId> {
        self.ask(&GetDocument {}).map(|answer| answer.document.clone())
    }

    /// Brings a node's ancestors; they are objects of the pause afterwards.
    pub fn parent_nodes(&self, node: &ObjectId) -> Lookup<()> {
        self.ask(&GetParentNodes { node: node.clone() }).map(|_answer| ())
    }

    /// The first node below `node` that matches a CSS selector.
    pub fn query_selector(&self, node: &ObjectId, selector: &str) -> Lookup<Option<ObjectId>> {
        let question = QuerySelector {
            node: node.clone(),
            selector: selector.to_owned(),
        };
        self.ask(&question).map(|answer| answer.result.clone())
    }

    /// Nodes that contain a text or match a selector.
    pub fn search_nodes(&self, query: &str) -> Lookup<Vec<ObjectId>> {
        self.ask(&PerformSearch {
            query: query.to_owned(),
        })
        .map(|answer| answer.nodes.clone())
    }

    /// A node's event listeners.
    pub fn event_listeners(&self, node: &ObjectId) -> Lookup<Vec<EventListener>> {
        self.ask(&GetEventListeners { node: node.clone() })
            .map(|answer| answer.listeners.clone())
    }

    /// A node's boxes, in CSS pixels.
    pub fn box_model(&self, node: &ObjectId) -> Lookup<BoxModel> {
        self.ask(&GetBoxModel { node: node.clone() })
            .map(|answer| answer.model.clone())
    }

    /// A node's place on the page, in CSS pixels.
    pub fn bounding_client_rect(&self, node: &ObjectId) -> Lookup<Rect> {
        self.ask(&GetBoundingClientRect { node: node.clone() })
            .map(|answer| answer.rect)
    }

    /// The places of all nodes, the topmost first, in CSS pixels.
    pub fn all_bounding_client_rects(&self) -> Lookup<Rc<[NodeBounds]>> {
        self.ask(&GetAllBoundingClientRects {})
            .map(|answer| answer.elements.clone().into())
    }

    /// A node's computed style.
    pub fn computed_style(&self, node: &ObjectId) -> Lookup<Vec<ComputedStyleProperty>> {
        self.ask(&GetComputedStyle { node: node.clone() })
            .map(|answer| answer.computed_style.clone())
    }

    /// The CSS rules that apply to a node; the rules themselves are objects of the pause.
    pub fn applied_rules(&self, node: &ObjectId) -> Lookup<Vec<AppliedRule>> {
        self.ask(&GetAppliedRules { node: node.clone() })
            .map(|answer| answer.rules.clone())
    }

    /// The page painted anew. A server sends a picture once per session, so the session remembers those it sent.
    pub fn repaint(&self) -> Lookup<Rc<ScreenShot>> {
        self.ask(&RepaintGraphics {}).and_then(|answer| {
            let Some(session) = self.inner.session.upgrade() else {
                return Lookup::Failed(CallError::Gone);
            };
            let hash = &answer.description.hash;
            let picture = session.repainted(hash, answer.screen_shot.as_ref());
            found::<RepaintGraphics, _>(picture, "picture", hash.as_str())
        })
    }

    /// Evaluates an expression in a frame, or in the global scope. What it changes stays changed in this pause, so this
    /// is not remembered: each call runs anew. The data is in the pause, not in the result.
    ///
    /// # Errors
    /// As any call. An expression that throws is no error; see [`wire::pause::Result`].
    pub async fn evaluate(
        &self,
        frame_id: Option<&FrameId>,
        expression: &str,
    ) -> Result<wire::pause::Result, CallError> {
        let expression = expression.to_owned();
        match frame_id {
            Some(frame_id) => {
                let frame_id = frame_id.clone();
                let params = EvaluateInFrame {
                    frame_id,
                    expression,
                    pure: false,
                    use_original_scopes: true,
                };
                Ok(self.call(&params).await?.result)
            }
            None => Ok(self
                .call(&EvaluateInGlobal {
                    expression,
                    pure: false,
                })
                .await?
                .result),
        }
    }

    /// What [`Pause::property`] gave, or is giving; None if it was never asked for.
    pub fn known_property(&self, object: &ObjectId, name: &str) -> Option<Lookup<wire::pause::Result>> {
        let question = GetObjectProperty {
            object: object.clone(),
            name: name.to_owned(),
        };
        let asked = self.known_answer(&question)?;
        Some(asked.map(|answer| answer.result.clone()))
    }

    /// Reads a property as the program would, running its getter once.
    pub fn property(&self, object: &ObjectId, name: &str) -> Lookup<wire::pause::Result> {
        let question = GetObjectProperty {
            object: object.clone(),
            name: name.to_owned(),
        };
        self.ask(&question).map(|answer| answer.result.clone())
    }

    fn frames_of<C: PauseCommand>(&self, ids: &[FrameId]) -> Lookup<Vec<Rc<Frame>>> {
        let store = self.inner.store.borrow();
        let mut frames = Vec::with_capacity(ids.len());
        for id in ids {
            match found::<C, _>(store.frame(id), "frame", id.as_str()) {
                Lookup::Ready(frame) => frames.push(frame),
                Lookup::Pending => return Lookup::Pending,
                Lookup::Failed(error) => return Lookup::Failed(error),
            }
        }
        Lookup::Ready(frames)
    }

    /// What is known of a question that may have been asked; nothing is asked.
    pub fn known_answer<C: PauseCommand>(&self, params: &C) -> Option<Lookup<Rc<C::Result>>> {
        self.known::<C>(&(C::METHOD, serde_json::to_string(params).ok()?))
    }

    /// Whether a question was asked and not answered yet; nothing is asked.
    pub(super) fn is_pending<C: PauseCommand>(&self, params: &C) -> bool {
        self.known_answer(params)
            .is_some_and(|answer| answer.is_pending())
    }
}

/// Which scopes a frame is shown with: those of its original source, if it has one.
pub fn scope_ids(frame: &Frame) -> &[ScopeId] {
    match frame.original_scope_chain.as_deref() {
        Some(original) if !original.is_empty() => original,
        _ => &frame.scope_chain,
    }
}

/// What an answer should have brought along.
pub(super) fn found<C: PauseCommand, T>(part: Option<T>, noun: &str, id: &str) -> Lookup<T> {
    match part {
        Some(part) => Lookup::Ready(part),
        None => Lookup::Failed(CallError::Malformed {
            method: C::METHOD,
            message: format!("{noun} {id} is not in the answer"),
        }),
    }
}
