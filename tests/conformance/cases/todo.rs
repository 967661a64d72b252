//! What is known of one sample: the to-do page of `tests/pages/todo`, with the steps next to it.

use client::Pause;
use wire::{
    console::{Message, MessageLevel, MessageSource},
    debugger::Location,
    pause::{Frame, FrameType, ObjectPreviewLevel, Value},
    session::PointSelector,
};

use crate::{hosts::Sample, subject::Subject};

pub(crate) fn wants(sample: &Sample) -> bool {
    sample.name == "todo"
}

async fn messages(subject: &Subject) -> Vec<Message> {
    let (mut messages, _) = subject.session.find_messages().all().await.unwrap();
    messages.sort_by(|left, right| left.point.point.cmp(&right.point.point));
    messages
}

/// How a message reads, objects by their class.
fn reads(subject: &Subject, message: &Message) -> String {
    let pause = subject.session.adopt_pause(&message.pause_id, &message.data);
    let mut words = Vec::new();
    for value in &message.argument_values {
        words.push(match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Object(id) => pause.known_object(id).unwrap().class_name.clone(),
            other => format!("{other:?}"),
        });
    }
    match words.is_empty() {
        true => message.text.clone(),
        false => words.join(" "),
    }
}

/// The only place in a source whose text from there on begins so, among those that can be stopped at.
async fn place(subject: &Subject, file: &str, begins: &str) -> Location {
    let sources = subject.sources().await;
    let source = sources
        .iter()
        .find(|source| source.url.as_ref().is_some_and(|url| url.ends_with(file)))
        .unwrap();
    let (text, _) = subject.session.read_source(&source.source_id).await.unwrap();
    let lines: Vec<&str> = text.split('\n').collect();
    let mut found = Vec::new();
    for at in subject.breakpoints(&source.source_id).await {
        for column in at.columns {
            let line = lines[usize::try_from(at.line).unwrap() - 1];
            if line[usize::try_from(column).unwrap()..].starts_with(begins) {
                found.push(Location {
                    source_id: source.source_id.clone(),
                    line: at.line,
                    column,
                });
            }
        }
    }
    assert_eq!(found.len(), 1, "{begins:?} in {file}: {found:?}");
    found.remove(0)
}

/// A variable that a frame sees.
async fn variable(pause: &Pause, frame: &Frame, name: &str) -> Value {
    let scopes = pause.until_ready(|pause| pause.scopes(frame)).await.unwrap();
    let mut bindings = scopes.iter().flat_map(|scope| scope.bindings.iter().flatten());
    let binding = bindings.find(|binding| binding.name == name);
    binding
        .unwrap_or_else(|| panic!("no variable {name}"))
        .value
        .clone()
}

/// A property of an object's own.
async fn property(pause: &Pause, value: &Value, name: &str) -> Value {
    let id = value.as_object().expect("an object");
    let object = pause
        .until_ready(|pause| pause.object(id, ObjectPreviewLevel::Full))
        .await
        .unwrap();
    let preview = object.preview.as_ref().expect("a full preview");
    let property = preview
        .properties
        .iter()
        .flatten()
        .find(|property| property.name == name);
    property
        .unwrap_or_else(|| panic!("no property {name}"))
        .value
        .clone()
}

pub(crate) async fn the_console_tells_the_story(subject: &Subject) {
    let messages = messages(subject).await;
    let story: Vec<String> = messages.iter().map(|message| reads(subject, message)).collect();
    let position = |text: &str| {
        story
            .iter()
            .position(|line| line.contains(text))
            .unwrap_or_else(|| panic!("{text:?} is not in {story:#?}"))
    };
    let order = [
        "settings were unreadable, using defaults SyntaxError",
        "#1 add Todo",
        "#2 add Todo",
        "no shared list called holiday (404)",
        "#3 add Todo",
        "#4 add Todo",
        "#5 toggle Todo",
        "#6 toggle Todo",
        "#7 add Todo",
        "more work than a day has:",
        "added %d suggestions 3 Array",
        "suggesting took a moment",
        "#10 clear 2",
        "cleared 2",
    ];
    let positions: Vec<_> = order.iter().map(|text| position(text)).collect();
    assert!(positions.is_sorted(), "{positions:?} in {story:#?}");
    let warning = &messages[position("more work than a day has:")];
    assert_eq!(warning.level, MessageLevel::Warning);
    assert_eq!(warning.source, MessageSource::ConsoleApi);
    let is_uncaught =
        |message: &&Message| message.source == MessageSource::PageError && message.text.contains("Uncaught");
    let uncaught: Vec<_> = messages.iter().filter(is_uncaught).collect();
    assert_eq!(uncaught.len(), 1, "{uncaught:#?}");
    assert_eq!(uncaught[0].level, MessageLevel::Error);
    assert!(uncaught[0].text.contains("TypeError"), "{}", uncaught[0].text);
    assert!(uncaught[0].text.contains("name"), "{}", uncaught[0].text);
}

pub(crate) async fn the_bug_can_be_found(subject: &Subject) {
    // One suggestion's minutes are a string, so `+=` joins: the total becomes text and the page warns.
    let adding = place(subject, "store.js", "total += todo.minutes").await;
    let points = subject.points_at(&adding).await;
    assert!(points.len() > 10);
    let mut first_text = None;
    for point in &points {
        let pause = subject.pause(&point.point).await;
        let frames = pause.until_ready(Pause::frames).await.unwrap();
        assert_eq!(frames[0].function_name.as_deref(), Some("minutesLeft"));
        let todo = variable(&pause, &frames[0], "todo").await;
        if matches!(property(&pause, &todo, "minutes").await, Value::String(_)) {
            first_text = Some((pause, frames, todo));
            break;
        }
    }
    let (pause, frames, todo) = first_text.expect("the text is seen");
    let text = property(&pause, &todo, "text").await;
    assert_eq!(text, Value::from("Back up the laptop #home"));
    let names: Vec<_> = frames
        .iter()
        .map(|frame| frame.function_name.as_deref().unwrap_or_default())
        .collect();
    assert_eq!(
        names[..5],
        ["minutesLeft", "render", "emit", "add", "suggest"],
        "{names:?}"
    );
}

pub(crate) async fn the_thrower_is_on_the_stack(subject: &Subject) {
    let mut thrown = Vec::new();
    for point in subject.points(PointSelector::Exceptions {}).await {
        let pause = subject.pause(&point.point).await;
        let frames = pause.until_ready(Pause::frames).await.unwrap();
        let what = match pause.until_ready(Pause::exception).await.unwrap() {
            Some(Value::Object(id)) => {
                let read = |pause: &Pause| pause.object(&id, ObjectPreviewLevel::Full);
                pause.until_ready(read).await.unwrap().class_name.clone()
            }
            other => format!("{other:?}"),
        };
        thrown.push((
            frames[0].function_name.clone().unwrap_or_default(),
            frames[0].location[0].line,
            what,
        ));
    }
    let (places, values): (Vec<_>, Vec<_>) = thrown
        .into_iter()
        .map(|(function, line, what)| ((function, line), what))
        .unzip();
    // A list that was never published, an owner that is not there. What `JSON.parse` throws at the settings is caught
    // where it is thrown, and may be seen or not. Code that comes to its end throws nothing.
    let settings = (String::new(), 5);
    let (places, values): (Vec<_>, Vec<_>) = places
        .into_iter()
        .zip(values)
        .filter(|(place, _)| *place != settings)
        .unzip();
    let expected = [("loadShared", 89), ("share", 96)].map(|(name, line)| (name.to_owned(), line));
    assert_eq!(places, expected, "{values:?}");
    assert_eq!(values[0], "Error");
}

pub(crate) async fn adding_ran_as_often_as_there_are_tasks(subject: &Subject) {
    // Two at the start, two typed, three suggested.
    let constructor = place(subject, "store.js", "this.text = text").await;
    let points = subject.points_at(&constructor).await;
    assert_eq!(points.len(), 7);
    let expected = [
        "Read the post",
        "Ring the plumber #home",
        "buy milk",
        "water plants",
        "Stretch",
        "Back up the laptop #home",
        "Plan the week",
    ];
    for (point, expected) in points.iter().zip(expected) {
        let pause = subject.pause(&point.point).await;
        let frames = pause.until_ready(Pause::frames).await.unwrap();
        let arguments = pause
            .until_ready(|pause| pause.frame_arguments(&frames[0].frame_id))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(arguments[0], Value::from(expected));
        assert_eq!(variable(&pause, &frames[0], "text").await, Value::from(expected));
    }
    let (keys, _) = subject.session.find_keyboard_events().flat().await.unwrap();
    assert!(keys.iter().any(|event| event.key == "Enter"), "{keys:?}");
}

pub(crate) async fn awaiting_goes_on_in_the_same_frame(subject: &Subject) {
    let before = place(subject, "app.js", "await wait(150)").await;
    let after = place(subject, "app.js", "if (saving !== mine) return").await;
    let points = subject.points_at(&before).await;
    assert!(!points.is_empty());
    let mut n_resumed = 0;
    for point in &points {
        let target = subject
            .session
            .find_step_over_target(&point.point)
            .await
            .unwrap()
            .target;
        let at = target.frame.as_ref().and_then(|frame| frame.first());
        if at == Some(&after) {
            assert!(
                target.time - point.time >= 140.0,
                "it waited {} ms",
                target.time - point.time
            );
            let back = subject
                .session
                .find_reverse_step_over_target(&target.point)
                .await
                .unwrap()
                .target;
            assert_eq!(back.point, point.point);
            n_resumed += 1;
        }
    }
    assert_eq!(
        n_resumed,
        points.len(),
        "every wait came to its end before the recording did"
    );
}

pub(crate) async fn private_fields_and_sets_are_shown(subject: &Subject) {
    let toggling = place(subject, "store.js", "this.done = !this.done").await;
    let points = subject.points_at(&toggling).await;
    assert_eq!(points.len(), 2, "two boxes were ticked");
    let pause = subject.pause(&points[0].point).await;
    let frames = pause.until_ready(Pause::frames).await.unwrap();
    assert_eq!(frames[0].frame_type, FrameType::Call);
    let this = frames[0].this.as_object().expect("a method has a `this`");
    let todo = pause
        .until_ready(|pause| pause.object(this, ObjectPreviewLevel::Full))
        .await
        .unwrap();
    assert_eq!(todo.class_name, "Todo");
    let properties = todo
        .preview
        .as_ref()
        .and_then(|preview| preview.properties.as_ref())
        .unwrap();
    let value = |name: &str| {
        let property = properties.iter().find(|property| property.name == name);
        property
            .unwrap_or_else(|| panic!("no {name} in {properties:?}"))
            .value
            .clone()
    };
    assert_eq!(value("text"), Value::from("Read the post"));
    assert_eq!(value("minutes"), Value::Number(10.0));
    assert_eq!(value("done"), Value::Bool(false), "before the statement runs");
    let tags = value("tags");
    let tags = tags.as_object().expect("a set");
    let tags = pause
        .until_ready(|pause| pause.object(tags, ObjectPreviewLevel::Full))
        .await
        .unwrap();
    assert_eq!(tags.class_name, "Set");
    assert_eq!(tags.preview.as_ref().unwrap().container_entry_count, Some(0));

    let next = subject
        .session
        .find_step_over_target(&points[0].point)
        .await
        .unwrap()
        .target;
    let pause = subject.pause(&next.point).await;
    let frames = pause.until_ready(Pause::frames).await.unwrap();
    let done = property(&pause, &frames[0].this, "done").await;
    assert_eq!(done, Value::Bool(true), "and after it ran");
}

pub(crate) async fn the_paint_after_a_click_differs(subject: &Subject) {
    let (mouse, _) = subject.session.find_mouse_events().flat().await.unwrap();
    let clicks: Vec<_> = mouse
        .iter()
        .filter(|event| event.kind == wire::recording::MouseEventKind::Mousedown)
        .collect();
    // The field, two boxes, three filters, Suggest, Clear done, Share.
    assert_eq!(clicks.len(), 9);
    let (mut paints, _) = subject.session.find_paints().flat().await.unwrap();
    paints.sort_by(|left, right| left.point.cmp(&right.point));
    // The third click ticks the second box of the two: what is painted then is not what was painted before.
    let click = clicks[2];
    let before = paints
        .iter()
        .rfind(|paint| paint.point <= click.point)
        .expect("a paint before the click");
    let after = paints
        .iter()
        .filter(|paint| paint.point > click.point && paint.time < click.time + 500.0);
    let differs = after
        .filter(|paint| paint.screen_shots != before.screen_shots)
        .count();
    assert!(differs > 0);
}
