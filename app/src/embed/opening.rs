//! What is to be opened in a frame: which recording, who answers for it, and where it begins.

use js_sys::{Array, ArrayBuffer};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStream, Response};
use wire::ids::RecordingId;

use super::{
    failure::{Code, Failure},
    frame::Frame,
    message::Load,
    state::Event,
    ticket::Ticket,
};
use crate::{
    boot::{
        self, Connect,
        opening::{
            engine::{self, Source},
            greeting,
        },
    },
    logic::opening::{self, Word},
    url::{self, Link},
};

/// What is to be opened.
#[derive(Clone)]
pub(super) struct Opening {
    /// Its id.
    pub(super) id: RecordingId,
    /// Who answers.
    pub(super) connect: Connect,
    /// Where it begins.
    pub(super) link: Link,
    /// What it is called, if somebody has said so.
    pub(super) title: Option<String>,
    /// Whether it has an address of its own, so that a link can lead to it.
    pub(super) has_address: bool,
    /// Whether the page around has handed it over, so that it knows already what is in it.
    pub(super) is_hosts: bool,
}

impl Opening {
    /// What the page's own path names; None if it names nothing.
    pub(super) fn of_path(frame: Frame, ticket: Ticket, link: &Link) -> Option<Self> {
        let path = window().location().pathname().unwrap_or_default();
        let (_, segment) = path.split_once("/embed/")?;
        if segment.is_empty() {
            return None;
        }
        Some(Self {
            id: url::recording_id(segment),
            connect: connect(
                frame,
                ticket,
                &url::recording_id(segment),
                link.dispatch.as_deref(),
            ),
            title: super::meta("playhead-title"),
            has_address: true,
            is_hosts: false,
            link: link.clone(),
        })
    }

    /// A recording of a service, or of the page's own server.
    fn of_service(
        frame: Frame,
        ticket: Ticket,
        id: &str,
        service: Option<&str>,
        title: Option<String>,
    ) -> Self {
        Self {
            id: url::recording_id(id),
            connect: connect(frame, ticket, &url::recording_id(id), service),
            link: Link {
                dispatch: service.map(str::to_owned),
                ..Link::default()
            },
            title,
            has_address: true,
            is_hosts: false,
        }
    }

    /// What the engine in the page opens: a file, or what is at an address.
    ///
    /// # Errors
    /// It cannot be opened, and what to do.
    pub(super) async fn of_source(
        frame: Frame,
        source: Source,
        title: Option<String>,
        link: Link,
    ) -> Result<Self, Failure> {
        let address = match &source {
            Source::Address(address) => Some(address.clone()),
            Source::File(_) => None,
        };
        if let Some(address) = &address {
            let scheme = window().location().protocol().unwrap_or_default();
            opening::check_address(address, &scheme)
                .map_err(|sentence| Failure::new(Code::BadRequest, sentence))?;
        }
        let name = match (&title, &address) {
            (Some(title), _) => title.clone(),
            (None, Some(address)) => opening::name_of(address).to_owned(),
            (None, None) => "the recording".to_owned(),
        };
        frame.word.try_set(Some(format!("Opening {name}…")));
        frame.is_opening.try_set(true);
        let tell = move |word: Word| {
            if let Word::Read(read) = word
                && let Some(share) = read.share()
            {
                let percent = share * 100.0;
                frame.tell(&Event::LoadProgress { percent }, None);
            }
        };
        let opened = engine::open(&source, tell).await;
        frame.is_opening.try_set(false);
        match opened {
            Ok(opened) => {
                let id = opened.entry.id.clone();
                frame.word.try_set(None);
                Ok(Self {
                    connect: Connect::Here(engine::way(source, id.clone())),
                    id: RecordingId::from(id),
                    title: title.or_else(|| Some(opened.entry.display_title().to_owned())),
                    has_address: address.is_some(),
                    is_hosts: address.is_none(),
                    link: Link {
                        from: address,
                        ..link
                    },
                })
            }
            Err(reason) => {
                let sentence = opening::refusal(&reason, &name);
                frame.word.try_set(Some(sentence.clone()));
                Err(Failure::new(Code::Refused, sentence))
            }
        }
    }

    /// What the page around asks for; `data` is what it hands over.
    ///
    /// # Errors
    /// It names nothing that can be opened, or that cannot be opened.
    pub(super) async fn of_request(
        frame: Frame,
        ticket: Ticket,
        load: Load,
        data: JsValue,
    ) -> Result<Self, Failure> {
        let bad = |sentence: &str| Failure::new(Code::BadRequest, sentence);
        let Load {
            src,
            recording,
            title,
        } = load;
        if let Some(file) = file_of(&data).await? {
            return Self::of_source(frame, Source::File(file), title, Link::default()).await;
        }
        match (src, recording) {
            (None, Some(id)) => Ok(Self::of_service(frame, ticket, &id, None, title)),
            (Some(src), Some(id)) if is_service(&src) => {
                Ok(Self::of_service(frame, ticket, &id, Some(&src), title))
            }
            (Some(src), None) if is_service(&src) => Err(bad(
                "A service has many recordings: load takes the id of one beside its address.",
            )),
            (Some(_), Some(_)) => Err(bad(
                "A recording's id is known to a service, whose address begins with ws: or wss:.",
            )),
            (Some(src), None) => Self::of_source(frame, Source::Address(src), title, Link::default()).await,
            (None, None) => Err(bad(
                "load takes a recording's id, the address of a file, or what is in one.",
            )),
        }
    }

    /// Where a link to it leads, without the moment: the path below the viewer's first address. None if only this page has it.
    pub(super) fn path(&self) -> Option<String> {
        match (&self.link.from, self.has_address) {
            (_, false) => None,
            (Some(_), true) => Some(String::new()),
            (None, true) => Some(format!("recording/{}", self.id)),
        }
    }
}

/// What is handed over as a file: browsers keep large ones on disk. None if nothing is.
async fn file_of(data: &JsValue) -> Result<Option<Blob>, Failure> {
    if data.is_undefined() || data.is_null() {
        return Ok(None);
    }
    if let Some(file) = data.dyn_ref::<Blob>() {
        return Ok(Some(file.clone()));
    }
    let odd = || {
        let sentence = "What is handed over is a Blob, an ArrayBuffer or a ReadableStream.";
        Failure::new(Code::BadRequest, sentence)
    };
    if data.is_instance_of::<ArrayBuffer>() {
        return Blob::new_with_u8_array_sequence(&Array::of1(data))
            .map(Some)
            .map_err(|_| odd());
    }
    let stream: &ReadableStream = data.dyn_ref().ok_or_else(odd)?;
    let all = Response::new_with_opt_readable_stream(Some(stream)).and_then(|whole| whole.blob());
    let file = match all {
        Ok(all) => JsFuture::from(all).await,
        Err(error) => Err(error),
    };
    let file = file.ok().and_then(|file| file.dyn_into().ok());
    file.map(Some)
        .ok_or_else(|| Failure::new(Code::Refused, "The stream broke off before its end."))
}

fn is_service(address: &str) -> bool {
    address.starts_with("ws://") || address.starts_with("wss://")
}

/// Who answers: a service elsewhere, or the server that the page came from, which a sandboxed page shows its ticket.
/// or a link's secret, if it has one.
fn connect(frame: Frame, ticket: Ticket, id: &RecordingId, service: Option<&str>) -> Connect {
    let shown = match service {
        Some(_) => None,
        None => boot::secret::of(id.as_str()).or_else(|| frame.token.get_untracked()),
    };
    match (service, ticket.way()) {
        (None, _) if shown.is_some() => Connect::Service {
            url: boot::own_server(),
            greeting: shown.map(|shown| greeting(&shown)),
        },
        (Some(url), _) => Connect::Service {
            url: url.to_owned(),
            greeting: frame.token.get_untracked().map(|token| greeting(&token)),
        },
        (None, Some(way)) => Connect::Here(way),
        (None, None) => Connect::Own,
    }
}
