//! Sources, places to stop, hit counts, points by selector.

use recording::{
    event::Event, ids::InstanceId, page::Dispatch, record::Record, script::ScriptKind, value::Value,
};
use wire::{
    debugger::{
        FindSources, GetAllEventHandlerCounts, GetEventHandlerCount, GetEventHandlerCounts, GetHitCounts,
        GetMappedLocation, GetPossibleBreakpoints, GetSourceContents, GetSourceMap, Location, NewSources,
        SameLineSourceLocations, SourceContentsChunk, SourceContentsInfo, SourceLocation,
        StreamSourceContents,
    },
    ids::{EventHandlerType, FindPointsId, SourceId},
    point::ExecutionPoint,
    recording::{PointRange, TimeStampedPoint},
    session::{
        FindPoints, FindPointsResults, PointPageLimits, PointRangeFocusRequest, PointSelector,
        RequestFocusWindow,
    },
};

use crate::support::{Client, Code, Log};

const STATIC: InstanceId = InstanceId::STATIC;

fn source() -> SourceId {
    SourceId::from("s1")
}

fn at(line: u32, column: u32) -> Location {
    Location {
        source_id: source(),
        line,
        column,
    }
}

/// The points a selector finds, and where the next page begins.
fn find(
    client: &mut Client,
    point_selector: PointSelector,
    limits: PointPageLimits,
) -> (Vec<ExecutionPoint>, Option<ExecutionPoint>) {
    let find_points_id = FindPointsId::from("mine");
    let outcome = client.send(
        None,
        &FindPoints {
            find_points_id: find_points_id.clone(),
            point_selector,
            point_limits: Some(limits),
        },
    );
    let events = outcome.events::<FindPointsResults>();
    assert!(events.iter().all(|event| event.find_points_id == find_points_id));
    let points = events
        .into_iter()
        .flat_map(|event| event.points)
        .map(|point| point.point);
    (points.collect(), outcome.result.unwrap().next_begin)
}

/// A loop of five rounds whose body throws and catches in every second one.
fn five_rounds() -> (Log, Vec<ExecutionPoint>, Vec<ExecutionPoint>) {
    let mut code = Code::classic(1, "for (;;) {\n  body(); more();\n}\nfunction body() { x(); }");
    let root = code.root();
    let (body, in_body) = code.call("body", "function body", root);
    let (s_body, s_more) = (code.site("body();", root), code.site("more()", root));
    let s_x = code.site("x();", in_body);
    let top = code.top();
    let mut log = Log::new([code]);
    let mut bodies = Vec::new();
    let mut throws = Vec::new();
    log.enter(top, STATIC, &[]);
    for round in 0..5 {
        bodies.push(log.step(s_body));
        log.enter(body, STATIC, &[]);
        log.step(s_x);
        if round % 2 == 1 {
            let thrown = log.push(Record::Throw(Value::Null)).unwrap();
            throws.push(ExecutionPoint::from(thrown.0));
            log.push(Record::Leave);
            log.push(Record::Catch);
        } else {
            log.end();
        }
        log.step(s_more);
    }
    log.end();
    (log, bodies, throws)
}

#[test]
fn points_of_a_location_come_in_pages() {
    let (log, bodies, _) = five_rounds();
    log.check(|client| {
        let body = || PointSelector::Location {
            location: at(2, 2),
            on_stack_frame: None,
        };
        let limits = PointPageLimits::default();
        assert_eq!(find(client, body(), limits.clone()), (bodies.clone(), None));
        let page = PointPageLimits {
            max_count: Some(2),
            ..limits.clone()
        };
        assert_eq!(
            find(client, body(), page.clone()),
            (bodies[..2].to_vec(), Some(bodies[2].clone()))
        );
        let next = PointPageLimits {
            begin: Some(bodies[2].clone()),
            ..page
        };
        assert_eq!(
            find(client, body(), next),
            (bodies[2..4].to_vec(), Some(bodies[4].clone()))
        );
        let until = PointPageLimits {
            end: Some(bodies[3].clone()),
            ..limits.clone()
        };
        assert_eq!(
            find(client, body(), until),
            (bodies[..3].to_vec(), None),
            "the end is not included"
        );

        let between = PointSelector::Location {
            location: at(2, 0),
            on_stack_frame: None,
        };
        assert_eq!(
            find(client, between, limits.clone()).0,
            bodies,
            "the next place on the line"
        );
        let both = PointSelector::Locations {
            locations: vec![at(2, 2), at(2, 10)],
        };
        assert_eq!(find(client, both, limits.clone()).0.len(), 10);
        let nowhere = PointSelector::Location {
            location: at(1, 0),
            on_stack_frame: None,
        };
        assert_eq!(find(client, nowhere, limits.clone()), (Vec::new(), None));

        let x = ExecutionPoint::from(bodies[1].to_u128().unwrap() + (1 << 16));
        let on_stack = PointSelector::Location {
            location: at(4, 18),
            on_stack_frame: Some(x.clone()),
        };
        assert_eq!(
            find(client, on_stack, limits),
            (vec![x], None),
            "only while that call runs"
        );
    });
}

#[test]
fn focus_limits_what_is_found_and_counted() {
    let (log, bodies, _) = five_rounds();
    log.check(|client| {
        let stamped = |idx: usize| {
            Some(TimeStampedPoint {
                point: bodies[idx].clone(),
                time: 0.0,
            })
        };
        let request = PointRangeFocusRequest {
            begin: stamped(1),
            end: stamped(2),
            bias: None,
        };
        client.ask(RequestFocusWindow { request });
        let body = PointSelector::Location {
            location: at(2, 2),
            on_stack_frame: None,
        };
        assert_eq!(find(client, body, PointPageLimits::default()).0, bodies[1..3]);
        let locations = vec![SameLineSourceLocations {
            line: 2,
            columns: vec![2],
        }];
        let counts = client.ask(GetHitCounts {
            locations,
            source_id: source(),
            max_hits: None,
            range: None,
        });
        assert_eq!(counts.hits[0].hits, 2);
    });
}

#[test]
fn hit_counts_follow_range_and_limit() {
    let (log, bodies, _) = five_rounds();
    log.check(|client| {
        let mut counts = |range: Option<(usize, usize)>, max_hits: Option<u64>| {
            let locations = vec![
                SameLineSourceLocations {
                    line: 2,
                    columns: vec![2, 10],
                },
                SameLineSourceLocations {
                    line: 4,
                    columns: vec![18],
                },
                SameLineSourceLocations {
                    line: 3,
                    columns: vec![0],
                },
            ];
            let range = range.map(|(begin, end)| PointRange {
                begin: bodies[begin].clone(),
                end: bodies[end].clone(),
            });
            let answer = client.ask(GetHitCounts {
                locations,
                source_id: source(),
                max_hits,
                range,
            });
            answer.hits.iter().map(|hit| hit.hits).collect::<Vec<_>>()
        };
        assert_eq!(counts(None, None), [5, 5, 5, 0]);
        assert_eq!(counts(None, Some(3)), [3, 3, 3, 0]);
        assert_eq!(counts(Some((1, 3)), None), [3, 2, 2, 0]);
        assert_eq!(counts(Some((4, 4)), None), [1, 0, 0, 0]);
        assert_eq!(counts(Some((3, 1)), None), [0, 0, 0, 0]);
    });
}

#[test]
fn throws_steps_and_given_points_are_found() {
    let (log, bodies, throws) = five_rounds();
    log.check(|client| {
        let limits = PointPageLimits::default();
        assert_eq!(
            find(client, PointSelector::Exceptions {}, limits.clone()),
            (throws.clone(), None)
        );
        let given = PointSelector::Points {
            points: vec![throws[1].clone(), bodies[0].clone()],
        };
        assert_eq!(
            find(client, given, limits.clone()).0,
            [bodies[0].clone(), throws[1].clone()]
        );
        let mut steps = |only_frame_entry, location_limit, min_frame_depth| {
            let max_frame_depth = None;
            let selector = PointSelector::FrameSteps {
                only_frame_entry,
                location_limit,
                min_frame_depth,
                max_frame_depth,
            };
            find(client, selector, limits.clone()).0.len()
        };
        assert_eq!(steps(false, None, None), 15);
        assert_eq!(steps(true, None, None), 6, "the script and five calls");
        assert_eq!(steps(false, Some(1), None), 3, "one for each place");
        assert_eq!(steps(false, None, Some(1)), 5);
        assert_eq!(steps(true, None, Some(2)), 0, "nothing is that deep");
    });
}

#[test]
fn points_are_described_where_they_stand() {
    let (log, bodies, throws) = five_rounds();
    log.check(|client| {
        let points = vec![bodies[0].clone(), throws[0].clone()];
        let outcome = client.send(
            None,
            &FindPoints {
                find_points_id: FindPointsId::from("x"),
                point_selector: PointSelector::Points { points },
                point_limits: None,
            },
        );
        let points = outcome.events::<FindPointsResults>().remove(0).points;
        assert_eq!(
            (points[0].frame.clone(), points[0].frame_depth),
            (Some(vec![at(2, 2)]), Some(0))
        );
        assert_eq!(
            (points[1].frame.clone(), points[1].frame_depth),
            (Some(vec![at(4, 18)]), Some(1))
        );
        assert_eq!(points[0].time, 0.1);
    });
}

#[test]
fn sources_have_their_kinds_texts_and_places() {
    let long = format!("a();\nvar s = '{}';", "é😀".repeat(4_000));
    let mut first = Code::classic(1, &long);
    let root = first.root();
    let s_var = first.site("var s", root);
    first.site("a();", root);
    let mut inline = Code::module(2, "b()");
    inline.script.kind = ScriptKind::InlineModule;
    inline.script.url = "https://site.test/".to_owned();
    let mut eval = Code::classic(3, "c()");
    eval.script.kind = ScriptKind::Eval;
    eval.script.url = String::new();
    let mut log = Log::new([first, inline, eval]);
    log.step(s_var);
    log.check(|client| {
        let outcome = client.send(None, &FindSources {});
        let sources = outcome.events::<NewSources>().remove(0).sources;
        let short = sources.iter().map(|source| {
            (
                source.source_id.as_str(),
                source.kind.as_str(),
                source.url.as_deref(),
            )
        });
        assert_eq!(
            short.collect::<Vec<_>>(),
            [
                ("s1", "scriptSource", Some("https://site.test/1.js")),
                ("s2", "inlineScript", Some("https://site.test/")),
                ("s3", "other", None),
                // Its lines are long.
                ("p1", "prettyPrinted", Some("https://site.test/1.js")),
            ]
        );
        assert_eq!(sources[0].content_hash.as_deref(), Some(&*format!("{:064x}", 1)));

        let outcome = client.send(None, &StreamSourceContents { source_id: source() });
        let info = outcome.events::<SourceContentsInfo>().remove(0);
        assert_eq!((info.code_unit_count, info.line_count), (5 + 9 + 12_000 + 2, 2));
        let chunks = outcome.events::<SourceContentsChunk>();
        assert_eq!(
            chunks
                .iter()
                .map(|chunk| chunk.chunk.encode_utf16().count())
                .collect::<Vec<_>>(),
            [9_999, 2_017]
        );
        assert_eq!(chunks.iter().map(|chunk| &*chunk.chunk).collect::<String>(), long);
        assert_eq!(
            client.ask(GetSourceContents { source_id: source() }).contents,
            long
        );
        assert_eq!(client.ask(GetSourceMap { source_id: source() }).contents, None);
        assert_eq!(
            client
                .ask(GetMappedLocation { location: at(2, 0) })
                .mapped_location[0],
            at(2, 0)
        );

        let mut places = |begin: Option<(u32, u32)>, end: Option<(u32, u32)>| {
            let place = |(line, column)| SourceLocation { line, column };
            let (begin, end) = (begin.map(place), end.map(place));
            let answer = client.ask(GetPossibleBreakpoints {
                source_id: source(),
                begin,
                end,
            });
            answer
                .line_locations
                .iter()
                .map(|line| (line.line, line.columns.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(places(None, None), [(1, vec![0]), (2, vec![0])]);
        assert_eq!(places(Some((1, 1)), None), [(2, vec![0])]);
        assert_eq!(places(None, Some((1, u32::MAX))), [(1, vec![0])]);

        for unknown in ["s9", "1", "s01", "s-1", "s+1", ""] {
            let source_id = SourceId::from(unknown);
            let error = client.error(GetSourceContents { source_id });
            assert_eq!(error, (33, format!("no such source: {unknown}")));
        }
    });
}

/// A page with two listeners of clicks, one of which clicks on something itself, and a timer. Gives the first steps of the
/// handlers of the click, of the click within, and of the timer.
fn clicks() -> (Log, [Vec<ExecutionPoint>; 3]) {
    let mut code = Code::classic(
        1,
        "function first() { inner.click(); after(); }\nfunction second() { s(); }\nfunction within() { w(); }\nfunction timer() { t(); }",
    );
    let root = code.root();
    let (first, in_first) = code.call("first", "function first", root);
    let (second, in_second) = code.call("second", "function second", root);
    let (within, in_within) = code.call("within", "function within", root);
    let (timer, in_timer) = code.call("timer", "function timer", root);
    let (s_click, s_after) = (
        code.site("inner.click()", in_first),
        code.site("after()", in_first),
    );
    let (s_s, s_w, s_t) = (
        code.site("s();", in_second),
        code.site("w();", in_within),
        code.site("t();", in_timer),
    );
    let mut log = Log::new([code]);
    let dispatch = |event_type: &str| {
        Event::Dispatch(Dispatch {
            event_type: event_type.into(),
        })
    };
    let (click, timeout) = ("event.mouse.click", "timer.timeout.fire");
    log.enter(second, STATIC, &[]);
    log.step(s_s);
    log.end();
    let [mut clicked, mut inner, mut timed] = [const { Vec::new() }; 3];
    for _ in 0..2 {
        log.mark(dispatch(click));
        log.enter(first, STATIC, &[]);
        clicked.push(log.step(s_click));
        log.mark(dispatch("event.mouse.inner"));
        log.enter(within, STATIC, &[]);
        inner.push(log.step(s_w));
        log.step(s_w);
        log.end();
        log.mark(dispatch("event.mouse.inner"));
        log.enter(within, STATIC, &[]);
        inner.push(log.step(s_w));
        log.end();
        log.step(s_after);
        // Called by the handler, not because of the event.
        log.enter(second, STATIC, &[]);
        log.step(s_s);
        log.end();
        log.end();
        log.enter(second, STATIC, &[]);
        clicked.push(log.step(s_s));
        log.end();
        log.mark(dispatch(timeout));
        log.enter(timer, STATIC, &[]);
        timed.push(log.step(s_t));
        log.end();
    }
    (log, [clicked, inner, timed])
}

#[test]
fn event_handlers_are_found_and_counted_by_type() {
    let (log, [clicked, inner, timed]) = clicks();
    log.check(|client| {
        let of = |types: &[&str]| PointSelector::EventHandlers {
            event_types: types.iter().map(|name| EventHandlerType::from(*name)).collect(),
        };
        let limits = PointPageLimits::default();
        let click = "event.mouse.click";
        assert_eq!(
            find(client, of(&[click]), limits.clone()),
            (clicked.clone(), None)
        );
        assert_eq!(find(client, of(&["event.mouse.inner"]), limits.clone()).0, inner);
        let mut both = [clicked.clone(), timed.clone()].concat();
        both.sort();
        assert_eq!(
            find(client, of(&[click, "timer.timeout.fire"]), limits.clone()).0,
            both
        );
        assert_eq!(find(client, of(&["event.keyboard.keyup"]), limits.clone()).0, []);
        let page = PointPageLimits {
            begin: Some(clicked[1].clone()),
            max_count: Some(2),
            ..limits
        };
        assert_eq!(
            find(client, of(&[click]), page),
            (clicked[1..3].to_vec(), Some(clicked[3].clone()))
        );

        let all = |client: &mut Client, range: Option<PointRange>| {
            let counts = client.ask(GetAllEventHandlerCounts { range }).counts;
            let counts = counts
                .iter()
                .map(|count| (count.event_type.to_string(), count.count));
            counts.collect::<Vec<_>>()
        };
        let named = |clicks: u64, inner: u64, timers: u64| {
            vec![
                (click.to_owned(), clicks),
                ("event.mouse.inner".to_owned(), inner),
                ("timer.timeout.fire".to_owned(), timers),
            ]
        };
        assert_eq!(all(client, None), named(4, 4, 2));
        let range = Some(PointRange {
            begin: clicked[1].clone(),
            end: clicked[2].clone(),
        });
        let in_range = all(client, range.clone());
        assert_eq!(
            in_range,
            [(click.to_owned(), 2), ("timer.timeout.fire".to_owned(), 1)]
        );
        let count = client.ask(GetEventHandlerCount {
            event_type: EventHandlerType::from(click),
            range,
        });
        assert_eq!(count.count, 2);
        let types = [click, "event.none"].map(EventHandlerType::from).to_vec();
        let counts = client.ask(GetEventHandlerCounts {
            event_types: types,
            range: None,
        });
        let counts: Vec<_> = counts.counts.iter().map(|count| count.count).collect();
        assert_eq!(counts, [4, 0]);
    });
}

#[test]
fn ten_thousand_points_are_a_page() {
    let mut code = Code::classic(1, "for (;;) a();");
    let site = code.site("a()", code.root());
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, STATIC, &[]);
    let points: Vec<_> = (0..10_003).map(|_| log.step(site)).collect();
    let mut client = log.open(4_000);
    let location = || PointSelector::Location {
        location: at(1, 9),
        on_stack_frame: None,
    };
    let (first, next_begin) = find(&mut client, location(), PointPageLimits::default());
    assert_eq!((first.len(), next_begin.as_ref()), (10_000, points.get(10_000)));
    let limits = PointPageLimits {
        begin: next_begin,
        ..PointPageLimits::default()
    };
    assert_eq!(
        find(&mut client, location(), limits),
        (points[10_000..].to_vec(), None)
    );
}
