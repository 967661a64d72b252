//! Sources: their text, what lies where in it, how often it ran.

use std::collections::BTreeSet;

use futures::StreamExt;
use wire::{
    debugger::{Location, SameLineSourceLocations, SearchSourceContents, SourceKind, SourceLocation},
    ids::SourceId,
    recording::PointRange,
};

use crate::{
    hosts::Sample,
    subject::{Subject, refusal, spread},
};

pub(crate) fn wants(sample: &Sample) -> bool {
    sample.is_here()
}

/// Lines of a source, in UTF-16 code units, as columns count.
async fn lines(subject: &Subject, source_id: &SourceId) -> Vec<Vec<u16>> {
    let (text, _) = subject.session.read_source(source_id).await.unwrap();
    text.split('\n')
        .map(|line| line.encode_utf16().collect())
        .collect()
}

fn is_within(lines: &[Vec<u16>], line: u32, column: u32) -> bool {
    let line = usize::try_from(line)
        .unwrap()
        .checked_sub(1)
        .and_then(|idx| lines.get(idx));
    line.is_some_and(|line| usize::try_from(column).unwrap() <= line.len())
}

pub(crate) async fn sources_are_distinct_and_readable(subject: &Subject) {
    let Subject { session, sample, .. } = subject;
    let sources = subject.sources().await;
    let ids: BTreeSet<_> = sources.iter().map(|source| &source.source_id).collect();
    assert_eq!(ids.len(), sources.len());
    let as_they_ran = sources
        .iter()
        .filter(|source| source.generated_source_ids.is_empty());
    assert_eq!(as_they_ran.count(), sample.open().scripts().len());
    for source in &sources {
        // What is laid out has none, by the schema.
        let is_pretty = source.kind == SourceKind::PrettyPrinted;
        assert_eq!(source.content_hash.is_none(), is_pretty, "{source:?}");
        for generated in &source.generated_source_ids {
            assert!(ids.contains(generated), "{source:?}");
        }
        // `read_source` checks the announced number of code units.
        let (streamed, content_type) = session.read_source(&source.source_id).await.unwrap();
        let whole = session.get_source_contents(&source.source_id).await.unwrap();
        assert_eq!((streamed, content_type), (whole.contents, whole.content_type));
    }
    let nothing = SourceId::from("no such source");
    refusal(session.get_source_contents(&nothing).await);
    refusal(session.read_source(&nothing).await);
    refusal(session.get_source_outline(&nothing).await);
    refusal(session.get_possible_breakpoints(&nothing, None, None).await);
}

pub(crate) async fn breakpoints_lie_in_the_text(subject: &Subject) {
    for script in subject.scripts().await {
        let lines = lines(subject, &script.source_id).await;
        let breakpoints = subject.breakpoints(&script.source_id).await;
        let mut last = 0;
        for SameLineSourceLocations { line, columns } in &breakpoints {
            assert!(*line > last, "lines rise, each once");
            last = *line;
            let distinct: BTreeSet<_> = columns.iter().collect();
            assert_eq!(distinct.len(), columns.len());
            assert!(
                columns.iter().all(|column| is_within(&lines, *line, *column)),
                "line {line}: {columns:?}"
            );
        }
        let middle = breakpoints[breakpoints.len() / 2].line;
        let begin = SourceLocation {
            line: middle,
            column: 0,
        };
        let end = SourceLocation {
            line: middle,
            column: u32::MAX,
        };
        let one = subject
            .session
            .get_possible_breakpoints(&script.source_id, Some(begin), Some(end))
            .await
            .unwrap();
        assert_eq!(
            one.line_locations,
            breakpoints
                .iter()
                .filter(|at| at.line == middle)
                .cloned()
                .collect::<Vec<_>>()
        );
    }
}

pub(crate) async fn outlines_lie_in_the_text(subject: &Subject) {
    let mut n_functions = 0;
    for script in subject.scripts().await {
        let lines = lines(subject, &script.source_id).await;
        let outline = subject
            .session
            .get_source_outline(&script.source_id)
            .await
            .unwrap();
        let functions = outline
            .functions
            .iter()
            .map(|function| (&function.name, function.location));
        let classes = outline.classes.iter().map(|class| (&class.name, class.location));
        for (name, range) in functions.chain(classes) {
            assert!(
                is_within(&lines, range.begin.line, range.begin.column),
                "{name:?} begins outside"
            );
            assert!(
                is_within(&lines, range.end.line, range.end.column),
                "{name:?} ends outside"
            );
            assert!(range.begin < range.end, "{name:?}");
        }
        let breakpoints = subject.breakpoints(&script.source_id).await;
        for function in &outline.functions {
            if let Some(body) = function.body {
                assert!(
                    (function.location.begin..=function.location.end).contains(&body),
                    "{function:?}"
                );
            }
            if let Some(at) = function.breakpoint_location {
                let is_one = breakpoints
                    .iter()
                    .any(|line| line.line == at.line && line.columns.contains(&at.column));
                assert!(is_one, "{function:?} cannot be stopped in where it says");
            }
        }
        n_functions += outline.functions.len();
    }
    assert!(n_functions > 0);
}

pub(crate) async fn hit_counts_equal_found_points(subject: &Subject) {
    for script in subject.scripts().await {
        for (location, n_hits) in spread(&subject.hits(&script.source_id).await, 25) {
            let points = subject.points_at(location).await;
            assert_eq!(u64::try_from(points.len()).unwrap(), *n_hits, "at {location:?}");
            assert!(
                points.windows(2).all(|pair| pair[0].point < pair[1].point),
                "sorted and distinct"
            );
            for point in spread(&points, 5) {
                assert_eq!(
                    point.frame.as_ref().and_then(|frame| frame.first()),
                    Some(location)
                );
            }
        }
    }
}

pub(crate) async fn hit_counts_are_capped_and_cut(subject: &Subject) {
    let Subject {
        session, endpoint, ..
    } = subject;
    let script = &subject.scripts().await[0];
    let breakpoints = subject.breakpoints(&script.source_id).await;
    let capped = session
        .get_hit_counts(&script.source_id, breakpoints, Some(2), None)
        .await
        .unwrap();
    assert!(capped.hits.iter().all(|hit| hit.hits <= 2));

    let hits = subject.hits(&script.source_id).await;
    for (location, n_hits) in spread(&hits, 10) {
        let points = subject.points_at(location).await;
        let middle = &points[points.len() / 2].point;
        let at = vec![SameLineSourceLocations {
            line: location.line,
            columns: vec![location.column],
        }];
        // The end of a range belongs to it.
        let early = PointRange {
            begin: wire::point::ExecutionPoint::beginning(),
            end: middle.clone(),
        };
        let early = session
            .get_hit_counts(&script.source_id, at.clone(), None, Some(early))
            .await
            .unwrap();
        let late = PointRange {
            begin: middle.clone(),
            end: endpoint.point.clone(),
        };
        let late = session
            .get_hit_counts(&script.source_id, at, None, Some(late))
            .await
            .unwrap();
        let counts = (early.hits[0].hits, late.hits[0].hits);
        assert_eq!(
            counts.0 + counts.1,
            n_hits + 1,
            "the middle one belongs to both, at {location:?}"
        );
        assert_eq!(counts.0, u64::try_from(points.len() / 2 + 1).unwrap());
    }
}

pub(crate) async fn searches_find_what_the_text_has(subject: &Subject) {
    let search = |query: &str, limit| SearchSourceContents {
        search_id: "".into(),
        query: query.to_owned(),
        source_ids: None,
        limit,
        use_regex: false,
        whole_word: false,
        case_sensitive: true,
    };
    let query = "function";
    let mut n_expected = 0;
    for source in subject.sources().await {
        let (text, _) = subject.session.read_source(&source.source_id).await.unwrap();
        n_expected += text.matches(query).count();
    }
    let (batches, _) = subject
        .session
        .search_source_contents(search(query, None))
        .all()
        .await
        .unwrap();
    assert!(batches.iter().all(|batch| !batch.overflow));
    let matches: Vec<_> = batches.into_iter().flat_map(|batch| batch.matches).collect();
    assert_eq!(matches.len(), n_expected);
    for found in spread(&matches, 10) {
        let Location {
            source_id,
            line,
            column,
        } = &found.location;
        let lines = lines(subject, source_id).await;
        let line = &lines[usize::try_from(*line).unwrap() - 1];
        let at = String::from_utf16_lossy(&line[usize::try_from(*column).unwrap()..]);
        assert!(at.starts_with(query), "{found:?} is at {at:?}");
        assert!(found.context.contains(query), "{found:?}");
    }

    if n_expected > 1 {
        let limited = subject
            .session
            .search_source_contents(search(query, Some(1)))
            .all()
            .await
            .unwrap()
            .0;
        assert_eq!(limited.iter().map(|batch| batch.matches.len()).sum::<usize>(), 1);
        assert!(
            limited.iter().any(|batch| batch.overflow),
            "and it says that there are more"
        );
    }
    let mut nothing = subject
        .session
        .search_source_contents(search("no such text anywhere \u{1F3AC}", None));
    while let Some(batch) = nothing.next().await {
        assert!(batch.matches.is_empty());
    }

    let script = &subject.scripts().await[0];
    let outline = subject
        .session
        .get_source_outline(&script.source_id)
        .await
        .unwrap();
    let named = outline
        .functions
        .iter()
        .find_map(|function| Some((function.name.clone()?, function.location.begin)));
    let Some((name, begin)) = named else { return };
    let only_there = Some(vec![script.source_id.clone()]);
    let (found, _) = subject
        .session
        .search_functions(&name, only_there)
        .flat()
        .await
        .unwrap();
    assert!(found.iter().all(|found| found.loc.source_id == script.source_id));
    assert!(
        found
            .iter()
            .any(|found| found.name == name && found.loc.line >= begin.line),
        "{name} in {found:?}"
    );
}

pub(crate) async fn locations_map_to_themselves(subject: &Subject) {
    for script in subject.scripts().await {
        for at in spread(&subject.breakpoints(&script.source_id).await, 5) {
            let location = Location {
                source_id: script.source_id.clone(),
                line: at.line,
                column: at.columns[0],
            };
            let mapped = subject
                .session
                .get_mapped_location(location.clone())
                .await
                .unwrap()
                .mapped_location;
            assert!(mapped.contains(&location), "{location:?} in {mapped:?}");
        }
    }
}
