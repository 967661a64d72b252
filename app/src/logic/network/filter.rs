//! Which requests a person wants to see: by what they are for, and by words such as `status:404 method:post -analytics`.

use std::{cmp::Ordering, sync::Arc};

use super::request::{Request, State};

/// What requests are for, as the chips above the table have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// Asked for by code.
    Fetch,
    /// Pages.
    Document,
    /// Style sheets.
    Style,
    /// Scripts.
    Script,
    /// Images.
    Image,
    /// Sound and film.
    Media,
    /// Fonts.
    Font,
    /// Websockets and streams of events.
    Socket,
    /// The rest.
    Other,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 9] = [
        Self::Fetch,
        Self::Document,
        Self::Style,
        Self::Script,
        Self::Image,
        Self::Media,
        Self::Font,
        Self::Socket,
        Self::Other,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fetch => "Fetch/XHR",
            Self::Document => "Doc",
            Self::Style => "CSS",
            Self::Script => "JS",
            Self::Image => "Img",
            Self::Media => "Media",
            Self::Font => "Font",
            Self::Socket => "Socket",
            Self::Other => "Other",
        }
    }

    /// What a request is for: by its cause, or else by what came.
    pub fn of(request: &Request) -> Self {
        if request.is_websocket() || request.cause == "eventsource" {
            return Self::Socket;
        }
        match request.cause.as_str() {
            "fetch" | "xhr" | "xmlhttprequest" => Self::Fetch,
            "document" | "subdocument" => Self::Document,
            "stylesheet" => Self::Style,
            "script" => Self::Script,
            "img" | "image" | "imageset" => Self::Image,
            "media" | "track" => Self::Media,
            "font" => Self::Font,
            "" | "other" => Self::of_content(&request.content_type()),
            _ => Self::Other,
        }
    }

    fn of_content(content_type: &str) -> Self {
        match content_type {
            "text/html" | "application/xhtml+xml" => Self::Document,
            "text/css" => Self::Style,
            _ if content_type.ends_with("javascript") => Self::Script,
            _ if content_type.starts_with("image/") => Self::Image,
            _ if content_type.starts_with("audio/") || content_type.starts_with("video/") => Self::Media,
            _ if content_type.contains("font") => Self::Font,
            _ => Self::Other,
        }
    }
}

/// What narrows the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this category.
    pub category: Option<Category>,
    /// Words that must all be so.
    pub text: String,
    /// Only requests that failed.
    pub is_failed_only: bool,
}

/// Whether a request is one that the filter lets through.
pub fn matches(filter: &Filter, request: &Request) -> bool {
    filter
        .category
        .is_none_or(|category| Category::of(request) == category)
        && (!filter.is_failed_only || request.is_failed())
        && filter
            .text
            .split_whitespace()
            .all(|word| is_so(&word.to_lowercase(), request))
}

/// The indices of the requests that the filter lets through, sorted by a column (and whether the greatest stands first), else
/// as they came.
pub fn arrange(all: &[Arc<Request>], filter: &Filter, sort: Option<(&str, bool)>) -> Vec<u32> {
    let mut shown: Vec<u32> = all
        .iter()
        .enumerate()
        .filter(|(_, request)| matches(filter, request))
        .map(|(at, _)| at as u32)
        .collect();
    let Some((column, is_descending)) = sort else {
        return shown;
    };
    let of = |at: &u32| all.get(*at as usize);
    let compare = |a: &Request, b: &Request| match column {
        "method" => a.method.cmp(&b.method),
        "status" => (a.status, a.failure.is_some()).cmp(&(b.status, b.failure.is_some())),
        "domain" => a.host().cmp(b.host()),
        "type" => Category::of(a)
            .name()
            .cmp(Category::of(b).name())
            .then_with(|| a.content_type().cmp(&b.content_type())),
        "initiator" => initiator(a).cmp(&initiator(b)),
        "size" => a.encoded_size.cmp(&b.encoded_size),
        "time" => a
            .duration_ms()
            .unwrap_or(f64::INFINITY)
            .total_cmp(&b.duration_ms().unwrap_or(f64::INFINITY)),
        _ => a.name().to_lowercase().cmp(&b.name().to_lowercase()),
    };
    shown.sort_by(|a, b| {
        let (Some(a), Some(b)) = (of(a), of(b)) else {
            return Ordering::Equal;
        };
        match is_descending {
            true => compare(b, a),
            false => compare(a, b),
        }
    });
    shown
}

fn initiator(request: &Request) -> (&str, u32) {
    let initiator = request.initiator.as_ref();
    initiator.map_or(("", 0), |initiator| (&initiator.url, initiator.line.unwrap_or(0)))
}

/// Whether a word, in small letters, is so of a request. What is no known `key:value` is looked for in the address.
fn is_so(word: &str, request: &Request) -> bool {
    if let Some(word) = word.strip_prefix('-').filter(|word| !word.is_empty()) {
        return !is_so(word, request);
    }
    let lower = |text: &str| text.to_lowercase();
    let in_url = || lower(&request.url).contains(word);
    let Some((key, value)) = word.split_once(':') else {
        return in_url();
    };
    match key {
        _ if value.is_empty() => in_url(),
        "status" => status_is(value, request),
        "method" => lower(&request.method) == value,
        "domain" | "host" => {
            let host = lower(request.host());
            match value.strip_prefix("*.") {
                Some(end) => host.ends_with(end),
                None => host.contains(value),
            }
        }
        "type" => {
            lower(Category::of(request).name()) == value
                || lower(&request.cause) == value
                || request.content_type().contains(value)
        }
        "mime" => request.content_type().contains(value),
        "is" => match value {
            "failed" => request.is_failed(),
            "pending" => request.state() == State::Pending,
            "cached" => request.is_from_cache,
            _ => false,
        },
        "larger-than" => {
            bytes(value).is_some_and(|bytes| request.encoded_size.is_some_and(|size| size > bytes))
        }
        "slower-than" => {
            millis(value).is_some_and(|millis| request.duration_ms().is_some_and(|took| took > millis))
        }
        "has-header" => request
            .response_headers
            .iter()
            .any(|header| lower(&header.name) == value),
        "initiator" => request
            .initiator
            .as_ref()
            .is_some_and(|initiator| lower(&initiator.url).contains(value)),
        _ => in_url(),
    }
}

/// `404`, or `4xx` for all of its hundred, or `failed`.
fn status_is(value: &str, request: &Request) -> bool {
    match value {
        "failed" => return request.failure.is_some(),
        "pending" => return request.state() == State::Pending,
        _ => {}
    }
    let Some(status) = request.status.map(|status| status.to_string()) else {
        return false;
    };
    match value.strip_suffix("xx") {
        Some(hundred) => status.len() == 3 && status.starts_with(hundred),
        None => status == value,
    }
}

/// `500`, `10k`, `1.5m`, in bytes.
fn bytes(value: &str) -> Option<u64> {
    let (number, factor) = match value.trim_end_matches('b') {
        value if value.ends_with('k') => (value.trim_end_matches('k'), 1e3),
        value if value.ends_with('m') => (value.trim_end_matches('m'), 1e6),
        value => (value, 1.0),
    };
    number.parse::<f64>().ok().map(|number| (number * factor) as u64)
}

/// `300`, `300ms`, `1.5s`, in ms.
fn millis(value: &str) -> Option<f64> {
    let (number, factor) = match (value.strip_suffix("ms"), value.strip_suffix('s')) {
        (Some(number), _) => (number, 1.0),
        (None, Some(number)) => (number, 1e3),
        (None, None) => (value, 1.0),
    };
    number.parse::<f64>().ok().map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request {
            url: "https://api.example.test:8/v1/Orders?id=7".to_owned(),
            method: "POST".to_owned(),
            cause: "fetch".to_owned(),
            status: Some(404),
            encoded_size: Some(1_500),
            time_ms: 10.0,
            ended_ms: Some(400.0),
            ..Request::default()
        }
    }

    #[test]
    fn words_narrow_and_a_minus_turns_them_round() {
        for (text, is_shown) in [
            ("", true),
            ("orders", true),
            ("status:404 method:post orders", true),
            ("status:4xx", true),
            ("status:5xx", false),
            ("-status:200", true),
            ("-orders", false),
            ("-", false),
            ("method:get", false),
            ("domain:*.example.test:8", true),
            ("domain:other", false),
            ("type:fetch", true),
            ("is:failed -is:pending", true),
            ("larger-than:1k", true),
            ("larger-than:2k", false),
            ("slower-than:0.3s", true),
            ("slower-than:nonsense", false),
            ("unknown:404", false),
            ("status:", false),
        ] {
            let filter = Filter {
                text: text.to_owned(),
                ..Filter::default()
            };
            assert_eq!(matches(&filter, &request()), is_shown, "{text}");
        }
    }

    #[test]
    fn rows_are_sorted_stably_both_ways() {
        let request = |method: &str, size| {
            Arc::new(Request {
                method: method.to_owned(),
                encoded_size: size,
                ..Request::default()
            })
        };
        let all = [
            request("POST", Some(1)),
            request("GET", None),
            request("POST", Some(9)),
        ];
        let sorted = |sort| arrange(&all, &Filter::default(), sort);
        assert_eq!(sorted(None), [0, 1, 2]);
        assert_eq!(sorted(Some(("method", false))), [1, 0, 2]);
        assert_eq!(sorted(Some(("method", true))), [0, 2, 1]);
        assert_eq!(sorted(Some(("size", true))), [2, 0, 1]);
    }

    #[test]
    fn a_category_is_told_by_the_cause_and_else_by_what_came() {
        assert_eq!(Category::of(&request()), Category::Fetch);
        let of = |cause: &str, content_type: &str| {
            Category::of(&Request {
                cause: cause.to_owned(),
                response_headers: vec![wire::network::Header {
                    name: "content-type".to_owned(),
                    value: content_type.to_owned(),
                }],
                ..Request::default()
            })
        };
        assert_eq!(of("other", "image/png"), Category::Image);
        assert_eq!(of("", "application/javascript"), Category::Script);
        assert_eq!(of("websocket", ""), Category::Socket);
        assert_eq!(of("beacon", "image/png"), Category::Other);
    }
}
