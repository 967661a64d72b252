//! Records pages in real Chromium and looks at what the files say of documents, listeners, requests and annotations.
//! Needs Chromium; fails without.
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

use recorder::{EndedBy, RecordOptions, Summary, parse_steps, record};
use recording::{
    event::{Message, Row},
    ids::ObjectId,
    page::{DomChange, DomNode, DomOp, Relation},
    point::Point,
    reader::Reader,
    source::MemorySource,
    value::Value,
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
    assert!(check_documents(&recorded) > 150);
}
