//! The Network domain: requests the page made, what became of them, and their bodies.
//!
//! The protocol has no words for websocket messages. They are told as bodies sent bit by bit: those from the page are
//! the parts of the request's body, each with the point at which it was sent, those to it the parts of the answer's.

use std::collections::HashSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use recording::{
    event::Row,
    network::{Body, NetworkEvent, RequestEvent},
    point::Point,
    value::Text,
};
use wire::{
    command::Empty,
    envelope::CallId,
    ids::RequestId,
    network::{
        self, BodyData, BodyRange, FindRequests, GetRequestBody, GetResponseBody, Header,
        RequestBodyDataEvent, RequestEventInfo, RequestInfo, RequestInitiator, Requests,
        ResponseBodyDataEvent,
    },
    recording::TimeStampedPoint,
};

use crate::{
    answer::{Answer, Failure, Outbox},
    describe,
    live::List,
    session::Session,
};

/// Rows in one event: with headers of about 1 KB each under 256 KiB.
const ROWS_PER_EVENT: usize = 200;

/// Bytes of a body in one event: 256 KiB as base64.
const BYTES_PER_EVENT: usize = 192 << 10;

/// Which requests a client knows of.
#[derive(Default)]
pub(crate) struct RequestsTold {
    n_rows: usize,
    /// Those that were sent; others are left out.
    known: HashSet<u32>,
    /// Those of which a message in this direction was told.
    frames: HashSet<(u32, bool)>,
}

impl Session {
    pub(crate) fn find_requests(
        &mut self,
        id: CallId,
        _: FindRequests,
        outbox: &mut Outbox<'_>,
    ) -> Answer<()> {
        self.begin_list(id, List::Requests(RequestsTold::default()), outbox)
    }

    pub(crate) fn send_requests(&self, told: &mut RequestsTold, outbox: &mut Outbox<'_>) -> Answer<()> {
        let rows = self.trace.reader.network()?;
        let news = rows.get(told.n_rows..).unwrap_or_default();
        let is_sent = |row: &&Row<NetworkEvent>| {
            matches!(row.event.what, RequestEvent::Sent { .. }) && self.trace.shows(row.point)
        };
        told.known
            .extend(news.iter().filter(is_sent).map(|row| row.event.request));
        for rows in news.chunks(ROWS_PER_EVENT) {
            let rows = rows
                .iter()
                .filter(|row| told.known.contains(&row.event.request) && self.trace.shows(row.point));
            let mut batch = Requests {
                requests: Vec::new(),
                events: Vec::new(),
            };
            for row in rows {
                let NetworkEvent { request, what } = &row.event;
                if let RequestEvent::Sent { trigger, .. } = what {
                    batch.requests.push(RequestInfo {
                        point: describe::to_wire(row.point),
                        time: row.time.as_millis(),
                        id: id_of(*request),
                        trigger_point: trigger
                            .filter(|point| self.trace.shows(*point))
                            .and_then(|point| self.trace.stamped(point).ok()),
                    });
                }
                // That there are messages is told with the first in each direction.
                if let RequestEvent::Frame { is_sent, .. } = what
                    && !told.frames.insert((*request, *is_sent))
                {
                    continue;
                }
                batch.events.push(RequestEventInfo {
                    id: id_of(*request),
                    time: row.time.as_millis(),
                    event: to_wire(what),
                });
            }
            if !batch.events.is_empty() {
                outbox.event(&batch)?;
            }
        }
        told.n_rows = rows.len();
        Ok(())
    }

    pub(crate) fn get_request_body(
        &mut self,
        params: GetRequestBody,
        outbox: &mut Outbox<'_>,
    ) -> Answer<Empty> {
        let GetRequestBody { id, range } = params;
        self.body_parts(&id, range, Side::Request, |part, point| {
            let BodyData {
                offset,
                length,
                value,
            } = part;
            let part = network::RequestBodyData {
                offset,
                length,
                value,
                point,
            };
            let id = id.clone();
            outbox
                .event(&RequestBodyDataEvent {
                    id,
                    parts: vec![part],
                })
                .map(drop)
        })
    }

    pub(crate) fn get_response_body(
        &mut self,
        params: GetResponseBody,
        outbox: &mut Outbox<'_>,
    ) -> Answer<Empty> {
        let GetResponseBody { id, range } = params;
        self.body_parts(&id, range, Side::Response, |part, _| {
            let id = id.clone();
            outbox
                .event(&ResponseBodyDataEvent {
                    id,
                    parts: vec![part],
                })
                .map(drop)
        })
    }

    /// Hands out a body, or a range of it, bit by bit.
    fn body_parts(
        &self,
        id: &RequestId,
        range: Option<BodyRange>,
        side: Side,
        mut send: impl FnMut(BodyData, Option<TimeStampedPoint>) -> Answer<()>,
    ) -> Answer<Empty> {
        let rows = self.trace.reader.network()?;
        let request: Option<u32> = id.as_str().parse().ok();
        let mut of_request = rows
            .iter()
            .filter(|row| Some(row.event.request) == request && self.trace.shows(row.point))
            .peekable();
        if of_request.peek().is_none() {
            return Err(Failure::command(format!("there is no request {id}")));
        }
        let pieces: Vec<_> = of_request.filter_map(|row| side.piece(row)).collect();
        if pieces.is_empty() {
            return Err(Failure::command(format!(
                "no {side} of request {id} was recorded"
            )));
        }
        let BodyRange { start, end } = range.unwrap_or_default();
        let wanted = start.unwrap_or(0)..end.unwrap_or(u64::MAX);
        let mut piece_start: u64 = 0;
        for (body, point) in pieces {
            let piece = piece_start..piece_start.saturating_add(body.len);
            piece_start = piece.end;
            let cut = piece.start.max(wanted.start)..piece.end.min(wanted.end);
            if cut.is_empty() {
                continue;
            }
            let bytes = self.trace.reader.body(&body.hash)?;
            let within = |at: u64| {
                usize::try_from(at - piece.start)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len())
            };
            let cut_bytes = bytes.get(within(cut.start)..within(cut.end)).unwrap_or_default();
            let point = point.and_then(|point| self.trace.stamped(point).ok());
            let mut offset = cut.start;
            for bytes in cut_bytes.chunks(BYTES_PER_EVENT) {
                let length = bytes.len() as u64;
                let part = BodyData {
                    offset,
                    length,
                    value: STANDARD.encode(bytes),
                };
                send(part, point.clone())?;
                offset += length;
            }
        }
        Ok(Empty {})
    }
}

/// Which of the two bodies of a request.
#[derive(Clone, Copy)]
enum Side {
    Request,
    Response,
}

impl Side {
    /// What a row brings of this body, and when, where it is brought bit by bit.
    fn piece(self, row: &Row<NetworkEvent>) -> Option<(&Body, Option<Point>)> {
        match (self, &row.event.what) {
            (Self::Request, RequestEvent::RequestBody(body))
            | (Self::Response, RequestEvent::ResponseBody(body)) => Some((body, None)),
            (
                Self::Request,
                RequestEvent::Frame {
                    is_sent: true, body, ..
                },
            )
            | (
                Self::Response,
                RequestEvent::Frame {
                    is_sent: false, body, ..
                },
            ) => Some((body, Some(row.point))),
            _ => None,
        }
    }
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Request => "body",
            Self::Response => "response body",
        })
    }
}

fn id_of(request: u32) -> RequestId {
    RequestId::from(request.to_string())
}

fn to_wire(what: &RequestEvent) -> network::RequestEvent {
    use network::RequestEvent as Wire;
    match what {
        RequestEvent::Sent {
            url,
            method,
            headers: sent,
            cause,
            initiator,
            ..
        } => Wire::Request {
            request_url: url.to_string(),
            request_method: method.to_string(),
            request_headers: headers(sent),
            request_cause: (!cause.is_empty()).then(|| cause.to_string()),
            initiator: initiator.as_ref().map(|(url, position)| RequestInitiator {
                url: url.to_string(),
                line: position.map(|position| position.line),
                column: position.map(|position| position.column),
            }),
        },
        RequestEvent::RawHeaders(text) => Wire::RequestRawHeaders {
            request_raw_headers: text.to_string(),
        },
        RequestEvent::Destination(address, port) => Wire::RequestDestination {
            destination_address: address.to_string(),
            destination_port: u32::from(*port),
        },
        RequestEvent::Response {
            status,
            status_text,
            protocol,
            headers: received,
            from_cache,
        } => Wire::Response {
            response_headers: headers(received),
            response_protocol_version: protocol.to_string(),
            response_status: u32::from(*status),
            response_status_text: status_text.to_string(),
            response_from_cache: *from_cache,
        },
        RequestEvent::ResponseRawHeaders(text) => Wire::ResponseRawHeaders {
            response_raw_headers: text.to_string(),
        },
        RequestEvent::RequestBody(_) | RequestEvent::Frame { is_sent: true, .. } => Wire::RequestBody {},
        RequestEvent::ResponseBody(_) | RequestEvent::Frame { is_sent: false, .. } => Wire::ResponseBody {},
        RequestEvent::Done {
            encoded_size,
            decoded_size,
        } => Wire::RequestDone {
            encoded_body_size: *encoded_size,
            decoded_body_size: (decoded_size != encoded_size).then_some(*decoded_size),
        },
        RequestEvent::Failed(reason) => Wire::RequestFailed {
            request_failed_reason: (!reason.is_empty()).then(|| reason.to_string()),
        },
    }
}

fn headers(headers: &[(Text, Text)]) -> Vec<Header> {
    let header = |(name, value): &(Text, Text)| Header {
        name: name.to_string(),
        value: value.to_string(),
    };
    headers.iter().map(header).collect()
}
