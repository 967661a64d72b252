//! Requests, what became of them, and their bodies.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use recording::{
    event::Event,
    network::{Body, NetworkEvent, RequestEvent},
    point::Point,
    script::Position,
};
use wire::network::{
    self, BodyRange, FindRequests, GetRequestBody, GetResponseBody, RequestBodyDataEvent, Requests,
    ResponseBodyDataEvent,
};

use crate::support::{Client, Log};

fn event(request: u32, what: RequestEvent) -> Event {
    Event::Network(NetworkEvent { request, what })
}

fn sent(url: &str, method: &str, cause: &str, trigger: Option<Point>) -> RequestEvent {
    RequestEvent::Sent {
        url: url.into(),
        method: method.into(),
        headers: vec![("Accept".into(), "*/*".into())],
        cause: cause.into(),
        initiator: Some((
            "https://site.test/1.js".into(),
            Some(Position { line: 3, column: 7 }),
        )),
        trigger,
        redirected_from: None,
    }
}

fn body(hash: &str, len: u64) -> Body {
    Body {
        hash: hash.into(),
        len,
        is_cut: false,
    }
}

fn response_body(client: &mut Client, request: &str, range: Option<BodyRange>) -> Vec<(u64, Vec<u8>)> {
    let outcome = client.send(
        None,
        &GetResponseBody {
            id: request.into(),
            range,
        },
    );
    outcome.result.as_ref().unwrap();
    let events = outcome.events::<ResponseBodyDataEvent>();
    assert!(events.iter().all(|event| event.id.as_str() == request));
    let parts = events.into_iter().flat_map(|event| event.parts);
    let parts = parts.map(|part| {
        let bytes = STANDARD.decode(&part.value).unwrap();
        assert_eq!(bytes.len() as u64, part.length);
        (part.offset, bytes)
    });
    parts.collect()
}

#[test]
fn requests_come_with_all_that_became_of_them() {
    let mut log = Log::new([]);
    let trigger = log.mark(event(1, sent("https://site.test/", "GET", "document", None)));
    let trigger_point = Point(trigger.as_str().parse().unwrap());
    log.mark(event(
        2,
        sent("https://site.test/data", "POST", "fetch", Some(trigger_point)),
    ));
    log.mark(event(2, RequestEvent::RequestBody(body("aa", 4))));
    log.mark(event(
        2,
        RequestEvent::Response {
            status: 404,
            status_text: "Not Found".into(),
            protocol: "HTTP/1.1".into(),
            headers: vec![("A".into(), "b".into())],
            from_cache: false,
        },
    ));
    log.mark(event(
        2,
        RequestEvent::Done {
            encoded_size: 10,
            decoded_size: 20,
        },
    ));
    log.mark(event(1, RequestEvent::Failed("net::ERR_ABORTED".into())));
    log.mark(event(77, RequestEvent::Failed("of no request".into())));
    log.body("aa", b"body");
    log.check(|client| {
        let outcome = client.send(None, &FindRequests {});
        outcome.result.as_ref().unwrap();
        let batches = outcome.events::<Requests>();
        let requests: Vec<_> = batches.iter().flat_map(|batch| &batch.requests).collect();
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[0].trigger_point, None);
        assert_eq!(requests[1].trigger_point.as_ref().unwrap().point, trigger);
        let events: Vec<_> = batches
            .iter()
            .flat_map(|batch| &batch.events)
            .map(|event| {
                let json = serde_json::to_string(&event.event).unwrap();
                let kind = json.split('"').nth(3).unwrap().to_owned();
                format!("{} {kind}", event.id)
            })
            .collect();
        assert_eq!(
            events,
            [
                "1 request",
                "2 request",
                "2 request-body",
                "2 response",
                "2 request-done",
                "1 request-failed"
            ]
        );
        let opened = &batches[0].events[1].event;
        let network::RequestEvent::Request {
            request_url,
            request_method,
            request_cause,
            initiator,
            ..
        } = opened
        else {
            panic!("{opened:?}")
        };
        assert_eq!(
            (request_url.as_str(), request_method.as_str()),
            ("https://site.test/data", "POST")
        );
        assert_eq!(request_cause.as_deref(), Some("fetch"));
        assert_eq!(initiator.as_ref().unwrap().line, Some(3));
        let id = "2".into();
        let outcome = client.send(None, &GetRequestBody { id, range: None });
        let parts = &outcome.events::<RequestBodyDataEvent>()[0].parts;
        assert_eq!((parts[0].offset, parts[0].length, &parts[0].point), (0, 4, &None));
        assert_eq!(STANDARD.decode(&parts[0].value).unwrap(), b"body");

        let refused = |id: &str| GetResponseBody {
            id: id.into(),
            range: None,
        };
        assert_eq!(
            client.error(refused("9")),
            (33, "there is no request 9".to_owned())
        );
        assert_eq!(
            client.error(refused("x")),
            (33, "there is no request x".to_owned())
        );
        let (_, message) = client.error(refused("2"));
        assert_eq!(message, "no response body of request 2 was recorded");
    });
}

#[test]
fn bodies_come_by_range_and_in_parts() {
    let bytes: Vec<u8> = (0..500_000_u32).map(|number| (number % 251) as u8).collect();
    let mut log = Log::new([]);
    log.mark(event(1, sent("https://site.test/big", "GET", "img", None)));
    log.mark(event(1, RequestEvent::ResponseBody(body("bb", 500_000))));
    log.body("bb", &bytes);
    let mut client = log.open(65_536);
    let all = response_body(&mut client, "1", None);
    assert!(all.len() > 1, "large bodies come in parts");
    assert_eq!(
        all.iter().flat_map(|(_, part)| part.clone()).collect::<Vec<_>>(),
        bytes
    );
    let mut range = |start, end| {
        let parts = response_body(&mut client, "1", Some(BodyRange { start, end }));
        let first = parts.first().map(|(offset, _)| *offset);
        (
            first,
            parts.into_iter().flat_map(|(_, part)| part).collect::<Vec<_>>(),
        )
    };
    assert_eq!(range(Some(10), Some(13)), (Some(10), bytes[10..13].to_vec()));
    assert_eq!(
        range(Some(499_990), None),
        (Some(499_990), bytes[499_990..].to_vec())
    );
    assert_eq!(range(None, Some(2)), (Some(0), bytes[..2].to_vec()));
    assert_eq!(range(Some(500_000), Some(u64::MAX)), (None, Vec::new()));
    assert_eq!(range(Some(5), Some(3)), (None, Vec::new()));
}

#[test]
fn websocket_messages_are_bodies_sent_bit_by_bit() {
    let frame = |is_sent, hash: &str, len| RequestEvent::Frame {
        is_sent,
        is_text: true,
        body: body(hash, len),
    };
    let mut log = Log::new([]);
    log.mark(event(1, sent("wss://site.test/", "GET", "websocket", None)));
    let first = log.mark(event(1, frame(true, "cc", 2)));
    log.mark(event(1, frame(false, "dd", 3)));
    let second = log.mark(event(1, frame(true, "dd", 3)));
    log.mark(event(1, frame(false, "cc", 2)));
    log.body("cc", b"hi");
    log.body("dd", b"you");
    log.check(|client| {
        let outcome = client.send(None, &FindRequests {});
        let n_events: usize = outcome
            .events::<Requests>()
            .iter()
            .map(|batch| batch.events.len())
            .sum();
        assert_eq!(
            n_events, 3,
            "that there are messages is told once in each direction"
        );
        let received = response_body(client, "1", None);
        assert_eq!(received, [(0, b"you".to_vec()), (3, b"hi".to_vec())]);
        let received = response_body(
            client,
            "1",
            Some(BodyRange {
                start: Some(2),
                end: Some(4),
            }),
        );
        assert_eq!(received, [(2, b"u".to_vec()), (3, b"h".to_vec())]);
        let id = "1".into();
        let outcome = client.send(None, &GetRequestBody { id, range: None });
        let events = outcome.events::<RequestBodyDataEvent>();
        let points: Vec<_> = events
            .iter()
            .flat_map(|event| &event.parts)
            .map(|part| part.point.clone().unwrap().point)
            .collect();
        assert_eq!(points, [first.clone(), second.clone()]);
    });
}
