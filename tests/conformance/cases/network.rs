//! Requests of the page.

use std::collections::BTreeSet;

use wire::network::RequestEvent;

use crate::{
    hosts::Sample,
    subject::{Subject, refusal},
};

pub(crate) fn wants(_sample: &Sample) -> bool {
    true
}

pub(crate) async fn requests_and_bodies_hang_together(subject: &Subject) {
    let Subject { session, .. } = subject;
    let batches = match session.find_requests().all().await {
        Ok((batches, _)) => batches,
        found => {
            let (_, message) = refusal(found);
            assert!(message.contains("Network.findRequests"), "{message}");
            return;
        }
    };
    let ids: BTreeSet<_> = batches
        .iter()
        .flat_map(|batch| &batch.requests)
        .map(|request| &request.id)
        .collect();
    for happened in batches.iter().flat_map(|batch| &batch.events) {
        assert!(ids.contains(&happened.id), "{happened:?} is of no request");
        let body = match &happened.event {
            RequestEvent::ResponseBody {} => {
                session
                    .get_response_body(&happened.id, None)
                    .flat()
                    .await
                    .unwrap()
                    .0
            }
            _ => continue,
        };
        let mut parts: Vec<_> = body.iter().map(|part| (part.offset, part.length)).collect();
        parts.sort_unstable();
        let mut end = 0;
        for (offset, length) in parts {
            assert_eq!(offset, end, "parts of a body follow each other");
            end = offset + length;
        }
    }
    refusal(
        session
            .get_response_body(&"no such request".into(), None)
            .all()
            .await,
    );
}
