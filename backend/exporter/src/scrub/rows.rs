//! Leaves out of the rows of tables what is not to be handed on.

use recording::{
    event::{Event, Keyboard, Message, MessageSource, Mouse, Navigation, Paint},
    network::{Body, NetworkEvent, RequestEvent, is_secret_header},
    page::{Annotation, Dispatch, DomChange, Layout, ListenerChange, StyleSheets},
    share::LeftOut,
    value::Text,
};

use super::Scrub;
use crate::follow::LEFT_OUT;

/// An event of a table, which something may be left out of.
trait Scrubbed {
    /// Leaves out what is not to be handed on.
    fn scrub(&mut self, scrub: &mut Scrub);
}

/// These say where and when, and nothing else.
macro_rules! nothing_in {
    ($($event:ty)*) => {
        $(impl Scrubbed for $event {
            fn scrub(&mut self, _: &mut Scrub) {}
        })*
    };
}

nothing_in! { Mouse Paint Layout ListenerChange Dispatch }

impl Scrubbed for Message {
    fn scrub(&mut self, scrub: &mut Scrub) {
        if self.source == MessageSource::ConsoleApi && scrub.leaves_out(LeftOut::Console) {
            self.arguments.clear();
            self.text = Some(LEFT_OUT.into());
        }
        if scrub.leaves_out(LeftOut::Values) && self.text.is_some() {
            self.text = Some(LEFT_OUT.into());
        }
        self.text.iter_mut().for_each(|text| scrub.text(text));
        self.url.iter_mut().for_each(|url| scrub.address_of(url));
        self.arguments
            .iter_mut()
            .for_each(|argument| scrub.value_of(argument));
    }
}

impl Scrubbed for Keyboard {
    fn scrub(&mut self, scrub: &mut Scrub) {
        // Named keys (`Enter`) say how the page was used, not what was typed.
        if scrub.leaves_out(LeftOut::Typed) && self.key.chars().count() == 1 {
            self.key = "•".into();
        }
    }
}

impl Scrubbed for Navigation {
    fn scrub(&mut self, scrub: &mut Scrub) {
        scrub.address_of(&mut self.url);
    }
}

impl Scrubbed for DomChange {
    fn scrub(&mut self, scrub: &mut Scrub) {
        scrub.dom(self);
    }
}

impl Scrubbed for StyleSheets {
    fn scrub(&mut self, scrub: &mut Scrub) {
        for sheet in &mut self.sheets {
            sheet.href.iter_mut().for_each(|href| scrub.address_of(href));
        }
    }
}

impl Scrubbed for Annotation {
    fn scrub(&mut self, scrub: &mut Scrub) {
        match scrub.leaves_out(LeftOut::Console) {
            true => self.contents = LEFT_OUT.into(),
            false => scrub.text(&mut self.contents),
        }
    }
}

impl Scrubbed for NetworkEvent {
    fn scrub(&mut self, scrub: &mut Scrub) {
        match &mut self.what {
            RequestEvent::Sent {
                url,
                headers,
                initiator,
                cause,
                ..
            } => {
                if scrub.leaves_out_bodies_of(cause) {
                    scrub.of_left_out.insert(self.request);
                }
                scrub.address_of(url);
                scrub.headers(headers);
                initiator.iter_mut().for_each(|(url, _)| scrub.address_of(url));
            }
            RequestEvent::Response { headers, .. } => scrub.headers(headers),
            RequestEvent::RawHeaders(text) | RequestEvent::ResponseRawHeaders(text) => {
                scrub.raw_headers(text)
            }
            RequestEvent::RequestBody(body)
            | RequestEvent::ResponseBody(body)
            | RequestEvent::Frame { body, .. } => scrub.body(self.request, body),
            RequestEvent::Failed(reason) => scrub.text(reason),
            RequestEvent::Destination(..) | RequestEvent::Done { .. } => {}
        }
    }
}

impl Scrub {
    fn headers(&mut self, headers: &mut Vec<(Text, Text)>) {
        if self.leaves_out(LeftOut::Headers) {
            return headers.clear();
        }
        for (name, value) in headers {
            match is_secret_header(name) && self.leaves_out(LeftOut::SecretHeaders) {
                true => *value = LEFT_OUT.into(),
                // Among them are addresses, such as where an answer leads.
                false => match self.address(value) {
                    Some(cleaned) => *value = cleaned.into(),
                    None => self.text(value),
                },
            }
        }
    }

    fn raw_headers(&mut self, text: &mut Text) {
        if self.leaves_out(LeftOut::Headers) {
            *text = "".into();
            return;
        }
        let lines = text.split_inclusive('\n').map(|line| {
            let end = line.trim_end_matches(['\r', '\n']).len();
            let (line, end) = line.split_at(end);
            let header = line.split_once(':');
            match header.filter(|(name, _)| is_secret_header(name)) {
                Some((name, _)) if self.leaves_out(LeftOut::SecretHeaders) => {
                    format!("{name}: {LEFT_OUT}{end}")
                }
                // The first line asks for an address.
                _ => {
                    let words = line.split(' ');
                    let words = words.map(|word| self.address(word).unwrap_or_else(|| word.to_owned()));
                    format!("{}{end}", words.collect::<Vec<_>>().join(" "))
                }
            }
        });
        *text = lines.collect::<String>().into();
    }

    /// Whether what is asked for, by what it is for, is itself content of a kind that is left out.
    fn leaves_out_bodies_of(&self, cause: &str) -> bool {
        let kinds: &[LeftOut] = match cause {
            "script" | "worker" => &[LeftOut::Sources],
            "document" | "subdocument" => &[LeftOut::Sources, LeftOut::Texts],
            "img" | "media" => &[LeftOut::Pictures],
            _ => &[],
        };
        kinds.iter().any(|kind| self.leaves_out(*kind))
    }

    /// What is left of a body is how long it was: its hash would tell whoever guesses it that they are right.
    fn body(&mut self, request: u32, body: &mut Body) {
        if self.leaves_out(LeftOut::Bodies) || self.of_left_out.contains(&request) {
            body.hash = "".into();
        }
    }

    /// An event of any table.
    pub(crate) fn event(&mut self, event: &mut Event) {
        match event {
            Event::Message(event) => event.scrub(self),
            Event::Mouse(event) => event.scrub(self),
            Event::Keyboard(event) => event.scrub(self),
            Event::Navigation(event) => event.scrub(self),
            Event::Paint(event) => event.scrub(self),
            Event::Dom(event) => event.scrub(self),
            Event::Layout(event) => event.scrub(self),
            Event::Styles(event) => event.scrub(self),
            Event::Listener(event) => event.scrub(self),
            Event::Dispatch(event) => event.scrub(self),
            Event::Annotation(event) => event.scrub(self),
            Event::Network(event) => event.scrub(self),
        }
    }
}
