//! Requests of the page.

use std::collections::BTreeSet;

use wire::network::{BodyRange, RequestEvent};

use crate::{
    hosts::Sample,
    subject::{Subject, refusal},
};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

pub(crate) async fn requests_and_bodies_hang_together(subject: &Subject) {
    let Subject { session, .. } = subject;
    let (batches, _) = session.find_requests().all().await.unwrap();
    let ids: BTreeSet<_> = batches
        .iter()
        .flat_map(|batch| &batch.requests)
        .map(|request| &request.id)
        .collect();
    for happened in batches.iter().flat_map(|batch| &batch.events) {
        assert!(ids.contains(&happened.id), "{happened:?} is of no request");
        let mut parts: Vec<_> = match &happened.event {
            RequestEvent::ResponseBody {} => {
                let body = session.get_response_body(&happened.id, None).flat().await;
                body.unwrap()
                    .0
                    .iter()
                    .map(|part| (part.offset, part.length))
                    .collect()
            }
            RequestEvent::RequestBody {} => {
                let body = session.get_request_body(&happened.id, None).flat().await;
                body.unwrap()
                    .0
                    .iter()
                    .map(|part| (part.offset, part.length))
                    .collect()
            }
            _ => continue,
        };
        parts.sort_unstable();
        let mut end = 0;
        for (offset, length) in parts {
            assert_eq!(offset, end, "parts of a body follow each other");
            end = offset + length;
        }
        if matches!(happened.event, RequestEvent::ResponseBody {}) && end > 2 {
            let range = BodyRange {
                start: Some(1),
                end: Some(end - 1),
            };
            let middle = session
                .get_response_body(&happened.id, Some(range))
                .flat()
                .await
                .unwrap();
            let length: u64 = middle.0.iter().map(|part| part.length).sum();
            assert_eq!(length, end - 2, "a range is cut to the byte");
        }
    }
    refusal(
        session
            .get_response_body(&"no such request".into(), None)
            .all()
            .await,
    );
}
