//! Sources beyond the scripts that ran: original ones, laid-out ones; outlines and searches. Long because every test
//! states its program, its source map and what follows from them.

use std::{fmt::Write as _, sync::Arc};

use engine::{Additions, Engine};
use recording::{
    ids::{InstanceId, SiteId},
    reader::Reader,
    script::{BindingKind, Position},
    source::MemorySource,
};
use wire::{
    debugger::{
        FindSources, FunctionsMatches, GetHitCounts, GetMappedLocation, GetPossibleBreakpoints, GetScopeMap,
        GetSourceContents, GetSourceMap, GetSourceOutline, Location, MapExpressionToGeneratedScope,
        NewSources, SameLineSourceLocations, SearchFunctions, SearchSourceContents,
        SearchSourceContentsMatches, Source, SourceLocation,
    },
    ids::{RecordingId, SourceId},
    pause::{GetAllFrames, GetScope},
    point::ExecutionPoint,
    recording::{AddOriginalSource, AddSourceMap, CreateSession},
    resource::Proof,
    session::{FindPoints, FindPointsResults, PointSelector},
};

use crate::support::{Client, Code, Log, RECORDING, number};

const BUNDLE: &str = "function n(t){return t+1}\nn(2);";

const CALC: &str =
    "// adds\nexport function increment(count: number) {\n  return count + 1;\n}\n\nincrement(2);\n";

/// Where the tokens of [`BUNDLE`] come from in [`CALC`]: line and column there, line and column here, name.
const TOKENS: [(u32, u32, u32, u32, Option<u32>); 6] = [
    (1, 0, 2, 7, None),
    (1, 9, 2, 16, Some(0)),
    // The parameter's name is not in the map: it stands in the original.
    (1, 11, 2, 26, None),
    (1, 14, 3, 2, None),
    (1, 21, 3, 9, None),
    (2, 0, 6, 0, Some(0)),
];

/// The `mappings` of a map to one source.
fn mappings(tokens: &[(u32, u32, u32, u32, Option<u32>)]) -> String {
    fn vlq(text: &mut String, number: i64) {
        let mut rest = number.unsigned_abs() << 1 | u64::from(number < 0);
        loop {
            let digit = (rest & 31) as usize | if rest > 31 { 32 } else { 0 };
            let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            text.push(char::from(alphabet[digit]));
            rest >>= 5;
            if rest == 0 {
                return;
            }
        }
    }
    let mut text = String::new();
    let (mut line, mut column, mut before) = (1, 0, (1, 0, 0));
    let mut is_first = true;
    for (at_line, at_column, from_line, from_column, name) in tokens {
        while line < *at_line {
            text.push(';');
            (line, column, is_first) = (line + 1, 0, true);
        }
        if !std::mem::take(&mut is_first) {
            text.push(',');
        }
        vlq(&mut text, i64::from(*at_column) - column);
        vlq(&mut text, 0);
        vlq(&mut text, i64::from(*from_line) - before.0);
        vlq(&mut text, i64::from(*from_column) - before.1);
        if let Some(name) = name {
            vlq(&mut text, i64::from(*name) - before.2);
            before.2 = i64::from(*name);
        }
        column = i64::from(*at_column);
        (before.0, before.1) = (i64::from(*from_line), i64::from(*from_column));
    }
    text
}

fn map_of(with_text: bool) -> String {
    let text = with_text.then_some(CALC);
    serde_json::json!({
        "version": 3, "sources": ["../src/calc.ts"], "sourcesContent": [text], "names": ["increment"],
        "mappings": mappings(&TOKENS),
    })
    .to_string()
}

fn data_url(json: &str) -> String {
    let mut url = "data:application/json;charset=utf-8,".to_owned();
    json.bytes().for_each(|byte| {
        let _ = write!(url, "%{byte:02x}");
    });
    url
}

/// The bundle's program: the call in line 2, then `return` in `n`, called with 2.
struct Program {
    log: Log,
    /// Before `n(2)`, and before `return t+1`.
    points: [ExecutionPoint; 2],
}

fn program(source_map_url: Option<String>) -> Program {
    let mut code = Code::classic(1, BUNDLE);
    code.script.source_map_url = source_map_url;
    let root = code.root();
    code.binding("n", BindingKind::Function, root, "n(t)");
    let (function, scope) = code.call("n", "function n", root);
    let parameter = code.binding("t", BindingKind::Parameter, scope, "t)");
    let s_return = code.site("return", scope);
    let s_call = code.site("n(2)", root);
    let end = Position { line: 2, column: 5 };
    code.script.scopes[0].end = end;
    code.script.functions[0].end = end;
    code.script.scopes[1].end = Position { line: 1, column: 25 };
    code.script.functions[1].body = Position { line: 1, column: 14 };
    let top = code.top();
    let mut log = Log::new([code]);
    log.enter(top, InstanceId::STATIC, &[]);
    let call = log.step(s_call);
    let instance = log.enter(function, InstanceId::STATIC, &[number(2)]);
    log.write(instance, parameter, number(2));
    let inside = log.step(s_return);
    log.end();
    log.end();
    Program {
        log,
        points: [call, inside],
    }
}

fn mapped_program() -> Program {
    program(Some(data_url(&map_of(true))))
}

fn source(id: &str) -> SourceId {
    SourceId::from(id)
}

fn at(source_id: &str, line: u32, column: u32) -> Location {
    Location {
        source_id: source(source_id),
        line,
        column,
    }
}

fn sources(client: &mut Client) -> Vec<Source> {
    let events = client.send(None, &FindSources {}).events::<NewSources>();
    events.into_iter().flat_map(|event| event.sources).collect()
}

fn ids(client: &mut Client) -> Vec<String> {
    let ids = sources(client)
        .into_iter()
        .map(|source| source.source_id.to_string());
    ids.collect()
}

fn places(client: &mut Client, id: &str) -> Vec<SameLineSourceLocations> {
    let source_id = source(id);
    client
        .ask(GetPossibleBreakpoints {
            source_id,
            begin: None,
            end: None,
        })
        .line_locations
}

fn same_line(line: u32, columns: &[u32]) -> SameLineSourceLocations {
    SameLineSourceLocations {
        line,
        columns: columns.to_vec(),
    }
}

fn points_at(client: &mut Client, location: Location) -> Vec<(ExecutionPoint, Vec<Location>)> {
    let found = client.send(
        None,
        &FindPoints {
            find_points_id: "f".into(),
            point_selector: PointSelector::Location {
                location,
                on_stack_frame: None,
            },
            point_limits: None,
        },
    );
    let points = found
        .events::<FindPointsResults>()
        .into_iter()
        .flat_map(|event| event.points);
    points
        .map(|point| (point.point, point.frame.unwrap_or_default()))
        .collect()
}

#[test]
fn original_sources_are_told_of_and_read() {
    mapped_program().log.check(|client| {
        let sources = sources(client);
        let original = &sources[1];
        assert_eq!(
            (
                original.source_id.as_str(),
                original.kind.as_str(),
                original.url.as_deref()
            ),
            ("o1.0", "sourceMapped", Some("https://site.test/src/calc.ts"))
        );
        assert_eq!(original.generated_source_ids, [source("s1")]);
        // sha-256 of the text, as scripts have it.
        assert_eq!(original.content_hash.as_ref().map(String::len), Some(64));
        assert_eq!(original.content_hash.as_ref(), Some(&original.content_id));
        let contents = client.ask(GetSourceContents {
            source_id: source("o1.0"),
        });
        assert_eq!(contents.contents, CALC);
        let map = client
            .ask(GetSourceMap {
                source_id: source("s1"),
            })
            .contents;
        assert_eq!(map, Some(map_of(true)));
        assert_eq!(
            client
                .ask(GetSourceMap {
                    source_id: source("o1.0")
                })
                .contents,
            None
        );
        for unknown in ["o1.1", "o1.00", "o2.0", "o1", "p1"] {
            let error = client.error(GetSourceContents {
                source_id: source(unknown),
            });
            assert_eq!(error, (33, format!("no such source: {unknown}")));
        }
    });
}

#[test]
fn places_lead_to_the_original_and_back() {
    let Program { log, points } = mapped_program();
    log.check(|client| {
        let mut mapped = |location: Location| client.ask(GetMappedLocation { location }).mapped_location;
        let both = vec![at("s1", 1, 14), at("o1.0", 3, 2)];
        assert_eq!(mapped(at("s1", 1, 14)), both);
        assert_eq!(mapped(at("o1.0", 3, 2)), both);
        assert_eq!(mapped(at("o1.0", 3, 0)), both, "the next place of the line");
        assert_eq!(mapped(at("s1", 1, 16)), [at("s1", 1, 16), at("o1.0", 3, 2)]);
        assert_eq!(
            mapped(at("o1.0", 1, 0)),
            [at("o1.0", 1, 0)],
            "a comment went nowhere"
        );
        assert_eq!(mapped(at("o1.0", 99, u32::MAX)), [at("o1.0", 99, u32::MAX)]);

        assert_eq!(places(client, "o1.0"), [same_line(3, &[2]), same_line(6, &[0])]);
        let counts = client.ask(GetHitCounts {
            locations: vec![same_line(3, &[2]), same_line(6, &[0]), same_line(1, &[0])],
            source_id: source("o1.0"),
            max_hits: None,
            range: None,
        });
        let hits: Vec<_> = counts
            .hits
            .iter()
            .map(|hit| (hit.location.line, hit.hits))
            .collect();
        assert_eq!(
            hits.iter().filter(|(_, hits)| *hits > 0).collect::<Vec<_>>(),
            [&(3, 1), &(6, 1)]
        );
        for (location, point) in [(at("o1.0", 6, 0), &points[0]), (at("o1.0", 3, 2), &points[1])] {
            let found = points_at(client, location.clone());
            assert_eq!(found.len(), 1);
            assert_eq!((&found[0].0, &found[0].1[1]), (point, &location));
        }
    });
}

#[test]
fn frames_and_scopes_have_original_names() {
    let Program { log, points } = mapped_program();
    log.check(|client| {
        let pause = client.pause(&points[1]);
        let all = client.ask_in(&pause, GetAllFrames {});
        let frame = |idx: usize| {
            all.data
                .frames
                .iter()
                .find(|frame| frame.frame_id == all.frames[idx])
                .unwrap()
        };
        let inner = frame(0);
        assert_eq!(
            (
                inner.function_name.as_deref(),
                inner.original_function_name.as_deref()
            ),
            (Some("n"), Some("increment"))
        );
        assert_eq!(inner.location, [at("s1", 1, 14), at("o1.0", 3, 2)]);
        assert_eq!(frame(1).location, [at("s1", 2, 0), at("o1.0", 6, 0)]);
        let originals = inner.original_scope_chain.clone().unwrap();
        assert_eq!(originals.len(), inner.scope_chain.len());
        let scope = client.ask_in(
            &pause,
            GetScope {
                scope: originals[0].clone(),
            },
        );
        let scope = &scope.data.scopes[0];
        let bindings = scope.bindings.as_ref().unwrap();
        assert_eq!(
            (&*bindings[0].name, scope.function_name.as_deref()),
            ("count", Some("increment"))
        );
    });
}

#[test]
fn names_are_told_and_expressions_led_over() {
    mapped_program().log.check(|client| {
        let mut map = |location: Location| client.ask(GetScopeMap { location }).map;
        let pair = |generated: &str, original: &str| [generated.to_owned(), original.to_owned()];
        let inside = Some(vec![pair("t", "count"), pair("n", "increment")]);
        assert_eq!(map(at("s1", 1, 14)), inside);
        assert_eq!(map(at("o1.0", 3, 2)), inside);
        assert_eq!(map(at("s1", 2, 0)), Some(vec![pair("n", "increment")]));
        let mut mapped = |expression: &str, location: Location| {
            let expression = expression.to_owned();
            client
                .ask(MapExpressionToGeneratedScope { expression, location })
                .expression
        };
        assert_eq!(mapped("increment(count)", at("o1.0", 3, 2)), "n(t)");
        assert_eq!(mapped("increment(count)", at("o1.0", 6, 0)), "n(count)");
        assert_eq!(mapped("count", at("o1.0", 1, 0)), "count");
    });
    program(None).log.check(|client| {
        assert_eq!(
            client
                .ask(GetScopeMap {
                    location: at("s1", 1, 14)
                })
                .map,
            None
        );
    });
}

#[test]
fn maps_that_cannot_be_read_are_as_good_as_none() {
    let deep = format!("{{\"version\":{}", "[".repeat(10_000));
    for url in [
        "data:application/json;base64,%%%".to_owned(),
        "data:nothing".to_owned(),
        "https://site.test/not-stored.map".to_owned(),
        data_url("{}"),
        data_url(&deep),
        data_url(r#"{"version":3,"sources":["a"],"sourcesContent":["a"],"mappings":"!!!!;;g"}"#),
        data_url(&map_of(false)),
    ] {
        let Program { log, points } = program(Some(url.clone()));
        let mut client = log.open(1);
        // What cannot be decoded leads nowhere; whose texts nobody has is not told of.
        assert_eq!(places(&mut client, "s1").len(), 2, "{url}");
        let location = at("s1", 1, 14);
        let mapped = client
            .ask(GetMappedLocation {
                location: location.clone(),
            })
            .mapped_location;
        assert_eq!(mapped, [location], "{url}");
        let pause = client.pause(&points[1]);
        let frames = client.ask_in(&pause, GetAllFrames {}).data.frames;
        assert!(
            frames.iter().all(|frame| frame.original_scope_chain.is_none()),
            "{url}"
        );
    }
}

#[test]
fn outlines_say_what_stands_where() {
    mapped_program().log.check(|client| {
        let outline = client.ask(GetSourceOutline {
            source_id: source("o1.0"),
        });
        assert_eq!(outline.classes, []);
        let function = &outline.functions[0];
        let place = |line, column| SourceLocation { line, column };
        assert_eq!(
            (
                function.name.as_deref(),
                function.location.begin,
                function.location.end
            ),
            (Some("increment"), place(2, 7), place(4, 1))
        );
        assert_eq!(function.parameters, ["count: number"]);
        assert_eq!(
            (function.body, function.breakpoint_location),
            (Some(place(2, 41)), Some(place(3, 2)))
        );
        let generated = client.ask(GetSourceOutline {
            source_id: source("s1"),
        });
        assert_eq!(generated.functions[0].breakpoint_location, Some(place(1, 14)));
    });
}

#[test]
fn outlines_name_what_is_assigned_and_written_in_classes() {
    let text = "class Shape extends Base {\n  #area = () => 1;\n  size(a, { b } = {}, ...rest) { return a }\n  get it() {}\n}\nlet f = function () {}, g = x => x;\nmodule.exports.h = async () => { class Inner {} };\nconst o = { key: () => 1, method() {} };\nexport default (function () {});";
    let mut code = Code::module(1, text);
    let root = code.root();
    code.site("return a", root);
    let mut client = Log::new([code]).open(1);
    let outline = client.ask(GetSourceOutline {
        source_id: source("s1"),
    });
    let functions: Vec<_> = outline
        .functions
        .iter()
        .map(|function| {
            (
                function.location.begin.line,
                function.name.as_deref().unwrap_or("-"),
                function.class_name.as_deref().unwrap_or("-"),
                function.body.is_some(),
                function.breakpoint_location.is_some(),
            )
        })
        .collect();
    assert_eq!(
        functions,
        [
            (2, "#area", "Shape", false, false),
            (3, "size", "Shape", true, true),
            (4, "it", "Shape", true, false),
            (6, "f", "-", true, false),
            (6, "g", "-", false, false),
            (7, "h", "-", true, false),
            (8, "key", "-", false, false),
            (8, "method", "-", true, false),
            (9, "-", "-", true, false),
        ]
    );
    assert_eq!(outline.functions[1].parameters, ["a", "{ b } = {}", "...rest"]);
    let classes: Vec<_> = outline
        .classes
        .iter()
        .map(|class| {
            (
                class.name.as_deref(),
                class.parent.as_ref().and_then(|parent| parent.name.as_deref()),
            )
        })
        .collect();
    assert_eq!(classes, [(Some("Shape"), None), (Some("Inner"), Some("h"))]);
}

#[test]
fn what_cannot_be_parsed_has_no_outline() {
    let deep = "(".repeat(500_000);
    for (text, reason) in [("let = =", "cannot be parsed"), (&*deep, "nests too deep")] {
        let mut client = Log::new([Code::classic(1, text)]).open(1);
        let (code, message) = client.error(GetSourceOutline {
            source_id: source("s1"),
        });
        assert_eq!(code, 33);
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn minified_scripts_are_laid_out() {
    let text = format!(
        "function f(a){{return a?g(a):1}}var s='{}';f(1);f(2)",
        "x".repeat(400)
    );
    let mut code = Code::classic(1, &text);
    let root = code.root();
    let (_, scope) = code.call("f", "function f", root);
    let sites: Vec<SiteId> = [("return", scope), ("var", root), ("f(1)", root), ("f(2)", root)]
        .map(|(snippet, scope)| code.site(snippet, scope))
        .into();
    let mut log = Log::new([code]);
    let points: Vec<_> = sites.iter().map(|site| log.step(*site)).collect();
    log.check(|client| {
        let pretty = sources(client).remove(1);
        assert_eq!(
            (
                pretty.source_id.as_str(),
                pretty.kind.as_str(),
                pretty.content_hash.as_deref()
            ),
            ("p1", "prettyPrinted", None)
        );
        assert_eq!(pretty.generated_source_ids, [source("s1")]);
        let contents = client
            .ask(GetSourceContents {
                source_id: source("p1"),
            })
            .contents;
        let lines: Vec<&str> = contents.lines().collect();
        assert_eq!(lines[..3], ["function f(a) {", "  return a ? g(a) : 1;", "}"]);
        assert_eq!(
            places(client, "p1"),
            [
                same_line(2, &[2]),
                same_line(4, &[0]),
                same_line(5, &[0]),
                same_line(6, &[0])
            ]
        );
        let found = points_at(client, at("p1", 6, 0));
        assert_eq!((found.len(), &found[0].0), (1, &points[3]));
        assert_eq!(found[0].1[1], at("p1", 6, 0));
        assert_eq!(found[0].1[0].source_id, source("s1"));
    });
}

fn search(query: &str) -> SearchSourceContents {
    SearchSourceContents {
        search_id: "q".into(),
        query: query.to_owned(),
        source_ids: None,
        limit: None,
        use_regex: false,
        whole_word: false,
        case_sensitive: false,
    }
}

/// What a search finds: line and column, and the found text in its context; and whether there is more.
fn found(client: &mut Client, search: &SearchSourceContents) -> (Vec<(u32, u32, String)>, bool) {
    let events = client.send(None, search).events::<SearchSourceContentsMatches>();
    let overflow = events.iter().any(|event| event.overflow);
    let matches = events.into_iter().flat_map(|event| event.matches).map(|found| {
        let units: Vec<u16> = found.context.encode_utf16().collect();
        let range = found.context_start.column as usize..found.context_end.column as usize;
        let text = String::from_utf16(&units[range]).unwrap();
        (found.location.line, found.location.column, text)
    });
    (matches.collect(), overflow)
}

#[test]
fn texts_are_searched_in_every_way() {
    let text = "let cat = '😀 Cat';\nconcat(cat);\r\n// cats $cat\n";
    let mut client = Log::new([Code::classic(1, text)]).open(1);
    let mut check =
        |change: &dyn Fn(&mut SearchSourceContents), expected: &[(u32, u32, &str)], overflow: bool| {
            let mut search = search("cat");
            change(&mut search);
            let (matches, is_more) = found(&mut client, &search);
            let matches: Vec<_> = matches
                .iter()
                .map(|(line, column, text)| (*line, *column, &**text))
                .collect();
            assert_eq!((&*matches, is_more), (expected, overflow), "{search:?}");
        };
    let all = [
        (1, 4, "cat"),
        (1, 14, "Cat"),
        (2, 3, "cat"),
        (2, 7, "cat"),
        (3, 3, "cat"),
        (3, 9, "cat"),
    ];
    check(&|_| {}, &all, false);
    check(&|search| search.limit = Some(6), &all, false);
    check(&|search| search.limit = Some(2), &all[..2], true);
    check(&|search| search.limit = Some(0), &[], true);
    check(
        &|search| search.case_sensitive = true,
        &[all[0], all[2], all[3], all[4], all[5]],
        false,
    );
    check(
        &|search| search.whole_word = true,
        &[all[0], all[1], all[3], all[5]],
        false,
    );
    let regex = |pattern: &'static str| {
        move |search: &mut SearchSourceContents| {
            search.use_regex = true;
            search.query = pattern.to_owned();
        }
    };
    check(&regex(r"^\w+"), &[(1, 0, "let"), (2, 0, "concat")], false);
    check(&regex("x*"), &[], false);
    check(&regex(r"\)[^$]*\$"), &[(2, 10, ");")], false);
    check(&|search| search.query = "c.t".to_owned(), &[], false);
    check(&|search| search.source_ids = Some(Vec::new()), &[], false);
}

#[test]
fn searches_that_cannot_be_made_are_refused_in_words() {
    let mut client = Log::new([Code::classic(1, "a")]).open(1);
    let mut refused = |change: &dyn Fn(&mut SearchSourceContents), reason: &str| {
        let mut search = search("a");
        search.use_regex = true;
        change(&mut search);
        let (code, message) = client.error(search);
        assert_eq!(code, 33, "{message}");
        assert!(message.contains(reason), "{message}");
    };
    refused(&|search| search.query = String::new(), "the query is empty");
    refused(&|search| search.query = "a".repeat(5_000), "longer than");
    refused(&|search| search.query = "(a".to_owned(), "unclosed group");
    refused(&|search| search.query = "(?=a)".to_owned(), "look-around");
    refused(
        &|search| search.query = "(a{1000}){1000}".to_owned(),
        "too much memory",
    );
    refused(
        &|search| search.source_ids = Some(vec![source("s9")]),
        "no such source: s9",
    );
}

#[test]
fn long_searches_leave_others_their_turn() {
    let line = "nothing here, nothing there\n";
    let texts: Vec<String> = (0..3)
        .map(|_| format!("{}needle\n", line.repeat(100_000)))
        .collect();
    let codes = (1u32..).zip(&texts).map(|(id, text)| Code::classic(id, text));
    let mut client = Log::new(codes).open(1);
    // The first 4 MiB are searched at once, the rest in turns: `send` polls until the answer comes.
    let (matches, overflow) = found(&mut client, &search("needle"));
    assert_eq!((matches.len(), overflow), (3, false));
    let mut everything = search("nothing");
    everything.limit = Some(20_000);
    let outcome = client.send(None, &everything);
    let events = outcome.events::<SearchSourceContentsMatches>();
    assert!(events.iter().all(|event| event.matches.len() <= 500));
    assert_eq!(
        events.iter().map(|event| event.matches.len()).sum::<usize>(),
        10_000
    );
    assert!(events.last().unwrap().overflow);
}

#[test]
fn functions_are_found_by_name() {
    mapped_program().log.check(|client| {
        let mut found = |query: &str, ids: Option<&[&str]>| {
            let outcome = client.send(
                None,
                &SearchFunctions {
                    search_id: "q".into(),
                    query: query.to_owned(),
                    source_ids: ids.map(|ids| ids.iter().map(|id| source(id)).collect()),
                },
            );
            let events = outcome.events::<FunctionsMatches>().into_iter();
            events
                .flat_map(|event| event.matches)
                .map(|found| (found.name, found.loc))
                .collect::<Vec<_>>()
        };
        let increment = ("increment".to_owned(), at("o1.0", 2, 7));
        let n = ("n".to_owned(), at("s1", 1, 0));
        assert_eq!(found("CREME", None), std::slice::from_ref(&increment));
        assert_eq!(found("n", None), [n.clone(), increment.clone()]);
        assert_eq!(found("n", Some(&["o1.0", "s1"])), [increment, n]);
        assert_eq!(found("n.", None), []);
    });
}

/// A client of an engine that takes what clients add. Resources are named by their content.
fn client_with_additions(log: &Log) -> Client {
    let mut client = Client::without_session(log.file(3));
    let reader = Arc::new(Reader::open(Box::new(MemorySource::from(log.file(3)))).unwrap());
    let read = |proof: &Proof| match proof.salted_hash.as_str() {
        "" => Err("no such resource".to_owned()),
        content => Ok(content.to_owned()),
    };
    let engine = Engine::new(Box::new(move |_| Ok(reader.clone())));
    client.engine = engine.with_additions(Arc::new(Additions::new(Box::new(read))));
    client
}

#[test]
fn added_maps_count_from_the_next_session_on() {
    let mut client = client_with_additions(&program(None).log);
    let resource = |content: &str| Proof {
        token: "t".into(),
        salted_hash: content.into(),
    };
    let recording_id = || RecordingId::from(RECORDING);
    let create = || CreateSession {
        recording_id: recording_id(),
        experimental_settings: None,
        focus_window: None,
        focus_request: None,
    };
    let add = |hash: Option<&str>, content: &str| AddSourceMap {
        recording_id: recording_id(),
        target_content_hash: hash.map(Into::into),
        target_url_hash: None,
        target_map_url_hash: None,
        resource: resource(content),
        base_url: "https://site.test/js/".to_owned(),
    };
    let hash = format!("sha256:{:064x}", 1);
    assert!(client.error(add(None, "{}")).1.contains("no hash is given"));
    assert!(client.error(add(Some(&hash), "")).1.contains("no such resource"));
    assert!(client.error(add(Some(&hash), "{}")).1.contains("cannot be read"));
    let id = client.ask(add(Some(&hash), &map_of(false))).id;
    // Of another script.
    client.ask(add(Some("beef"), &map_of(true)));
    client.session_id = Some(client.ask(create()).session_id);
    assert_eq!(ids(&mut client), ["s1"], "nobody has the original's text");

    let original = |parent_id, parent_offset| AddOriginalSource {
        recording_id: recording_id(),
        resource: resource(CALC),
        parent_id,
        parent_offset,
    };
    assert!(
        client
            .error(original("map-9".into(), 0))
            .1
            .contains("no source map map-9")
    );
    assert!(
        client
            .error(original(id.clone(), 1))
            .1
            .contains("there is none at 1")
    );
    client.ask(original(id, 0));
    assert_eq!(ids(&mut client), ["s1"], "this session began before");
    client.session_id = None;
    client.session_id = Some(client.ask(create()).session_id);
    assert_eq!(ids(&mut client), ["s1", "o1.0"]);
    let url = sources(&mut client).remove(1).url;
    assert_eq!(url.as_deref(), Some("https://site.test/src/calc.ts"));
    assert_eq!(
        client
            .ask(GetMappedLocation {
                location: at("s1", 1, 14)
            })
            .mapped_location[1],
        at("o1.0", 3, 2)
    );

    let mut client = Client::of(program(None).log.file(1));
    let (code, message) = client.error(add(Some(&hash), "{}"));
    assert_eq!(
        (code, &*message),
        (
            33,
            "Recording.addSourceMap: this server keeps no files of its clients"
        )
    );
}
