//! Puts rewritten documents and scripts in the place of those the network brings.

use std::sync::{Arc, Mutex, PoisonError};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use recording::script::ScriptKind;
use serde_json::{Value, json};

use crate::{
    cdp::{Cdp, CdpError},
    html,
    instrument::Goal,
    levels::{Glob, level_of},
    network::Originals,
    scripts::{Scripts, Source},
};

/// What the handling of requests shares.
#[derive(Clone)]
pub(crate) struct Interceptor {
    pub(crate) cdp: Cdp,
    pub(crate) scripts: Arc<Mutex<Scripts>>,
    pub(crate) levels: Arc<[(Glob, u8)]>,
    /// The frame that is recorded.
    pub(crate) main_frame: Arc<str>,
    /// The address of its document.
    pub(crate) document_url: Arc<Mutex<String>>,
    /// How addresses of the recorder itself begin: `http://127.0.0.1:<port>/<secret>/`.
    pub(crate) own_url: Arc<str>,
    /// Answers as they came, for the log of the network.
    pub(crate) originals: Originals,
}

/// What `Fetch.enable` is to pause: documents and scripts, once their headers are there.
pub(crate) fn patterns() -> Value {
    json!([
        { "urlPattern": "*", "resourceType": "Document", "requestStage": "Response" },
        { "urlPattern": "*", "resourceType": "Script", "requestStage": "Response" },
        // What workers run is of no type.
        { "urlPattern": "*", "resourceType": "Other", "requestStage": "Response" },
    ])
}

impl Interceptor {
    /// Answers a `Fetch.requestPaused`. Gives a warning if the request could not be handled.
    pub(crate) async fn handle(&self, event: &Value) -> Option<String> {
        let id = event.get("requestId").cloned().unwrap_or_default();
        let fulfilled = match self.replacement(event, &id).await {
            Ok(Some(answer)) => self.cdp.call("Fetch.fulfillRequest", answer).await,
            Ok(None) => {
                self.cdp
                    .call("Fetch.continueRequest", json!({ "requestId": id }))
                    .await
            }
            Err(error) => {
                // Better an unrecorded script than a page that waits for ever.
                let _ = self
                    .cdp
                    .call("Fetch.continueRequest", json!({ "requestId": id }))
                    .await;
                Err(error)
            }
        };
        let url = text(event, "/request/url");
        match fulfilled {
            // A request that was cancelled meanwhile.
            Err(CdpError::Refused { message, .. }) if message.contains("Invalid InterceptionId") => None,
            Err(CdpError::Closed) | Ok(_) => None,
            Err(error) => Some(format!("{url}: not recorded: {error}")),
        }
    }

    /// The rewritten answer; None to let the request go on as it is.
    async fn replacement(&self, event: &Value, id: &Value) -> Result<Option<Value>, CdpError> {
        let status = event
            .get("responseStatusCode")
            .and_then(Value::as_u64)
            .unwrap_or(0);
        let is_redirect = (300..400).contains(&status);
        if event.get("responseErrorReason").is_some() || status == 0 || is_redirect || status == 204 {
            return Ok(None);
        }
        let url = text(event, "/request/url");
        if url.starts_with(&*self.own_url) {
            return Ok(None);
        }
        let content_type = header(event, "content-type");
        let essence = content_type
            .as_deref()
            .and_then(|value| value.split(';').next())
            .unwrap_or_default()
            .trim();
        let essence = essence.to_ascii_lowercase();
        let resource_type = text(event, "/resourceType");
        let is_document = resource_type == "Document";
        let worker = lock(&self.scripts).worker(url);
        if resource_type == "Other" && worker.is_none() && !lock(&self.scripts).is_module(url) {
            return Ok(None);
        }
        if is_document && !matches!(essence.as_str(), "text/html" | "application/xhtml+xml" | "") {
            return Ok(None);
        }
        // Modules can also be data; and errors come as pages.
        if !is_document
            && (essence.contains("json")
                || matches!(essence.as_str(), "text/css" | "text/html" | "application/wasm"))
        {
            return Ok(None);
        }
        let body = self.body(id).await?;
        self.originals.keep(event, &body);
        let (rewritten, mime_type) = if is_document {
            if text(event, "/frameId") == &*self.main_frame {
                *lock(&self.document_url) = url.to_owned();
            }
            let html = html::decode(&body, content_type.as_deref(), true);
            let level = level_of(url, &lock(&self.document_url), &self.levels);
            let mut scripts = lock(&self.scripts);
            let (rewritten, warning) = html::rewrite(&html, url, level, &mut scripts);
            if let Some(warning) = warning {
                scripts.warn(warning);
            }
            (
                rewritten,
                if essence == "application/xhtml+xml" {
                    "application/xhtml+xml"
                } else {
                    "text/html"
                },
            )
        } else {
            let script = html::decode(&body, content_type.as_deref(), false);
            let level = level_of(url, &lock(&self.document_url), &self.levels);
            let mut scripts = lock(&self.scripts);
            if scripts.is_left_alone(url, &script) {
                return Ok(None);
            }
            let (kind, goal) = if scripts.is_module(url) {
                (ScriptKind::Module, Goal::Module)
            } else {
                (ScriptKind::External, Goal::Either)
            };
            let source = Source {
                url,
                text: &script,
                kind,
                goal,
                level,
                document_line: 0,
            };
            let text = match worker {
                Some(worker) => scripts.add_worker(worker, &self.own_url, source),
                None => scripts.add_with_map(source, header(event, "sourcemap").as_deref()),
            };
            (
                text,
                if essence.is_empty() {
                    "text/javascript"
                } else {
                    &*essence
                },
            )
        };
        let mut headers: Vec<Value> = event
            .get("responseHeaders")
            .and_then(Value::as_array)
            .map(|headers| {
                headers
                    .iter()
                    .filter(|header| !is_replaced(header))
                    .cloned()
                    .collect()
            })
            .unwrap_or_default();
        headers.push(json!({ "name": "Content-Type", "value": format!("{mime_type}; charset=utf-8") }));
        Ok(Some(json!({
            "requestId": id,
            "responseCode": status,
            "responseHeaders": headers,
            "body": BASE64.encode(rewritten),
        })))
    }

    async fn body(&self, id: &Value) -> Result<Vec<u8>, CdpError> {
        let answer = self
            .cdp
            .call("Fetch.getResponseBody", json!({ "requestId": id }))
            .await?;
        let body = text(&answer, "/body");
        if answer.get("base64Encoded") == Some(&Value::Bool(true)) {
            return Ok(BASE64.decode(body).unwrap_or_default());
        }
        Ok(body.as_bytes().to_vec())
    }
}

/// Headers that say something of the original body only, or forbid the rewritten one.
fn is_replaced(header: &Value) -> bool {
    const REPLACED: [&str; 6] = [
        "content-type",
        "content-length",
        "content-encoding",
        "transfer-encoding",
        "content-security-policy",
        "etag",
    ];
    let name = text(header, "/name").to_ascii_lowercase();
    REPLACED.contains(&name.as_str())
}

fn header(event: &Value, name: &str) -> Option<String> {
    let headers = event.get("responseHeaders")?.as_array()?;
    let header = headers
        .iter()
        .find(|header| text(header, "/name").eq_ignore_ascii_case(name))?;
    Some(text(header, "/value").to_owned())
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
