//! Source maps of a page's scripts: fetched through the browser while the page runs, as the page itself would be allowed
//! to, with its cookies. What cannot be had is left out, and a warning says so.

use std::{collections::HashSet, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc};

use crate::{
    cdp::{Cdp, CdpError},
    scripts::{Scripts, Source},
};

/// Maps fetched at once: the page's own requests come first.
const MAX_AT_ONCE: usize = 4;
/// Maps fetched in one recording.
const MAX_MAPS: usize = 2_000;
/// Bytes of one map. Those of the largest applications come to 40 MiB.
const MAX_BYTES: usize = 64 << 20;
/// Bytes asked for at once.
const PIECE_BYTES: usize = 1 << 20;
/// How long the end of a recording waits for maps that are on their way.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// A map that a script names: where it is, and the hash of the script's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MapAddress {
    pub(crate) text_hash: String,
    pub(crate) url: String,
}

/// A map that was fetched.
#[derive(Debug)]
pub(crate) struct FetchedMap {
    pub(crate) text_hash: String,
    pub(crate) json: String,
}

/// The maps of a recording.
pub(crate) struct Maps {
    page: Cdp,
    frame: Arc<str>,
    asked: HashSet<String>,
    n_on_the_way: usize,
    permits: Arc<Semaphore>,
    results: (mpsc::UnboundedSender<Fetched>, mpsc::UnboundedReceiver<Fetched>),
}

type Fetched = Result<FetchedMap, String>;

impl Maps {
    /// For the scripts of a page, fetched on behalf of this frame.
    pub(crate) fn new(page: Cdp, frame: Arc<str>) -> Self {
        Self {
            page,
            frame,
            asked: HashSet::new(),
            n_on_the_way: 0,
            permits: Arc::new(Semaphore::new(MAX_AT_ONCE)),
            results: mpsc::unbounded_channel(),
        }
    }

    /// Begins to fetch maps; those of a text that was asked about before are passed over.
    pub(crate) fn fetch(&mut self, addresses: Vec<MapAddress>) {
        for address in addresses {
            if self.asked.len() >= MAX_MAPS || !self.asked.insert(address.text_hash.clone()) {
                continue;
            }
            self.n_on_the_way += 1;
            let (page, frame) = (self.page.clone(), self.frame.clone());
            let (permits, results) = (self.permits.clone(), self.results.0.clone());
            tokio::spawn(async move {
                let _permit = permits.acquire().await;
                let MapAddress { text_hash, url } = address;
                let fetched = match fetched(&page, &frame, &url).await {
                    Ok(json) => Ok(FetchedMap { text_hash, json }),
                    Err(reason) => Err(format!("{url}: the source map could not be had: {reason}")),
                };
                let _ = results.send(fetched);
            });
        }
    }

    /// What has come since the last time: maps, or warnings.
    pub(crate) fn take(&mut self) -> Vec<Fetched> {
        let mut taken = Vec::new();
        while let Ok(fetched) = self.results.1.try_recv() {
            self.n_on_the_way -= 1;
            taken.push(fetched);
        }
        taken
    }

    /// What is still on its way, as far as it comes soon.
    pub(crate) async fn take_the_rest(&mut self) -> Vec<Fetched> {
        let mut taken = Vec::new();
        let deadline = tokio::time::Instant::now() + LAST_WAIT;
        while self.n_on_the_way > 0 {
            match tokio::time::timeout_at(deadline, self.results.1.recv()).await {
                Ok(Some(fetched)) => {
                    self.n_on_the_way -= 1;
                    taken.push(fetched);
                }
                Ok(None) | Err(_) => {
                    let n_lost = self.n_on_the_way;
                    taken.push(Err(format!(
                        "{n_lost} source maps did not come before the recording ended"
                    )));
                    break;
                }
            }
        }
        taken
    }
}

impl Scripts {
    /// As [`Scripts::add`], for a script whose response names its source map: that counts more than what its text says.
    pub(crate) fn add_with_map(&mut self, source: Source<'_>, named: Option<&str>) -> String {
        let url = source.url;
        let text = self.add(source);
        if let Some(named) = named.filter(|named| !named.is_empty()) {
            let resolved = url::Url::parse(url).and_then(|base| base.join(named));
            self.name_map(resolved.map_or_else(|_| named.to_owned(), String::from));
        }
        text
    }
}

/// The text of a map, or why there is none.
async fn fetched(page: &Cdp, frame: &str, url: &str) -> Result<String, String> {
    let params = json!({
        "frameId": frame, "url": url, "options": { "disableCache": false, "includeCredentials": true },
    });
    let answer = page
        .call("Network.loadNetworkResource", params)
        .await
        .map_err(|error| error.to_string())?;
    let member = |name: &str| answer.pointer(&format!("/resource/{name}"));
    let status = member("httpStatusCode").and_then(Value::as_u64);
    let stream = member("stream").and_then(Value::as_str);
    let Some(stream) = stream else {
        let reason = member("netErrorName")
            .and_then(Value::as_str)
            .unwrap_or("no answer");
        return Err(status.map_or_else(|| reason.to_owned(), |status| format!("status {status}")));
    };
    let text = read(page, stream).await;
    let _ = page.call("IO.close", json!({ "handle": stream })).await;
    match status {
        Some(status) if !(200..300).contains(&status) => Err(format!("status {status}")),
        _ => text,
    }
}

async fn read(page: &Cdp, stream: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    loop {
        let params = json!({ "handle": stream, "size": PIECE_BYTES });
        let piece = page
            .call("IO.read", params)
            .await
            .map_err(|error: CdpError| error.to_string())?;
        let data = piece.get("data").and_then(Value::as_str).unwrap_or_default();
        match piece.get("base64Encoded").and_then(Value::as_bool) {
            Some(true) => bytes.extend(BASE64.decode(data).map_err(|error| error.to_string())?),
            _ => bytes.extend_from_slice(data.as_bytes()),
        }
        if bytes.len() > MAX_BYTES {
            return Err(format!("it is larger than {} MiB", MAX_BYTES >> 20));
        }
        if piece.get("eof").and_then(Value::as_bool) != Some(false) {
            break;
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is no UTF-8".to_owned())?;
    // A server may answer anything with its start page.
    if text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['{', ')'])
    {
        Ok(text)
    } else {
        Err("it is no JSON".to_owned())
    }
}
