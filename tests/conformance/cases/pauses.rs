//! Pauses: stacks, scopes, objects.

use std::rc::Rc;

use client::Pause;
use wire::{
    ids::{ObjectId, PauseId},
    pause::{
        Frame, FrameType, GetAllFrames, GetObjectPreview, GetScope, ObjectPreviewLevel, PauseData, ScopeType,
        Value,
    },
};

use crate::{
    hosts::Sample,
    subject::{Subject, refusal, spread},
};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

async fn frames(pause: &Pause) -> Vec<Rc<Frame>> {
    // The client refuses a stack with a frame that the data does not hold.
    pause
        .until_ready(Pause::frames)
        .await
        .unwrap_or_else(|error| panic!("{pause:?}: {error}"))
}

/// Every object that a pause's frames and scopes name.
async fn objects(pause: &Pause) -> Vec<ObjectId> {
    let mut values = Vec::new();
    for frame in frames(pause).await {
        values.push(frame.this.clone());
        for scope in pause.until_ready(|pause| pause.scopes(&frame)).await.unwrap() {
            values.extend(
                scope
                    .bindings
                    .iter()
                    .flatten()
                    .map(|binding| binding.value.clone()),
            );
            values.extend(scope.object.clone().map(Value::Object));
        }
    }
    let mut objects: Vec<_> = values.iter().filter_map(Value::as_object).cloned().collect();
    objects.sort();
    objects.dedup();
    objects
}

pub(crate) async fn stacks_are_whole_and_youngest_first(subject: &Subject) {
    let mut deepest = 0;
    for point in subject.sample_points(40).await {
        let pause = subject.pause(&point.point).await;
        let frames = frames(&pause).await;
        assert!(!frames.is_empty(), "something runs at {}", point.point);
        assert_eq!(
            point.frame.as_ref(),
            Some(&frames[0].location),
            "the youngest is where the point is"
        );
        if let Some(depth) = point.frame_depth {
            assert_eq!(
                usize::try_from(depth).unwrap(),
                frames.len() - 1,
                "at {}",
                point.point
            );
        }
        let top = pause.until_ready(Pause::top_frame).await.unwrap();
        assert_eq!(
            top.as_ref().map(|frame| &frame.frame_id),
            Some(&frames[0].frame_id)
        );
        for frame in &frames {
            assert!(!frame.location.is_empty());
            match frame.frame_type {
                FrameType::Call => {
                    let begin = frame
                        .function_location
                        .as_ref()
                        .and_then(|location| location.first());
                    let begin = begin.expect("a call is of a function");
                    assert_eq!(begin.source_id, frame.location[0].source_id);
                    assert!((begin.line, begin.column) <= (frame.location[0].line, frame.location[0].column));
                }
                FrameType::Global | FrameType::Module | FrameType::Eval => {
                    assert_eq!(
                        frame.frame_id,
                        frames[frames.len() - 1].frame_id,
                        "top-level code is the outermost"
                    );
                }
                FrameType::Other(ref unknown) => panic!("a frame of type {unknown}"),
            }
        }
        deepest = deepest.max(frames.len());
        // The light answer agrees with the whole one, when it is the first question too.
        let other = subject.connection.open_session(&subject.sample.id).await.unwrap();
        let light = other.create_pause(&point.point).await.unwrap();
        let top = light.until_ready(Pause::top_frame).await.unwrap().unwrap();
        assert_eq!(top.location, frames[0].location);
        other.release().await.unwrap();
    }
    assert!(deepest > 1, "a stack of more than one frame was among them");
    let nothing = subject.pause(&subject.endpoint.point).await;
    assert_eq!(frames(&nothing).await.len(), 0, "at the end nothing runs");
    assert_eq!(nothing.until_ready(Pause::top_frame).await.unwrap(), None);
}

pub(crate) async fn scopes_answer_for_every_frame(subject: &Subject) {
    let mut n_bindings = 0;
    for point in subject.sample_points(25).await {
        let pause = subject.pause(&point.point).await;
        for frame in frames(&pause).await {
            let scopes = pause.until_ready(|pause| pause.scopes(&frame)).await.unwrap();
            assert_eq!(
                scopes.iter().map(|scope| &scope.scope_id).collect::<Vec<_>>(),
                frame.scope_chain.iter().collect::<Vec<_>>()
            );
            let outermost = scopes.last().expect("code runs in some scope");
            assert_eq!(
                outermost.scope_type,
                ScopeType::Global,
                "the outermost scope is the global one"
            );
            for scope in &scopes {
                match scope.scope_type {
                    ScopeType::Function | ScopeType::Block => {
                        let bindings = scope.bindings.as_ref().expect("its variables are listed");
                        n_bindings += bindings.len();
                        let mut names: Vec<_> = bindings.iter().map(|binding| &binding.name).collect();
                        names.sort();
                        names.dedup();
                        assert_eq!(names.len(), bindings.len(), "each name once in a scope");
                    }
                    ScopeType::Global | ScopeType::With => {
                        assert!(scope.object.is_some() || scope.bindings.is_some(), "{scope:?}");
                    }
                    ScopeType::Other(ref unknown) => panic!("a scope of type {unknown}"),
                }
            }
            let arguments = pause
                .until_ready(|pause| pause.frame_arguments(&frame.frame_id))
                .await
                .unwrap();
            assert!(
                frame.frame_type == FrameType::Call || arguments.is_none(),
                "top-level code takes no arguments"
            );
        }
    }
    assert!(n_bindings > 0);
}

pub(crate) async fn previews_grow_with_their_level(subject: &Subject) {
    use ObjectPreviewLevel::{CanOverflow, Full, NoProperties, None};
    let (mut n_objects, mut n_known) = (0, 0);
    for point in subject.sample_points(8).await {
        // A session for each level: answers at one must not lean on data sent for another.
        let mut seen: Vec<Vec<(String, Option<wire::pause::ObjectPreview>)>> = Vec::new();
        for level in [None, NoProperties, CanOverflow, Full] {
            let session = subject.connection.open_session(&subject.sample.id).await.unwrap();
            let pause = session.create_pause(&point.point).await.unwrap();
            let mut at_level = Vec::new();
            for id in objects(&pause).await {
                // Asked for in any case, and read as fully as it is known then.
                let result = pause
                    .call(&GetObjectPreview {
                        object: id.clone(),
                        level: Some(level),
                    })
                    .await;
                result.unwrap_or_else(|error| panic!("{id} at {level:?}: {error}"));
                let object = pause.known_object(&id).expect("it is known now");
                assert!(!object.class_name.is_empty(), "{id}");
                at_level.push((object.class_name.clone(), object.preview.clone()));
            }
            seen.push(at_level);
            session.release().await.unwrap();
        }
        let [none, _, some, full] = &seen[..] else {
            unreachable!("four levels")
        };
        assert_eq!(none.len(), full.len());
        for ((some, full), none) in some.iter().zip(full).zip(none) {
            n_objects += 1;
            assert_eq!(
                (&some.0, &none.0),
                (&full.0, &full.0),
                "its class does not depend on the level"
            );
            let full = full.1.as_ref().expect("the fullest preview is a preview");
            let some = some.1.as_ref().expect("so is a lesser one");
            let (listed, all) = (
                some.properties.clone().unwrap_or_default(),
                full.properties.clone().unwrap_or_default(),
            );
            assert!(
                all.starts_with(&listed),
                "more of the same, in the same order: {listed:?}, then {all:?}"
            );
            assert!(
                listed.len() == all.len() || some.overflow,
                "what is left out is said to be"
            );
            let entries = full.container_entries.as_ref().map_or(0, Vec::len);
            let count = full.container_entry_count.unwrap_or(0);
            assert!(
                full.overflow || u64::try_from(entries).unwrap() == count,
                "{entries} entries of {count}"
            );
            n_known += 1;
        }
    }
    assert!(n_objects > 0 && n_known > 0);
}

pub(crate) async fn frames_steps_hold_the_point(subject: &Subject) {
    for point in subject.sample_points(20).await {
        let pause = subject.pause(&point.point).await;
        let frames = frames(&pause).await;
        let steps = pause
            .until_ready(|pause| pause.frame_steps(&frames[0].frame_id))
            .await
            .unwrap();
        assert!(
            steps.iter().any(|step| step.point == point.point),
            "{} is one of its frame's steps",
            point.point
        );
        assert!(steps.windows(2).all(|pair| pair[0].point < pair[1].point));
        let function = frames[0].location[0].source_id.clone();
        assert!(steps.iter().all(|step| {
            step.frame
                .as_ref()
                .is_some_and(|frame| frame[0].source_id == function)
        }));
        let without_pause = subject
            .session
            .get_point_frame_steps(&point.point)
            .await
            .unwrap()
            .steps;
        assert_eq!(&without_pause[..], &steps[..], "with or without a pause");
        // The step at which a caller waits is one of its own.
        for frame in frames.iter().skip(1) {
            let steps = pause
                .until_ready(|pause| pause.frame_steps(&frame.frame_id))
                .await
                .unwrap();
            let waits_here = steps
                .iter()
                .any(|step| step.frame.as_ref() == Some(&frame.location));
            assert!(
                waits_here || steps.is_empty(),
                "{:?} is a step of its frame",
                frame.location
            );
        }
    }
}

pub(crate) async fn stacks_without_a_pause_agree(subject: &Subject) {
    for point in subject.sample_points(20).await {
        let pause = subject.pause(&point.point).await;
        let frames = frames(&pause).await;
        let stack = subject.session.get_point_stack(&point.point, 1000).await.unwrap();
        assert_eq!(stack.frames.len(), frames.len(), "at {}", point.point);
        assert!(!stack.hit_focus_begin);
        for (light, frame) in stack.frames.iter().zip(&frames) {
            // A frame without a step of its own has no point, and is where its function begins.
            let begin = Some(&light.function_location);
            let at = light.point.as_ref().map_or(begin, |point| point.frame.as_ref());
            assert_eq!(at, Some(&frame.location), "the same places");
        }
        assert_eq!(
            stack.frames[0].point.as_ref().map(|point| &point.point),
            Some(&point.point)
        );
        let callers: Vec<_> = stack
            .frames
            .iter()
            .filter_map(|frame| Some(&frame.point.as_ref()?.point))
            .collect();
        assert!(
            callers.windows(2).all(|pair| pair[0] > pair[1]),
            "a caller stopped before what it called"
        );
        let one = subject
            .session
            .get_point_stack(&point.point, 1)
            .await
            .unwrap()
            .frames;
        assert_eq!(one[..], stack.frames[..1]);
    }
}

pub(crate) async fn objects_keep_their_identity(subject: &Subject) {
    let mut n_persistent = 0;
    for point in subject.sample_points(6).await {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for seen in [&mut first, &mut second] {
            let session = subject.connection.open_session(&subject.sample.id).await.unwrap();
            let pause = session.create_pause(&point.point).await.unwrap();
            for id in objects(&pause).await {
                let object = pause
                    .until_ready(|pause| pause.object(&id, ObjectPreviewLevel::None))
                    .await
                    .unwrap();
                seen.extend(object.persistent_id.clone());
            }
            session.release().await.unwrap();
        }
        first.sort();
        second.sort();
        assert_eq!(
            first, second,
            "an object has one identity, in every session and pause"
        );
        n_persistent += first.len();
        first.dedup();
        assert_eq!(first.len(), second.len(), "and no two of a pause share one");
    }
    println!("{n_persistent} objects with an identity");
}

pub(crate) async fn pauses_of_others_are_refused(subject: &Subject) {
    let point = &subject.sample_points(3).await[0];
    let pause = subject.pause(&point.point).await;
    let other = subject.connection.open_session(&subject.sample.id).await.unwrap();
    let foreign = other.adopt_pause(pause.id(), &PauseData::default());
    let nobodys = subject
        .session
        .adopt_pause(&PauseId::from("nobody's"), &PauseData::default());
    for wrong in [&nobodys, &foreign] {
        let (_, message) = refusal(wrong.call(&GetAllFrames {}).await);
        assert!(!message.is_empty());
    }
    let frame = &frames(&pause).await[0];
    refusal(
        pause
            .call(&GetScope {
                scope: "no such scope".into(),
            })
            .await,
    );
    refusal(
        pause
            .call(&GetObjectPreview {
                object: "no such object".into(),
                level: None,
            })
            .await,
    );
    refusal(
        pause
            .call(&wire::pause::GetFrameSteps {
                frame_id: "no such frame".into(),
            })
            .await,
    );
    // And none of that disturbs those that are right.
    pause.until_ready(|pause| pause.scopes(frame)).await.unwrap();
}

pub(crate) async fn released_pauses_are_refused(subject: &Subject) {
    let points = subject.sample_points(4).await;
    let pause = subject.pause(&points[0].point).await;
    let id = pause.id().clone();
    subject.session.release_pause(&pause);
    let released = subject.session.adopt_pause(&id, &PauseData::default());
    refusal(released.call(&GetAllFrames {}).await);
    let again = subject.session.create_pause(&points[0].point).await.unwrap();
    assert_ne!(*again.id(), id, "an id is not used twice");
    assert!(!frames(&again).await.is_empty(), "and everything is said anew");
    for point in spread(&points, 3) {
        subject.pause(&point.point).await;
    }
}
