//! What rrweb's network plugin tells: requests once they are over, by the clock of their document.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::{
    exchange::{Answer, Exchange, Redirects, cause},
    har::lenient,
    json,
    story::{Bytes, Story},
};

#[derive(Deserialize)]
struct Told {
    requests: Vec<Json>,
}

/// Times are milliseconds since the document began.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Request {
    #[serde(deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(deserialize_with = "lenient")]
    method: Option<String>,
    #[serde(deserialize_with = "lenient")]
    initiator_type: Option<String>,
    #[serde(deserialize_with = "lenient")]
    status: Option<u16>,
    #[serde(deserialize_with = "lenient")]
    start_time: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    end_time: Option<f64>,
    #[serde(deserialize_with = "lenient")]
    request_headers: Option<Map<String, Json>>,
    #[serde(deserialize_with = "lenient")]
    request_body: Option<String>,
    #[serde(deserialize_with = "lenient")]
    response_headers: Option<Map<String, Json>>,
    #[serde(deserialize_with = "lenient")]
    response_body: Option<String>,
}

/// Requests of all documents.
#[derive(Default)]
pub(super) struct Network {
    documents: Vec<Document>,
    is_new: bool,
}

/// Requests of one document.
#[derive(Default)]
struct Document {
    /// When its clock began, at the latest, milliseconds since 1970: what it tells of had happened by then.
    began: Option<f64>,
    /// Each with when it was told.
    requests: Vec<(f64, Request)>,
    /// The plugin tells some twice: by name, kind and start.
    known: HashMap<(String, String, u64), usize>,
}

impl Network {
    /// What is told from now on may be by the clock of another document.
    pub(super) fn begin_document(&mut self) {
        self.is_new = true;
    }

    /// Takes what the plugin tells. Says whether it can be read.
    pub(super) fn take(&mut self, at: f64, payload: &str, story: &mut Story) -> bool {
        let Ok(told) = json::read::<Told>(payload) else {
            return false;
        };
        if std::mem::take(&mut self.is_new) || self.documents.is_empty() {
            self.documents.push(Document::default());
        }
        let Some(document) = self.documents.last_mut() else {
            return true;
        };
        for request in told.requests {
            match serde_json::from_value::<Request>(request) {
                Ok(request) if request.name.is_some() => document.add(at, request),
                _ => story.leaving.add("requests that cannot be read"),
            }
        }
        true
    }

    /// Adds all requests to the story.
    pub(super) fn finish(&mut self, story: &mut Story) {
        let mut exchanges: Vec<Exchange> = Vec::new();
        for document in std::mem::take(&mut self.documents) {
            let began = document.began;
            let all = document.requests.into_iter();
            exchanges.extend(all.map(|(told_at, request)| request.into_exchange(began, told_at)));
        }
        exchanges.sort_by(|left, right| left.began.total_cmp(&right.began));
        let mut redirects = Redirects::default();
        for exchange in exchanges {
            exchange.tell(story, &mut redirects);
        }
    }
}

impl Document {
    fn add(&mut self, at: f64, request: Request) {
        if let Some(end) = request.end_time.or(request.start_time) {
            let began = at - end;
            self.began = Some(self.began.map_or(began, |known| known.min(began)));
        }
        let Some(start) = request.start_time else {
            self.requests.push((at, request));
            return;
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let key = (
            text(&request.name),
            text(&request.initiator_type),
            start.to_bits(),
        );
        let known = self.known.get(&key).and_then(|idx| self.requests.get_mut(*idx));
        match known {
            // Later it is known better how it ended.
            Some((_, known)) => *known = request,
            None => {
                self.known.insert(key, self.requests.len());
                self.requests.push((at, request));
            }
        }
    }
}

impl Request {
    fn into_exchange(self, document_began: Option<f64>, told_at: f64) -> Exchange {
        let time = |offset: Option<f64>| Some(document_began? + offset?);
        let began = time(self.start_time).unwrap_or(told_at);
        let ended = time(self.end_time).unwrap_or(told_at).max(began);
        let body = |text: Option<String>| {
            // The plugin writes why it has no body where the body would stand.
            let text = text.filter(|text| !text.is_empty() && !text.starts_with("[rrweb/network]"))?;
            Some(Bytes::Here(text.into_bytes()))
        };
        let size = self.response_body.as_ref().map_or(0, |body| body.len() as u64);
        let headers = |headers: Option<Map<String, Json>>| {
            let headers = headers.into_iter().flatten();
            headers
                .filter_map(|(name, value)| Some((name.into(), value.as_str()?.into())))
                .collect::<Vec<_>>()
        };
        let response_headers = headers(self.response_headers);
        let mime_type = response_headers
            .iter()
            .find(|(name, _): &&(recording::value::Text, recording::value::Text)| {
                name.eq_ignore_ascii_case("content-type")
            })
            .map(|(_, value)| value.to_string())
            .unwrap_or_default();
        let status = self.status.filter(|status| *status > 0);
        let answer = status.map(|status| Answer {
            at: ended,
            status,
            headers: response_headers,
            mime_type,
            body: body(self.response_body),
            ..Answer::default()
        });
        Exchange {
            url: self.name.unwrap_or_default(),
            method: self.method.unwrap_or_else(|| "GET".to_owned()),
            cause: cause(self.initiator_type.as_deref().unwrap_or_default()),
            headers: headers(self.request_headers),
            began,
            body: body(self.request_body),
            failure: (answer.is_none() && self.start_time.is_none())
                .then(|| (ended, "no answer was recorded".to_owned())),
            answer,
            ended: Some((ended, size, size)),
            ..Exchange::default()
        }
    }
}
