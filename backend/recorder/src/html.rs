//! Rewrites a document's inline scripts, and takes out what would forbid rewritten scripts to run.

use std::cell::RefCell;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use lol_html::{RewriteStrSettings, element, html_content::ContentType, rewrite_str, text};
use recording::script::ScriptKind;
use url::Url;

use crate::{
    instrument::Goal,
    scripts::{Scripts, Source},
};

/// What an inline script is, by its `type`.
#[derive(Clone, Copy)]
enum Kind {
    Classic,
    Module,
    ImportMap,
    /// Data, or something only others understand.
    Other,
}

/// Rewrites a document. `level` is for its inline scripts.
///
/// A document that cannot be rewritten stays as it is; a warning says so.
pub(crate) fn rewrite(html: &str, url: &str, level: u8, scripts: &mut Scripts) -> (String, Option<String>) {
    let scripts = RefCell::new(scripts);
    let base = RefCell::new(Url::parse(url).ok());
    let current = RefCell::new(None::<Kind>);
    let inline = RefCell::new(String::new());
    // What was put in, and where it stood.
    let placed = RefCell::new(Vec::<(String, usize)>::new());
    let note_module = |source: &str| {
        if let Some(target) = base.borrow().as_ref().and_then(|base| base.join(source).ok()) {
            scripts.borrow_mut().note_module(target.into());
        }
    };
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("base[href]", |element| {
            let href = element.get_attribute("href").unwrap_or_default();
            let joined = base.borrow().as_ref().and_then(|base| base.join(&href).ok());
            if joined.is_some() {
                *base.borrow_mut() = joined;
            }
            Ok(())
        }))
        .append_element_content_handler(element!("iframe[srcdoc]", |element| {
            let markup = unescape(&element.get_attribute("srcdoc").unwrap_or_default());
            let (rewritten, warning) = rewrite(&markup, url, level, &mut scripts.borrow_mut());
            if let Some(warning) = warning {
                scripts.borrow_mut().warn(warning);
            }
            if rewritten != markup {
                let escaped = rewritten.replace('&', "&amp;").replace('"', "&quot;");
                element.set_attribute("srcdoc", &escaped)?;
            }
            Ok(())
        }))
        .append_element_content_handler(element!("script, link", |element| {
            // The text that runs is not the one the hash was made of.
            element.remove_attribute("integrity");
            Ok(())
        }))
        .append_element_content_handler(element!("link[rel=modulepreload]", |element| {
            note_module(&element.get_attribute("href").unwrap_or_default());
            Ok(())
        }))
        .append_element_content_handler(element!("script", |element| {
            let kind = kind_of(element.get_attribute("type").as_deref());
            let source = element.get_attribute("src");
            if let (Kind::Module, Some(source)) = (kind, &source) {
                note_module(source);
            }
            *current.borrow_mut() = source.is_none().then_some(kind);
            inline.borrow_mut().clear();
            Ok(())
        }))
        .append_element_content_handler(text!("script", |chunk| {
            let (kind, goal) = match *current.borrow() {
                Some(Kind::Classic) => (ScriptKind::Inline, Goal::Script),
                Some(Kind::Module) => (ScriptKind::InlineModule, Goal::Module),
                Some(Kind::ImportMap) => {
                    inline.borrow_mut().push_str(chunk.as_str());
                    if let (true, Some(base)) = (chunk.last_in_text_node(), &*base.borrow()) {
                        let map = std::mem::take(&mut *inline.borrow_mut());
                        scripts.borrow_mut().note_import_map(base, &map);
                    }
                    return Ok(());
                }
                Some(Kind::Other) | None => return Ok(()),
            };
            // A text comes in pieces; it is put back whole in place of the last.
            inline.borrow_mut().push_str(chunk.as_str());
            if !chunk.last_in_text_node() {
                chunk.remove();
                return Ok(());
            }
            let whole = std::mem::take(&mut *inline.borrow_mut());
            let end = chunk.source_location().bytes().end;
            let before = html.get(..end.saturating_sub(whole.len())).unwrap_or_default();
            let document_line = before.bytes().filter(|&byte| byte == b'\n').count() as u32;
            let source = Source {
                url,
                text: &whole,
                kind,
                goal,
                level,
                document_line,
            };
            let rewritten = if whole.trim().is_empty() {
                whole
            } else {
                let shown = match kind {
                    ScriptKind::Inline => showing(&whole),
                    _ => String::new(),
                };
                let start = end.saturating_sub(whole.len());
                let rewritten = scripts.borrow_mut().add_after(&shown, source);
                placed.borrow_mut().push((rewritten.clone(), start));
                rewritten
            };
            chunk.replace(&rewritten, ContentType::Html);
            Ok(())
        }));
    match rewrite_str(html, settings) {
        Ok(rewritten) => {
            let mut scripts = scripts.borrow_mut();
            let mut from = 0;
            for (text, original) in placed.take() {
                let Some(at) = rewritten.get(from..).and_then(|rest| rest.find(&text)) else {
                    continue;
                };
                scripts.place_inline(&text, column(&rewritten, from + at), column(html, original));
                from += at + text.len();
            }
            (rewritten, None)
        }
        Err(error) => (
            html.to_owned(),
            Some(format!("{url}: inline scripts not recorded: {error}")),
        ),
    }
}

/// What a script runs first to show its own text in its element, where the rewritten one stands.
fn showing(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    // No end of the element may stand in it.
    format!(
        "_$or({});",
        serde_json::Value::from(text).to_string().replace('<', "\\x3c")
    )
}

/// The column of an offset in its line, in UTF-16 code units from 0.
fn column(text: &str, offset: usize) -> u32 {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.encode_utf16().count() as u32
}

/// An attribute's value, of which the parser shows what stands in the document.
fn unescape(value: &str) -> String {
    let mut text = value.to_owned();
    for (name, character) in [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ] {
        text = text.replace(name, character);
    }
    text
}

fn kind_of(type_attribute: Option<&str>) -> Kind {
    let essence = type_attribute.unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        ""
        | "text/javascript"
        | "application/javascript"
        | "text/ecmascript"
        | "application/ecmascript"
        | "application/x-javascript"
        | "text/jscript" => Kind::Classic,
        "module" => Kind::Module,
        "importmap" => Kind::ImportMap,
        _ => Kind::Other,
    }
}

/// A body as text: by its byte order mark, its `Content-Type`, a `<meta charset>` in it, else as UTF-8 if it is, else as
/// Windows-1252, which is what browsers assume.
pub(crate) fn decode(body: &[u8], content_type: Option<&str>, is_document: bool) -> String {
    let declared = content_type
        .and_then(charset_of)
        .or_else(|| if is_document { meta_charset(body) } else { None });
    let assumed = if std::str::from_utf8(body).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    };
    let encoding = declared
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .unwrap_or(assumed);
    encoding.decode(body).0.into_owned()
}

fn charset_of(content_type: &str) -> Option<String> {
    let lower = content_type.to_ascii_lowercase();
    let rest = lower.split_once("charset=")?.1;
    let label = rest
        .trim_matches(['"', '\'', ' '])
        .split([';', '"', '\'', ' '])
        .next()?;
    Some(label.to_owned()).filter(|label| !label.is_empty())
}

fn meta_charset(body: &[u8]) -> Option<String> {
    // Browsers look no further either.
    let head = String::from_utf8_lossy(body.get(..body.len().min(1024))?).to_ascii_lowercase();
    let meta = head
        .split("<meta")
        .skip(1)
        .find(|tag| tag.split('>').next().is_some_and(|tag| tag.contains("charset=")))?;
    charset_of(meta.split('>').next()?.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_are_rewritten_and_data_is_not() {
        let mut scripts = Scripts::default();
        let html = "<!DOCTYPE html>\n<title>é</title>\n<script>let a = '<b>';\nf(a)</script>\n\
                    <script type=\"application/json\">{\"a\": 1}</script>\n<script src=x.js integrity=\"sha256-abc\"></script>\
                    <script type=module>import './m.js'</script>";
        let (rewritten, warning) = rewrite(html, "https://host/page/", 3, &mut scripts);
        assert_eq!(warning, None);
        assert!(rewritten.contains("let a = _$w("), "{rewritten}");
        assert!(rewritten.contains("{\"a\": 1}"));
        assert!(
            rewritten.contains("<script src=x.js>") || rewritten.contains("<script src=x.js ></script>"),
            "{rewritten}"
        );
        assert!(scripts.is_module("https://host/page/m.js"));
        let added = scripts.take_pending();
        assert_eq!(added.len(), 2);
        assert_eq!(added[0].0.document_line, 2);
        assert_eq!(added[0].0.kind, ScriptKind::Inline);
        assert_eq!(&*added[0].1, "let a = '<b>';\nf(a)");
        assert_eq!(added[1].0.kind, ScriptKind::InlineModule);
        assert_eq!(rewritten.lines().count(), html.lines().count());
    }

    #[test]
    fn bodies_are_decoded_as_browsers_do() {
        assert_eq!(decode(b"caf\xe9", None, false), "café");
        assert_eq!(decode("café".as_bytes(), None, false), "café");
        assert_eq!(
            decode(
                b"\xef\xbb\xbfcaf\xc3\xa9",
                Some("text/html; charset=latin1"),
                true
            ),
            "café"
        );
        assert_eq!(
            decode(b"<meta charset='shift_jis'>\x83\x65", None, true),
            "<meta charset='shift_jis'>テ"
        );
        assert_eq!(
            decode(b"\x83\x65", Some("text/javascript; charset=\"Shift_JIS\""), false),
            "テ"
        );
    }
}
