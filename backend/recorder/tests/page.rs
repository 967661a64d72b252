//! Records pages in real Chromium and looks at what the files say of documents, listeners, requests and annotations.
//! Needs Chromium; fails without. Long: each test carries the page it records and what must come of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]

use std::{
    collections::HashMap,
    fmt::Write as _,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::Arc,
};

use futures::StreamExt;
use recorder::{EndedBy, Pattern, RecordOptions, Summary, parse_steps, record};
use recording::{
    chunk::RecordPosition,
    event::{KeyKind, Message, Row},
    ids::ObjectId,
    network::{NetworkEvent, RequestEvent},
    page::{DomChange, DomNode, DomOp, ElementLayout, Relation},
    point::Point,
    reader::Reader,
    record::Record,
    source::MemorySource,
    value::{ObjectKind, Value},
    verify::verify,
};

/// Answers by path: content type, more headers, body.
type Pages = HashMap<String, (&'static str, &'static str, String)>;

fn pages<const N: usize>(pages: [(&str, &'static str, &str); N]) -> Pages {
    pages
        .into_iter()
        .map(|(path, content_type, body)| (path.to_owned(), (content_type, "", body.to_owned())))
        .collect()
}

/// Serves pages on 127.0.0.1 until the test's process ends; what is not known is 404. Gives the address.
fn serve(pages: Pages) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut line, mut length) = (String::new(), 0);
            if reader.read_line(&mut line).is_err() {
                continue;
            }
            let mut header = String::new();
            while reader.read_line(&mut header).is_ok_and(|_| header.trim() != "") {
                if let Some(("content-length", value)) = header.to_ascii_lowercase().split_once(':') {
                    length = value.trim().parse().unwrap();
                }
                header.clear();
            }
            let _ = reader.take(length).read_to_end(&mut Vec::new());
            let path = line.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap();
            let (status, (content_type, headers, body)) = match pages.get(path) {
                Some(page) if page.1.contains("Location:") => ("302 Found", page.clone()),
                Some(page) => ("200 OK", page.clone()),
                None => ("404 Not Found", ("text/plain", "", "missing".to_owned())),
            };
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: {content_type}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

struct Recorded {
    summary: Summary,
    reader: Reader,
}

async fn record_page(url: &str, steps: &str, change: impl FnOnce(&mut RecordOptions)) -> Recorded {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("page.playhead");
    let mut options = RecordOptions::new(url, &output);
    options.is_headless = true;
    (options.width, options.height) = (800, 500);
    options.steps = Some(parse_steps(steps).unwrap());
    change(&mut options);
    let summary = record(options, |_| (), Arc::default()).await.unwrap();
    assert!(
        matches!(summary.ended_by, EndedBy::Steps),
        "{:?}",
        summary.ended_by
    );
    let bytes = std::fs::read(&output).unwrap();
    let reader = Reader::open(Box::new(MemorySource::from(bytes))).unwrap();
    assert_eq!(reader.warnings(), Vec::<String>::new());
    assert_eq!(verify(&reader), []);
    Recorded { summary, reader }
}

const WAIT: &str = r##"[{"type": "wait-for", "selector": "#done"}, {"type": "wait", "ms": 300}]"##;

/// First arguments of console messages that are strings, with their points.
fn logged(recorded: &Recorded) -> Vec<(Point, String)> {
    let text = |row: &Row<Message>| match row.event.arguments.first() {
        Some(Value::String(text)) => Some((row.point, text.to_string())),
        _ => None,
    };
    recorded
        .reader
        .messages()
        .unwrap()
        .iter()
        .filter_map(text)
        .collect()
}

/// The documents as the rows so far make them.
#[derive(Default)]
struct Documents {
    nodes: HashMap<ObjectId, Node>,
    root: Option<ObjectId>,
}

struct Node {
    is: DomNode,
    parent: Option<ObjectId>,
    children: Vec<ObjectId>,
    shadow: Option<ObjectId>,
    content: Option<ObjectId>,
}

impl Documents {
    fn apply(&mut self, change: &DomChange) {
        match change {
            DomChange::Document { nodes, .. } => {
                self.nodes.clear();
                self.root = Some(nodes[0].id);
                self.add(nodes, None);
            }
            DomChange::Changes(ops) => ops.iter().for_each(|op| self.op(op)),
        }
    }

    fn op(&mut self, op: &DomOp) {
        match op {
            DomOp::Insert {
                parent,
                relation,
                before,
                nodes,
            } => {
                assert_eq!(*relation, nodes[0].relation);
                self.add(nodes, Some((*parent, *before)));
            }
            DomOp::Remove { node } => {
                let parent = self.nodes[node].parent.unwrap();
                let above = self.nodes.get_mut(&parent).unwrap();
                above.children.retain(|child| child != node);
                above.shadow.take_if(|shadow| shadow == node);
                above.content.take_if(|content| content == node);
                self.take_out(*node);
            }
            DomOp::Attribute { node, name, value } => {
                let attributes = &mut self.nodes.get_mut(node).unwrap().is.attributes;
                match (attributes.iter_mut().find(|(known, _)| known == name), value) {
                    (Some((_, old)), Some(value)) => *old = value.clone(),
                    (None, Some(value)) => attributes.push((name.clone(), value.clone())),
                    (_, None) => attributes.retain(|(known, _)| known != name),
                }
            }
            DomOp::Value { node, value } => self.nodes.get_mut(node).unwrap().is.value = Some(value.clone()),
            DomOp::Url { .. } => {}
        }
    }

    fn take_out(&mut self, node: ObjectId) {
        let node = self.nodes.remove(&node).unwrap();
        for below in node.children.into_iter().chain(node.shadow).chain(node.content) {
            self.take_out(below);
        }
    }

    fn add(&mut self, nodes: &[DomNode], place: Option<(ObjectId, Option<ObjectId>)>) {
        for (idx, node) in nodes.iter().enumerate() {
            let (parent, before) = match place {
                Some((parent, before)) if idx == 0 => (Some(parent), before),
                _ => (node.parent, None),
            };
            let new = Node {
                is: node.clone(),
                parent,
                children: Vec::new(),
                shadow: None,
                content: None,
            };
            assert!(self.nodes.insert(node.id, new).is_none(), "twice: {node:?}");
            let Some(parent) = parent else { continue };
            let above = self.nodes.get_mut(&parent).unwrap();
            match node.relation {
                Relation::ShadowRoot => assert!(above.shadow.replace(node.id).is_none()),
                Relation::ContentDocument => assert!(above.content.replace(node.id).is_none()),
                Relation::Child => {
                    let at = match before {
                        Some(before) => above.children.iter().position(|child| *child == before).unwrap(),
                        None => above.children.len(),
                    };
                    above.children.insert(at, node.id);
                }
            }
        }
    }

    /// As `SERIALIZE` does it in the page.
    fn text(&self, id: ObjectId, out: &mut String) {
        let node = &self.nodes[&id];
        let mut attributes: Vec<String> = node
            .is
            .attributes
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        attributes.sort();
        let _ = write!(
            out,
            "{}[{}]{}(",
            node.is.name,
            attributes.join(","),
            node.is.value.as_deref().unwrap_or("")
        );
        for (mark, root) in [("#", node.shadow), ("@", node.content)] {
            if let Some(root) = root {
                out.push_str(mark);
                self.text(root, out);
            }
        }
        node.children.iter().for_each(|child| self.text(*child, out));
        out.push(')');
    }
}

const SERIALIZE: &str = r"
const closedRoots = new Map();
function serialize(node) {
  if (node.nodeName === 'SCRIPT') return `SCRIPT[${node.src ? 'src=' + node.getAttribute('src') : ''}](${node.src ? '' : '#text[]!()'})`;
  const attributes = node.getAttributeNames ? node.getAttributeNames().map((name) => `${name}=${node.getAttribute(name)}`).sort() : [];
  let all = `${node.nodeName}[${attributes.join()}]${node.nodeValue || ''}(`;
  const root = node.shadowRoot || closedRoots.get(node);
  if (root) all += '#' + serialize(root);
  if (node.contentDocument) all += '@' + serialize(node.contentDocument);
  for (const child of node.childNodes) all += serialize(child);
  return all + ')';
}
";

/// Compares what the page logged of itself with what the rows up to there make; gives how often.
fn check_documents(recorded: &Recorded) -> usize {
    let rows = recorded.reader.dom().unwrap();
    let mut documents = Documents::default();
    let mut next = 0;
    let mut n_compared = 0;
    for (point, live) in logged(recorded) {
        let Some(live) = live.strip_prefix("DOM ") else {
            continue;
        };
        while let Some(row) = rows.get(next).filter(|row| row.point < point) {
            documents.apply(&row.event);
            next += 1;
        }
        let mut text = String::new();
        documents.text(documents.root.unwrap(), &mut text);
        assert_eq!(text, live, "after {n_compared}");
        n_compared += 1;
    }
    n_compared
}

#[tokio::test]
async fn the_recorded_documents_are_the_live_ones_after_every_step() {
    let page = r##"<!DOCTYPE html><html lang="en"><head><title>DOM</title></head><body><!-- a comment -->
<div id=host><template shadowrootmode=open><b>in the shadow</b><slot></slot></template>light</div>
<svg viewBox="0 0 1 1"><use xlink:href="#x"></use></svg>
<iframe src="frame.html"></iframe><iframe id=blank></iframe><ul id=list></ul>
<script src=dom.js></script><p>end</p></body></html>"##;
    let script = format!(
        "{SERIALIZE}{}",
        r"
const show = () => console.log('DOM ' + serialize(document));
show();
addEventListener('DOMContentLoaded', show);
let seed = 7;
const random = (n) => (seed = (seed * 48271) % 0x7fffffff) % n;
const pick = (list) => list[random(list.length)];
addEventListener('load', async () => {
  show();
  const list = document.getElementById('list');
  const closed = document.body.appendChild(document.createElement('div'));
  closedRoots.set(closed, closed.attachShadow({ mode: 'closed' }));
  closedRoots.get(closed).innerHTML = '<i>closed</i>';
  const framed = document.querySelector('iframe').contentDocument;
  const loose = document.createElement('section');
  const roots = () => [list, closedRoots.get(closed), document.querySelector('#host').shadowRoot, framed.body, loose, document.getElementById('blank').contentDocument.body];
  const all = () => roots().flatMap((root) => [root, ...root.querySelectorAll('*')]);
  let n = 0;
  const operations = [
    () => pick(all()).append(document.createElement(pick(['li', 'div', 'b'])), 'text ' + n++),
    () => pick(all()).prepend(document.createComment('c' + n++)),
    () => { const at = pick(all()); if (at.firstChild) at.firstChild.remove(); },
    () => { const [at, moved] = [pick(all()), pick(all())]; if (!roots().includes(moved) && !moved.contains(at)) at.insertBefore(moved, pick([null, ...at.childNodes])); },
    () => { const at = pick(all()); if (at.setAttribute) at.setAttribute('data-n', n++); },
    () => { const at = pick(all()); if (at.removeAttribute) at.removeAttribute('data-n'); },
    () => { const at = pick(all()); for (const child of at.childNodes) if (child.nodeType === 3) child.data = 'changed ' + n++; },
    () => { if (random(6) === 0) pick(all()).innerHTML = `<em>${n++}</em><u title=x>two<s></s></u>`; },
    () => { const at = pick(all()); if (at.localName === 'div' && !at.shadowRoot && !closedRoots.has(at)) at.attachShadow({ mode: 'open' }).innerHTML = '<i>new</i>'; },
    () => { const at = pick(all()); at.append(...[...at.childNodes].reverse()); },
    () => document.querySelector('use').setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', '#' + n++),
    () => { if (random(20) === 0) list.replaceChildren(); },
  ];
  for (let step = 0; step < 120; step++) {
    const n = 1 + random(12);
    for (let i = 0; i < n; i++) pick(operations)();
    if (step % 3 === 0) show();
    await null;
    if (step % 10 === 0) await new Promise((done) => setTimeout(done));
    show();
  }
  const frame = document.getElementById('blank');
  frame.src = 'frame.html';
  await new Promise((done) => frame.onload = done);
  frame.contentDocument.body.append('late');
  show();
  frame.remove();
  show();
  document.body.replaceChildren();
  document.body.id = 'done';
  show();
});
"
    );
    let address = serve(pages([
        ("/", "text/html", page),
        ("/dom.js", "text/javascript", &script),
        (
            "/frame.html",
            "text/html",
            "<!DOCTYPE html><p class=framed>in the frame",
        ),
    ]));
    let recorded = record_page(&format!("{address}/"), WAIT, |_| ()).await;
    let n_compared = check_documents(&recorded);
    assert!(
        n_compared > 150,
        "{n_compared}: {:?}",
        recorded.reader.messages().unwrap().last()
    );
}

/// The names of functions by object, as the log shows them.
fn function_names(recorded: &Recorded) -> HashMap<ObjectId, String> {
    let mut names = HashMap::new();
    for idx in 0..recorded.reader.chunks().len() {
        let chunk = recorded.reader.chunk(idx).unwrap();
        for (_, record) in chunk.records_from(RecordPosition::START) {
            if let Record::Object { object, state } = record
                && let ObjectKind::Function { name, .. } = state.kind
            {
                names.insert(object, name.to_string());
            }
        }
    }
    names
}

/// For each entry of a named function with no frame below it: the dispatch it belongs to.
fn entries(recorded: &Recorded) -> Vec<(String, String)> {
    let dispatches = recorded.reader.dispatches().unwrap();
    let mut entries = Vec::new();
    let mut tracker = recording::tracker::Tracker::default();
    for idx in 0..recorded.reader.chunks().len() {
        let chunk = recorded.reader.chunk(idx).unwrap();
        for (_, record) in chunk.records_from(RecordPosition::START) {
            if let (Record::Enter { function, .. }, true) = (&record, tracker.stack.is_empty()) {
                let script = recorded.reader.script_of_function(*function).unwrap();
                let script = recorded.reader.script(script).unwrap();
                let name = script.functions[(function.0 - script.first_function.0) as usize]
                    .name
                    .clone();
                let before = dispatches.iter().rev().find(|row| row.point <= tracker.point());
                let dispatch = before.map_or("", |row| &row.event.event_type);
                entries.push((name.to_string(), dispatch.to_owned()));
            }
            tracker.apply(&record);
        }
    }
    entries
}

#[tokio::test]
async fn handlers_are_told_by_what_they_were_entered_for() {
    let page = r##"<!DOCTYPE html><button id=a>a</button><input id=b><div id=c onclick="inAttribute()">c</div>
<script>
const a = document.getElementById('a'), b = document.getElementById('b');
function first() { Promise.resolve().then(function job() {}); a.dispatchEvent(new Event('custom')); }
function second() { setTimeout(function late() {}, 5); }
function custom() {}
function typed() {}
function once() {}
function removed() {}
function inAttribute() {}
function onWindow() {}
function byProperty() {}
a.addEventListener('click', first);
a.addEventListener('click', first);
a.addEventListener('click', second);
a.addEventListener('custom', custom);
a.addEventListener('click', once, { once: true });
a.addEventListener('click', removed, true);
a.removeEventListener('click', removed, true);
addEventListener('click', onWindow, { capture: true });
b.onkeydown = typed;
b.onkeydown = typed;
const controller = new AbortController();
b.addEventListener('input', function aborted() {}, { signal: controller.signal });
controller.abort();
document.getElementById('c').attachShadow({ mode: 'open' }).innerHTML = '<i>x</i>';
const request = new XMLHttpRequest();
request.onload = byProperty;
request.open('GET', 'data.txt');
request.send();
requestAnimationFrame(function frame() {});
const image = new Image();
image.onload = function loaded() { document.body.append(Object.assign(document.createElement('p'), { id: 'ready' })); };
image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
const native = [addEventListener, setTimeout, fetch, EventTarget.prototype.removeEventListener, Object.getOwnPropertyDescriptor(window, 'onclick').set];
for (const f of native) console.log(Function.prototype.toString.call(f).replace(/\s+/g, ' '));
console.log(typeof setTimeout(() => {}, 0), setTimeout.length, addEventListener.name, a.onclick === null, b.onkeydown === typed, new WebSocket('ws://127.0.0.1:1/') instanceof WebSocket);
__RECORD_REPLAY_ANNOTATION_HOOK__('my-tool', { n: 1 });
__RECORD_REPLAY_ANNOTATION_HOOK__('my-tool', 'plain');
const cycle = {}; cycle.cycle = cycle;
__RECORD_REPLAY_ANNOTATION_HOOK__('my-tool', cycle);
</script>"##;
    let address = serve(pages([
        ("/", "text/html", page),
        ("/data.txt", "text/plain", "data"),
    ]));
    let steps = r##"[{"type": "wait-for", "selector": "#ready"}, {"type": "wait", "ms": 200}, {"type": "click", "selector": "#a"},
        {"type": "click", "selector": "#b"}, {"type": "press", "key": "x"}, {"type": "click", "selector": "#c"}, {"type": "wait", "ms": 200}]"##;
    let recorded = record_page(&format!("{address}/"), steps, |_| ()).await;
    let of: Vec<_> = entries(&recorded)
        .into_iter()
        .filter(|(name, _)| !name.is_empty())
        .collect();
    let is = |name: &str| {
        let of = of.iter().filter(|(entered, _)| entered == name);
        of.map(|(_, dispatch)| dispatch.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(is("onWindow"), ["event.mouse.click"; 3], "{of:?}");
    for (name, dispatch) in [
        ("first", "event.mouse.click"),
        ("second", "event.mouse.click"),
        ("once", "event.mouse.click"),
        ("job", ""),
        ("late", "timer.timeout.fire"),
        ("typed", "event.keyboard.keydown"),
        ("byProperty", "event.xhr.load"),
        ("loaded", "event.load.load"),
        ("frame", "animationframe.fire"),
    ] {
        assert_eq!(is(name), [dispatch], "{name}: {of:?}");
    }

    let names = function_names(&recorded);
    let listeners = recorded.reader.listeners().unwrap();
    let changes: Vec<String> = listeners
        .iter()
        .map(|row| {
            let event = &row.event;
            let sign = if event.is_added { '+' } else { '-' };
            let phase = if event.capture { " down" } else { "" };
            format!("{sign}{} {}{phase}", event.event_type, names[&event.handler])
        })
        .collect();
    assert_eq!(
        changes,
        [
            "+click first",
            "+click second",
            "+custom custom",
            "+click once",
            "+click removed down",
            "-click removed down",
            "+click onWindow down",
            "+keydown typed",
            "-keydown typed",
            "+keydown typed",
            "+input aborted",
            "-input aborted",
            "+load byProperty",
            "+load loaded",
            "-click once",
        ]
    );
    let annotations = recorded.reader.annotations().unwrap();
    let notes: Vec<_> = annotations
        .iter()
        .map(|row| (&*row.event.kind, &*row.event.contents))
        .collect();
    assert_eq!(notes, [("my-tool", r#"{"n":1}"#), ("my-tool", "plain")]);
    let logged: Vec<_> = logged(&recorded).into_iter().map(|(_, text)| text).collect();
    assert_eq!(
        logged,
        [
            "function addEventListener() { [native code] }",
            "function setTimeout() { [native code] }",
            "function fetch() { [native code] }",
            "function removeEventListener() { [native code] }",
            "function set onclick() { [native code] }",
            "number",
        ]
    );
    let recorded_messages = recorded.reader.messages().unwrap();
    let last = recorded_messages
        .iter()
        .rev()
        .find(|row| row.event.method.as_ref() == "log")
        .unwrap();
    let rest: Vec<_> = last.event.arguments[1..].to_vec();
    assert_eq!(
        rest,
        [
            Value::Number(1.0),
            Value::String("addEventListener".into()),
            Value::Boolean(true),
            Value::Boolean(true),
            Value::Boolean(true)
        ]
    );
}

/// A websocket server that sends back what it gets. Gives the address.
fn serve_echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("ws://{}/", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    tokio::spawn(async move {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (sink, stream) = tokio_tungstenite::accept_async(stream).await.unwrap().split();
                let _ = stream.forward(sink).await;
            });
        }
    });
    address
}

/// What became of the request whose URL ends so.
fn request<'r>(rows: &'r [Row<NetworkEvent>], end: &str) -> Vec<&'r RequestEvent> {
    let sent = |row: &&Row<NetworkEvent>| matches!(&row.event.what, RequestEvent::Sent { url, .. } if url.ends_with(end));
    let number = rows
        .iter()
        .find(sent)
        .unwrap_or_else(|| panic!("no request of {end}"))
        .event
        .request;
    let of = rows.iter().filter(|row| row.event.request == number);
    of.map(|row| &row.event.what).collect()
}

/// The bodies of a request: how they came, and their text.
fn bodies(recorded: &Recorded, events: &[&RequestEvent]) -> Vec<String> {
    let text = |what: &&RequestEvent| {
        let body = what.body()?;
        let bytes = recorded.reader.body(&body.hash).unwrap();
        assert_eq!(body.len, bytes.len() as u64);
        let how = match what {
            RequestEvent::RequestBody(_) => "sent",
            RequestEvent::ResponseBody(_) => "came",
            RequestEvent::Frame { is_sent: true, .. } => "frame sent",
            _ => "frame came",
        };
        Some(format!("{how} {}", String::from_utf8_lossy(&bytes)))
    };
    events.iter().filter_map(text).collect()
}

#[tokio::test]
async fn requests_are_told_with_their_bodies_and_the_code_that_asked() {
    let page = r##"<!DOCTYPE html><link rel=stylesheet href=style.css><script src=net.js></script>
<script>main().then(() => document.body.append(Object.assign(document.createElement('p'), { id: 'done' })))</script>"##;
    let script = format!(
        r"
async function main() {{
  await readIt();
  await fetch('redirected.json');
  const request = new XMLHttpRequest();
  request.open('post', 'answer.json', true);
  request.setRequestHeader('Authorization', 'Bearer t0ps3cret');
  request.send('name=value');
  await new Promise((done) => request.onload = done);
  await fetch('http://127.0.0.1:1/').catch(() => 0);
  navigator.sendBeacon('beacon', 'last words');
  const socket = new WebSocket('{}');
  await new Promise((done) => socket.onopen = done);
  socket.send('over the wire');
  await new Promise((done) => socket.onmessage = done);
  socket.close();
  await new Promise((done) => socket.onclose = done);
}}
async function readIt() {{
  const answer = await fetch(`data.json#part`, {{ headers: {{ 'x-note': 'hi' }} }});
  return answer.json();
}}
",
        serve_echo()
    );
    let mut all = pages([
        ("/", "text/html", page),
        ("/net.js", "text/javascript", &script),
        ("/style.css", "text/css", "p { color: red }"),
        ("/data.json", "application/json", r#"{"a":1}"#),
        ("/answer.json", "application/json", "[]"),
        ("/beacon", "text/plain", ""),
        ("/redirected.json", "text/plain", ""),
    ]);
    all.get_mut("/redirected.json").unwrap().1 = "Location: answer.json\r\nSet-Cookie: id=1\r\n";
    let address = serve(all);
    let recorded = record_page(&format!("{address}/"), WAIT, |_| ()).await;
    let rows = recorded.reader.network().unwrap();
    let mut numbers = Vec::new();
    for row in rows.iter() {
        let is_sent = matches!(row.event.what, RequestEvent::Sent { .. });
        assert_eq!(is_sent, !numbers.contains(&row.event.request), "{row:?}");
        numbers.push(row.event.request);
    }

    // Documents and scripts as they came, not as they ran.
    assert_eq!(
        bodies(&recorded, &request(&rows, &format!("{address}/"))),
        [format!("came {page}")]
    );
    let of_script = request(&rows, "/net.js");
    assert_eq!(bodies(&recorded, &of_script), [format!("came {script}")]);
    assert!(of_script.iter().any(
        |what| matches!(what, RequestEvent::Done { decoded_size, .. } if *decoded_size == script.len() as u64)
    ));
    let RequestEvent::Sent {
        cause,
        initiator: Some((url, _)),
        trigger: None,
        ..
    } = of_script[0]
    else {
        panic!("{:?}", of_script[0]);
    };
    assert_eq!((&**cause, &**url), ("script", &*format!("{address}/")));

    let data = request(&rows, "/data.json");
    let RequestEvent::Sent {
        method,
        headers,
        cause,
        initiator: Some((url, Some(position))),
        trigger: Some(trigger),
        redirected_from: None,
        ..
    } = data[0]
    else {
        panic!("{:?}", data[0]);
    };
    assert_eq!(
        (&**method, &**cause, &**url),
        ("GET", "fetch", &*format!("{address}/net.js"))
    );
    assert!(headers.contains(&("x-note".into(), "hi".into())), "{headers:?}");
    let line = script.lines().nth(position.line as usize - 1).unwrap();
    assert!(
        line[position.column as usize..].starts_with("fetch(`data.json"),
        "{position:?}"
    );
    assert_eq!(bodies(&recorded, &data), [r#"came {"a":1}"#]);
    assert!(data.iter().any(|what| matches!(what, RequestEvent::Response { status: 200, protocol, .. } if &**protocol == "http/1.1")));
    assert!(
        data.iter()
            .any(|what| matches!(what, RequestEvent::Destination(address, _) if &**address == "127.0.0.1"))
    );
    assert!(
        data.iter()
            .any(|what| matches!(what, RequestEvent::RawHeaders(lines) if lines.contains("x-note: hi\r\n"))),
        "{data:?}"
    );
    assert!(data.iter().any(|what| matches!(what, RequestEvent::ResponseRawHeaders(lines) if lines.contains("Content-Type: application/json"))), "{data:?}");
    // The trigger stands in the function that asked, at the statement that did.
    let mut tracker = recording::tracker::Tracker::default();
    'found: for idx in 0..recorded.reader.chunks().len() {
        for (_, record) in recorded
            .reader
            .chunk(idx)
            .unwrap()
            .records_from(RecordPosition::START)
        {
            tracker.apply(&record);
            if tracker.point() >= *trigger {
                break 'found;
            }
        }
    }
    let function = tracker.top().unwrap().function;
    let script_of = recorded
        .reader
        .script(recorded.reader.script_of_function(function).unwrap())
        .unwrap();
    assert_eq!(
        &*script_of.functions[(function.0 - script_of.first_function.0) as usize].name,
        "readIt"
    );

    let redirected = request(&rows, "/redirected.json");
    assert!(
        redirected
            .iter()
            .any(|what| matches!(what, RequestEvent::Response { status: 302, .. })),
        "{redirected:?}"
    );
    let is_redirect = |row: &&Row<NetworkEvent>| {
        matches!(
            row.event.what,
            RequestEvent::Sent {
                redirected_from: Some(_),
                ..
            }
        )
    };
    let after: Vec<_> = rows.iter().filter(is_redirect).collect();
    assert_eq!(after.len(), 1);
    let RequestEvent::Sent { url, .. } = &after[0].event.what else {
        panic!()
    };
    assert!(url.ends_with("/answer.json"));

    let is_post = |row: &&Row<NetworkEvent>| matches!(&row.event.what, RequestEvent::Sent { method, cause, .. } if &**method == "POST" && &**cause == "xhr");
    let post = rows.iter().find(is_post).unwrap().event.request;
    let post: Vec<_> = rows
        .iter()
        .filter(|row| row.event.request == post)
        .map(|row| &row.event.what)
        .collect();
    assert!(matches!(post[0], RequestEvent::Sent { trigger: Some(_), .. }));
    assert_eq!(bodies(&recorded, &post), ["sent name=value", "came []"]);
    assert_eq!(bodies(&recorded, &request(&rows, "/beacon")), ["sent last words"]);
    assert!(
        request(&rows, ":1/")
            .iter()
            .any(|what| matches!(what, RequestEvent::Failed(_)))
    );
    assert!(
        request(&rows, "/favicon.ico")
            .iter()
            .any(|what| matches!(what, RequestEvent::Response { status: 404, .. }))
    );
    let socket = rows.iter().find(|row| matches!(&row.event.what, RequestEvent::Sent { cause, trigger: Some(_), .. } if &**cause == "websocket")).unwrap();
    let socket: Vec<_> = rows
        .iter()
        .filter(|row| row.event.request == socket.event.request)
        .map(|row| &row.event.what)
        .collect();
    assert!(
        socket
            .iter()
            .any(|what| matches!(what, RequestEvent::Response { status: 101, .. })),
        "{socket:?}"
    );
    assert_eq!(
        bodies(&recorded, &socket),
        ["frame sent over the wire", "frame came over the wire"]
    );
    assert!(matches!(socket.last(), Some(RequestEvent::Done { .. })));
    // The recorder's own are not there; keys are not kept.
    assert_eq!(format!("{rows:?}").matches("t0ps3cret").count(), 0);
    assert!(format!("{rows:?}").contains("uthorization"));
    let n_requests = rows
        .iter()
        .filter(|row| matches!(row.event.what, RequestEvent::Sent { .. }))
        .count();
    assert_eq!(
        n_requests,
        11,
        "{:#?}",
        rows.iter()
            .filter(|row| matches!(row.event.what, RequestEvent::Sent { .. }))
            .collect::<Vec<_>>()
    );
    assert!(recorded.summary.manifest.redactions[0].contains("Authorization"));
}

/// All that a file says but for its scripts' own texts and pictures, entry by entry, unpacked.
fn everything(recorded: &Recorded) -> String {
    let reader = &recorded.reader;
    let mut all = format!("{:?}", reader.manifest());
    for idx in 0..reader.chunks().len() {
        for (_, record) in reader.chunk(idx).unwrap().records_from(RecordPosition::START) {
            let _ = writeln!(all, "{record:?}");
        }
    }
    let _ = writeln!(all, "{:?}", reader.messages().unwrap());
    let _ = writeln!(all, "{:?}", reader.keyboard().unwrap());
    let _ = writeln!(all, "{:?}", reader.navigations().unwrap());
    let _ = writeln!(all, "{:?}", reader.dom().unwrap());
    let _ = writeln!(all, "{:?}", reader.annotations().unwrap());
    let rows = reader.network().unwrap();
    for row in rows.iter() {
        let _ = writeln!(all, "{row:?}");
        if let Some(body) = row.event.what.body() {
            let bytes = reader.body(&body.hash).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            // The program's own text is its source; it does not hold what is looked for but in pieces.
            all.push_str(&text);
        }
    }
    all
}

#[tokio::test]
async fn what_must_not_be_recorded_is_not() {
    let page = r##"<!DOCTYPE html><title>Redacted</title>
<form><input id=name><input id=password type=password><div class=private>Balance: <b title="8000 Euro">8000 Euro</b><input id=pin></div><p id=out></p></form>
<script>
const [name, password, pin] = ['name', 'password', 'pin'].map((id) => document.getElementById(id));
const keys = [];
document.addEventListener('keydown', (event) => { const { key } = event; keys.push(key); });
password.addEventListener('input', (event) => { const typed = password.value; const { data } = event; console.log('typed ' + typed); });
pin.addEventListener('input', () => { const typed = pin.value; });
const number = ['4111', '1111', '2222', '3333'].join(' ');
console.log(number, { [number]: [number] }, new Map([[number, number]]), new Error('no ' + number));
document.getElementById('out').textContent = number;
__RECORD_REPLAY_ANNOTATION_HOOK__('tool', { number });
history.replaceState(null, '', '?' + encodeURIComponent(number.replaceAll(' ', '-')));
const balance = document.querySelector('b');
console.log(balance, password);
async function send() {
  password.type = 'text';
  const typed = password.value;
  await fetch('login?p=' + encodeURIComponent(typed), { method: 'POST', body: new URLSearchParams({ typed, pin: pin.value, number }), headers: { 'x-number': number } });
  document.body.append(Object.assign(document.createElement('p'), { id: 'done' }));
}
</script><button onclick="send()" type=button>send</button>"##;
    let mut all = pages([
        ("/", "text/html", page),
        ("/login", "text/plain", "you said 4111 1111 2222 3333"),
    ]);
    all.get_mut("/login").unwrap().1 = "Set-Cookie: session=d0nttell\r\n";
    let address = serve(all);
    let steps = r##"[{"type": "click", "selector": "#name"}, {"type": "type", "text": "Ada"}, {"type": "click", "selector": "#password"},
        {"type": "type", "text": "hunter2 & me"}, {"type": "click", "selector": "#pin"}, {"type": "type", "text": "90210"},
        {"type": "click", "selector": "button"}, {"type": "wait-for", "selector": "#done"}, {"type": "wait", "ms": 200}]"##;
    let recorded = record_page(&format!("{address}/"), steps, |options| {
        options.redaction.mask = Some(".private".to_owned());
        options.redaction.patterns = vec![Pattern::new(r"(\d{4}[ +-]){3}\d{4}").unwrap()];
    })
    .await;
    let all = everything(&recorded);
    for secret in [
        "hunter2",
        "hunter2+%26",
        "90210",
        "4111 1111 2222",
        "4111+1111",
        "4111-1111-2222-3333",
        "d0nttell",
    ] {
        let at = all
            .find(secret)
            .map(|at| &all[at.saturating_sub(200)..(at + 100).min(all.len())]);
        assert_eq!(at, None, "{secret}");
    }
    // What is masked stands in the body of the document as it came, and in the page's own text, but nowhere else.
    let dom = format!("{:?}", recorded.reader.dom().unwrap());
    assert!(!dom.contains("8000") && dom.contains("•••• ••••"), "{dom}");
    let records = all.split("DomNode").next().unwrap();
    assert!(!records.contains("8000 Euro"));
    let keys: String = recorded
        .reader
        .keyboard()
        .unwrap()
        .iter()
        .filter(|row| row.event.kind == KeyKind::Down)
        .map(|row| row.event.key.to_string())
        .collect();
    assert_eq!(keys, format!("Ada{}{}", "•".repeat(12), "•".repeat(5)));
    assert!(all.contains("typed [redacted]"));
    let redactions = &recorded.summary.manifest.redactions;
    assert_eq!(redactions.len(), 4, "{redactions:?}");
    for (redaction, start) in redactions.iter().zip([
        "text and values of the elements",
        "what was typed into password",
        "text that matches --redact number 1",
        "1 values of headers",
    ]) {
        assert!(redaction.contains(start), "{redactions:?}");
    }
}

/// Elements by `id` attribute.
fn ids(recorded: &Recorded) -> HashMap<String, ObjectId> {
    let mut ids = HashMap::new();
    let mut note = |nodes: &[DomNode]| {
        for node in nodes {
            for (name, value) in &node.attributes {
                if &**name == "id" {
                    ids.insert(value.to_string(), node.id);
                }
            }
        }
    };
    for row in recorded.reader.dom().unwrap().iter() {
        match &row.event {
            DomChange::Document { nodes, .. } => note(nodes),
            DomChange::Changes(ops) => ops.iter().for_each(|op| {
                if let DomOp::Insert { nodes, .. } = op {
                    note(nodes);
                }
            }),
        }
    }
    ids
}

/// The last layout, put together: elements, their styles, what is painted topmost first.
struct Seen {
    elements: HashMap<ObjectId, ElementLayout>,
    styles: Vec<HashMap<String, String>>,
    order: Vec<ObjectId>,
}

fn seen(recorded: &Recorded) -> Seen {
    let mut seen = Seen {
        elements: HashMap::new(),
        styles: Vec::new(),
        order: Vec::new(),
    };
    let rows = recorded.reader.layouts().unwrap();
    assert!(rows[0].event.is_full);
    for row in rows.iter() {
        let layout = &row.event;
        assert_eq!(layout.viewport, (800.0, 500.0));
        if layout.is_full {
            seen.elements.clear();
            seen.styles.clear();
        }
        for style in &layout.styles {
            let mut all = style
                .base
                .map(|base| seen.styles[base as usize].clone())
                .unwrap_or_default();
            all.extend(
                style
                    .properties
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.to_string())),
            );
            seen.styles.push(all);
        }
        for id in &layout.gone {
            seen.elements.remove(id).unwrap();
        }
        for element in &layout.elements {
            seen.elements.insert(element.id, element.clone());
        }
        seen.order = layout.order.clone().unwrap_or(seen.order);
    }
    let mut order = seen.order.clone();
    order.sort_by_key(|id| id.0);
    order.dedup();
    assert_eq!(order.len(), seen.order.len());
    assert_eq!(order.len(), seen.elements.len());
    seen
}

#[tokio::test]
async fn layouts_and_styles_are_those_of_the_page() {
    let page = r##"<!DOCTYPE html><link rel=stylesheet href=style.css>
<style>@layer base, late; @layer base { p { color: green } }
@media (min-width: 100px) { .wide { color: rgb(1, 2, 3); & b { top: 1px } } } @media print { p { color: black } }
@supports (display: grid) { i { margin: 4px !important } } #clip { overflow: hidden; width: 100px; height: 20px; border: 3px solid; padding: 2px }
#clip div { width: 300px } #low { position: absolute; z-index: -1 } #high { position: relative; z-index: 5 } #mid { position: relative }
#gone { display: none } #quoted::before { content: 'x'; color: red }</style>
<body><p id=high>high</p><p id=plain class=wide>plain</p><p id=mid>mid</p><p id=low>low</p><p id=gone>gone</p><p id=quoted>q</p>
<div id=clip><div id=inner>inner</div></div><span id=split>in two<br>lines</span><iframe id=frame srcdoc="<p id=framed style='margin: 7px'>framed"></iframe>
<div id=host></div><p id=moves>moves</p>
<script>
document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML = '<style>u { color: blue }</style><u id=shadowed>in the shadow</u>';
const sheet = new CSSStyleSheet();
sheet.replaceSync('h1 { color: red }');
document.adoptedStyleSheets = [sheet];
const expected = () => {
  const all = {};
  for (const element of [...document.querySelectorAll('[id]'), document.getElementById('host').shadowRoot.querySelector('u')]) {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const computed = getComputedStyle(element);
    all[element.id] = { rect: [left, top, right, bottom], style: Object.fromEntries([...computed].map((name) => [name, computed.getPropertyValue(name)])) };
  }
  return JSON.stringify(all);
};
addEventListener('load', () => setTimeout(() => {
  document.getElementById('moves').style.marginLeft = '33.5px';
  sheet.insertRule('h2 { color: green }');
  document.querySelector('iframe').remove;
  setTimeout(() => { console.log('EXPECTED ' + expected()); document.body.append(Object.assign(document.createElement('s'), { id: 'done' })); }, 1500);
}, 900));
</script>"##;
    let address = serve(pages([
        ("/", "text/html", page),
        ("/style.css", "text/css", "/* linked */ q { color: red }"),
    ]));
    let recorded = record_page(&format!("{address}/"), WAIT, |_| ()).await;
    assert_eq!(recorded.summary.manifest.warnings, Vec::<String>::new());
    let (ids, seen) = (ids(&recorded), seen(&recorded));
    let at = |id: &str| ids[id];
    let logged = logged(&recorded);
    let expected = logged
        .iter()
        .find_map(|(_, text)| text.strip_prefix("EXPECTED "))
        .unwrap();
    let expected: serde_json::Map<String, serde_json::Value> = serde_json::from_str(expected).unwrap();
    assert!(expected.len() > 10);
    for (id, expected) in &expected {
        if id == "gone" {
            assert!(!seen.elements.contains_key(&at(id)));
            continue;
        }
        let element = seen
            .elements
            .get(&at(id))
            .unwrap_or_else(|| panic!("{id} is not laid out"));
        for (side, expected) in element.rect.iter().zip(expected["rect"].as_array().unwrap()) {
            assert!(
                (side - expected.as_f64().unwrap()).abs() < 0.02,
                "{id}: {:?} {expected}",
                element.rect
            );
        }
        let style = &seen.styles[element.style as usize];
        for (name, value) in expected["style"].as_object().unwrap() {
            assert_eq!(
                style.get(name).map(String::as_str),
                value.as_str(),
                "{name} of {id}"
            );
        }
    }
    assert_eq!(seen.elements[&at("moves")].edges[0], [16.0, 0.0, 16.0, 33.5]);
    assert_eq!(seen.elements[&at("clip")].edges[1..], [[3.0; 4], [2.0; 4]]);
    let (clip, inner) = (&seen.elements[&at("clip")], &seen.elements[&at("inner")]);
    let [left, top, right, bottom] = clip.rect;
    assert_eq!(
        inner.clip,
        Some([
            Some(left + 3.0),
            Some(top + 3.0),
            Some(right - 3.0),
            Some(bottom - 3.0)
        ])
    );
    assert_eq!(clip.clip, None);
    assert!(seen.elements[&at("split")].rects.len() > 1);
    let frame = &seen.elements[&at("frame")].rect;
    let framed = &seen.elements[&at("framed")];
    assert_eq!(framed.rect[0], frame[0] + 2.0 + 8.0 + 7.0);
    let pseudo = &seen.elements[&at("quoted")].pseudo;
    assert_eq!((pseudo.len(), &*pseudo[0].0), (1, "::before"));
    assert_eq!(seen.styles[pseudo[0].1 as usize]["content"], "\"x\"");
    let place = |id: &str| seen.order.iter().position(|other| *other == at(id)).unwrap();
    assert!(place("high") < place("mid") && place("mid") < place("plain") && place("plain") < place("low"));

    let rows = recorded.reader.styles().unwrap();
    let mut sheets = HashMap::new();
    for row in rows.iter() {
        for sheet in &row.event.sheets {
            sheets.insert(sheet.id, sheet.clone());
        }
    }
    let last = rows.last().unwrap();
    let selectors: Vec<Vec<String>> = last
        .event
        .order
        .iter()
        .map(|id| {
            let rules = sheets[id].rules.as_ref().unwrap();
            rules
                .iter()
                .map(|rule| {
                    format!(
                        "{} {} {}{}",
                        rule.selector,
                        rule.declarations.len(),
                        if rule.applies { "yes" } else { "no" },
                        rule.layer.map_or(String::new(), |layer| format!(" {layer}"))
                    )
                })
                .collect()
        })
        .collect();
    assert_eq!(selectors[0], ["q 1 yes"]);
    assert!(
        sheets[&last.event.order[0]]
            .href
            .as_deref()
            .unwrap()
            .ends_with("/style.css")
    );
    assert_eq!(
        selectors[1][..5],
        [
            "p 1 yes 0",
            ".wide 1 yes",
            ":is(.wide) b 1 yes",
            "p 1 no",
            "i 4 yes"
        ]
    );
    assert!(sheets[&last.event.order[1]].rules.as_ref().unwrap()[4].declarations[0].2);
    assert_eq!(selectors[2], ["h2 1 yes", "h1 1 yes"]);
    assert_eq!(selectors[3], ["u 1 yes"]);
    assert!(sheets[&last.event.order[3]].root.is_some());
}
