//! Requests the program made, and their bodies.

use wire::{
    command::Empty,
    ids::RequestId,
    network::{
        BodyRange, FindRequests, GetRequestBody, GetResponseBody, RequestBodyData, RequestBodyDataEvent,
        Requests, ResponseBodyData, ResponseBodyDataEvent,
    },
};

use crate::{Session, Streaming};

impl Session {
    /// Every request, in batches. What happened to one may come before it does.
    pub fn find_requests(&self) -> Streaming<Requests, Empty> {
        self.stream()
            .on(|_event: &Requests| true, |event| event)
            .call_in_turn(&FindRequests {}, "")
    }

    /// A request's body in pieces, in any order.
    pub fn get_request_body(
        &self,
        id: &RequestId,
        range: Option<BodyRange>,
    ) -> Streaming<Vec<RequestBodyData>, Empty> {
        let wanted = id.clone();
        self.stream()
            .on(
                move |event: &RequestBodyDataEvent| event.id == wanted,
                |event| event.parts,
            )
            .call_in_turn(
                &GetRequestBody {
                    id: id.clone(),
                    range,
                },
                id.as_str(),
            )
    }

    /// A response's body in pieces, in any order.
    pub fn get_response_body(
        &self,
        id: &RequestId,
        range: Option<BodyRange>,
    ) -> Streaming<Vec<ResponseBodyData>, Empty> {
        let wanted = id.clone();
        self.stream()
            .on(
                move |event: &ResponseBodyDataEvent| event.id == wanted,
                |event| event.parts,
            )
            .call_in_turn(
                &GetResponseBody {
                    id: id.clone(),
                    range,
                },
                id.as_str(),
            )
    }
}
