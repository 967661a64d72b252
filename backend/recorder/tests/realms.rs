//! Records what pages do beside running their own scripts: frames, code made while they run, other windows, workers.
//! Needs Chromium; fails without.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]

use recorder::{StepAction, parse_steps};
use recording::{script::ScriptKind, value::Value};

use support::{Pages, Recorded, page, record_page, serve};

mod support;

fn pages<const N: usize>(pages: [(&str, &str); N]) -> Pages {
    let of = |(path, body): (&str, &str)| {
        let content_type = match path.rsplit_once('.') {
            Some((_, "js")) => "text/javascript",
            _ => "text/html; charset=utf-8",
        };
        (path.to_owned(), page(content_type, body))
    };
    pages.into_iter().map(of).collect()
}

fn steps(json: &str) -> Vec<StepAction> {
    parse_steps(json).unwrap()
}

fn numbers(values: &[Value]) -> Vec<f64> {
    let number = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        _ => None,
    };
    values.iter().filter_map(number).collect()
}

async fn recorded(page: Pages, json: &str) -> Recorded {
    let url = serve(page);
    let recorded = record_page(&format!("{url}/"), steps(json), &[]).await;
    recorded.check_frames();
    recorded
}

#[tokio::test]
async fn code_made_while_the_page_runs_is_recorded() {
    let recorded = recorded(
        pages([(
            "/",
            r#"<!DOCTYPE html><body><script>
            function direct(n) { let local = n; const made = eval('let inner = local * 2; inner + 1'); return made }
            console.log('direct ' + direct(20));
            console.log('indirect ' + (0, eval)('var viaIndirect = 5; viaIndirect * 2'));
            console.log('window ' + window.eval('typeof viaIndirect'));
            console.log('values ' + [eval('1; var x1 = 2'), eval('"use me"'), eval('({ a: 3 }).a'), eval('if (1) { 7 }'), eval('')]);
            try { eval('throw new Error("in eval")') } catch (error) { console.log('caught ' + error.message) }
            try { eval('let = = 1') } catch (error) { console.log(error.name) }
            const add = new Function('a', 'b = 2', 'let total = a + b; return total');
            console.log('add ' + add(40) + ' ' + add.name + ' ' + add.length + ' ' + (add instanceof Function) + ' ' + (add.constructor === Function));
            console.log(String(add));
            const Generator = Object.getPrototypeOf(function* () {}).constructor;
            console.log('generated ' + [...new Generator('let given = 1; yield given; yield given + 1')()]);
            try { new Function('}') } catch (error) { console.log('refused ' + error.name) }
            class Sub extends Function { constructor() { super('return this.kept') } }
            const sub = new Sub(); sub.kept = 1; console.log('sub ' + (sub instanceof Sub) + sub.call({ kept: 4 }));
            console.log([eval, Function, setTimeout].map(String).join());
            setTimeout('let late = 77; console.log("timer " + late)', 1);
            console.log(Object.keys(window).some((name) => name.startsWith('_$')), Object.getOwnPropertyNames(window).some((name) => name.startsWith('_$')));
            const element = document.createElement('script');
            element.text = 'let dynamic = 11; console.log("dynamic " + dynamic)';
            document.body.append(element);
            console.log(element.text);
            </script>"#,
        )]),
        r#"[{"type": "wait", "ms": 300}]"#,
    )
    .await;
    let logged = recorded.logged();
    assert_eq!(
        logged,
        [
            "direct 41",
            "indirect 10",
            "window number",
            "values 1,use me,3,7,",
            "caught in eval",
            "SyntaxError",
            "add 42 anonymous 1 true true",
            "function anonymous(a,b = 2\n) {\nlet total = a + b; return total\n}",
            "generated 1,2",
            "refused SyntaxError",
            "sub true4",
            "function eval() { [native code] },function Function() { [native code] },function setTimeout() { [native code] }",
            "Boolean(false)",
            "dynamic 11",
            "let dynamic = 11; console.log(\"dynamic \" + dynamic)",
            "timer 77",
        ],
        "{}",
        recorded.explain()
    );
    for (name, values) in [
        ("inner", vec![40.0]),
        ("viaIndirect", vec![5.0]),
        ("total", vec![42.0]),
        ("given", vec![1.0]),
        ("dynamic", vec![11.0]),
        ("late", vec![77.0]),
    ] {
        assert_eq!(numbers(&recorded.writes(name)), values, "{name}");
    }
    let n_evaluated = recorded
        .reader
        .scripts()
        .iter()
        .filter(|script| script.kind == ScriptKind::Eval)
        .count();
    assert!(n_evaluated >= 8, "{n_evaluated}");
    assert_eq!(recorded.summary.manifest.warnings, Vec::<String>::new());
}

#[tokio::test]
async fn handlers_in_attributes_are_recorded() {
    let recorded = recorded(
        pages([(
            "/",
            r#"<!DOCTYPE html><body onload="let loaded = 3; console.log('load ' + (this === window))">
            <form id=f><input id=i value=kept><button type=button id=b onclick="let clicked = n + 1; say(value, event.type, this.id); return false">go</button></form>
            <button id=done>done</button><img id=broken src="/missing.png" onerror="let failed = 1; console.log('error ' + this.id)">
            <script>
            let n = 41;
            function say(...parts) { console.log(parts.join(' ')) }
            const made = document.createElement('p');
            made.setAttribute('onclick', 'let dynamic = 5; say("dynamic", dynamic)');
            made.id = 'made'; made.textContent = 'made';
            document.body.append(made);
            document.body.insertAdjacentHTML('beforeend', '<i id=inserted onclick="let inner = 6; say(\'inner\', inner)">inserted</i>');
            document.getElementById('done').addEventListener('click', () => {
              const b = document.getElementById('b');
              console.log(b.getAttribute('onclick'));
              console.log(String(b.onclick));
              b.setAttribute('onclick', 'let again = 9; say("again", again)');
              b.click();
              b.onclick = () => say('own');
              b.click();
            });
            </script>"#,
        )]),
        r##"[{"type": "click", "selector": "#b"}, {"type": "click", "selector": "#made"}, {"type": "click", "selector": "#inserted"},
            {"type": "click", "selector": "#done"}, {"type": "wait", "ms": 200}]"##,
    )
    .await;
    let mut logged = recorded.logged();
    let first = logged
        .iter()
        .position(|text| text.starts_with(" click"))
        .unwrap_or(0);
    logged[..first].sort();
    assert_eq!(
        logged,
        [
            "error broken",
            "load true",
            " click b",
            "dynamic 5",
            "inner 6",
            "let clicked = n + 1; say(value, event.type, this.id); return false",
            "function onclick(event) {\nlet clicked = n + 1; say(value, event.type, this.id); return false\n}",
            "again 9",
            "own",
        ],
        "{}",
        recorded.explain()
    );
    for (name, values) in [
        ("loaded", vec![3.0]),
        ("failed", vec![1.0]),
        ("clicked", vec![42.0]),
        ("dynamic", vec![5.0]),
        ("inner", vec![6.0]),
        ("again", vec![9.0]),
    ] {
        assert_eq!(numbers(&recorded.writes(name)), values, "{name}");
    }
}

#[tokio::test]
async fn frames_of_the_same_origin_share_one_log() {
    let recorded = recorded(
        pages([
            (
                "/",
                r#"<!DOCTYPE html><body><iframe src=/frame.html></iframe>
                <iframe srcdoc="<script>let inSrcdoc = 8; parent.report('srcdoc', inSrcdoc)</script>"></iframe>
                <script>
                let total = 0;
                function report(name, n) { total += n; console.log(`${name} ${n}`) }
                const blank = document.body.appendChild(document.createElement('iframe'));
                const { contentWindow: w, contentDocument: d } = blank;
                console.log('blank ' + (w.eval('var inBlank = 9; inBlank') + 1));
                d.open(); d.write('<script>let written = 12; parent.report("written", written)<\/script><p>there'); d.close();
                console.log('array ' + (new w.Array(1, 2) instanceof Array));
                </script>"#,
            ),
            ("/frame.html", "<!DOCTYPE html><script src=/frame.js></script>"),
            (
                "/frame.js",
                "function deep(n) { let seen = n * 3; parent.report('frame', seen); return seen }\nconsole.log('from frame ' + deep(4)); const list = [1, 2, 3]; list.push(4);",
            ),
        ]),
        r#"[{"type": "wait", "ms": 400}]"#,
    )
    .await;
    let mut logged = recorded.logged();
    logged.sort();
    assert_eq!(
        logged,
        [
            "array false",
            "blank 10",
            "frame 12",
            "from frame 12",
            "srcdoc 8",
            "written 12"
        ],
        "{}",
        recorded.explain()
    );
    assert_eq!(numbers(&recorded.writes("seen")), [12.0]);
    assert_eq!(numbers(&recorded.writes("inBlank")), [9.0]);
    assert_eq!(numbers(&recorded.writes("written")), [12.0]);
    assert_eq!(numbers(&recorded.writes("inSrcdoc")), [8.0]);
    assert_eq!(recorded.entered("report"), 3);
    assert_eq!(recorded.summary.manifest.warnings, Vec::<String>::new());
    assert_eq!(recorded.reader.navigations().unwrap().len(), 1);
}

#[tokio::test]
async fn traces_and_texts_are_those_of_the_author() {
    let script = "function thrower(a, { b } = {}) {\n  const kept = [1, 2]; throw new Error('no ' + a);\n}\n\
        class Plain { x = 1; #y = 2; go() { return this.#y } }\nconst arrow = (n) => n + 1;\nconst object = { method(q) { return q }, get it() { return 1 } };\n\
        try { thrower('é', {}) } catch (error) { console.log(error.stack) }\n\
        console.log([thrower, Plain, arrow, object.method, Object.getOwnPropertyDescriptor(object, 'it').get, thrower.toString].map((f) => Function.prototype.toString.call(f)).join('\\n'));\n\
        try { null.x } catch (error) { console.log(error.stack.split('\\n')[1]) }\n\
        try { eval('let one = 1;\\n  thrower(one)') } catch (error) { console.log(error.stack.split('\\n')[2]) }\n\
        const made = new Function('v', 'let w = v;\\nthrower(w)'); try { made(1) } catch (error) { console.log(error.stack.split('\\n')[2]) }\n\
        Error.prepareStackTrace = (error, sites) => 'own ' + sites.length; console.log(new Error('x').stack); Error.prepareStackTrace = undefined;\n\
        console.log(new Error('again').stack.split('\\n').length, 'prepareStackTrace' in Error);";
    let recorded = recorded(
        pages([
            ("/", "<!DOCTYPE html><p>é<script>let first = 1; console.log(new Error('inline').stack)</script><script src=/a.js></script>"),
            ("/a.js", script),
        ]),
        r#"[{"type": "wait", "ms": 200}]"#,
    )
    .await;
    let url = recorded.summary.manifest.head.url.clone();
    let logged = recorded.logged();
    let line = |n: usize| script.lines().nth(n - 1).unwrap();
    let column = |n: usize, needle: &str| line(n).find(needle).unwrap() + 1;
    let texts = "function thrower(a, { b } = {}) {\n  const kept = [1, 2]; throw new Error('no ' + a);\n}\n\
        class Plain { x = 1; #y = 2; go() { return this.#y } }\n(n) => n + 1\nmethod(q) { return q }\nget it() { return 1 }\n\
        function toString() { [native code] }";
    assert_eq!(
        logged,
        [
            format!("Error: inline\n    at {url}:1:55"),
            format!(
                "Error: no é\n    at thrower ({url}a.js:2:{})\n    at {url}a.js:7:{}",
                column(2, "new Error"),
                column(7, "thrower(")
            ),
            texts.to_owned(),
            format!("    at {url}a.js:9:{}", column(9, "x }")),
            format!(
                "    at eval (eval at <anonymous> ({url}a.js:10:{}), <anonymous>:2:3)",
                column(10, "eval(")
            ),
            // Where the constructor was called is not told.
            "    at anonymous (eval at <anonymous> (<anonymous>), <anonymous>:4:1)".to_owned(),
            "own 1".to_owned(),
            "2".to_owned(),
        ],
        "{}",
        recorded.explain()
    );
}

#[tokio::test]
async fn workers_have_logs_of_their_own_merged_into_one() {
    let recorded = recorded(
        pages([
            (
                "/",
                r#"<!DOCTYPE html><body><script>
                let answers = 0;
                function ask(worker, name) {
                  worker.onmessage = (event) => { answers++; let answer = event.data; console.log(`${name} ${answer}`) };
                }
                const dedicated = new Worker('classic.js'); ask(dedicated, 'classic'); dedicated.postMessage(20);
                ask(new Worker('module.js', { type: 'module' }), 'module');
                ask(new Worker(URL.createObjectURL(new Blob(['let inBlob = 6; postMessage(inBlob)']))), 'blob');
                ask(new SharedWorker('shared.js').port, 'shared');
                ask(new Worker('outer.js'), 'outer');
                console.log(dedicated instanceof Worker, dedicated.constructor === Worker, String(Worker));
                let spins = 0; for (const end = performance.now() + 30; performance.now() < end;) spins++;
                </script>"#,
            ),
            (
                "/classic.js",
                "'use strict'; importScripts('part.js'); let kept = [];\nonmessage = (event) => { let n = twice(event.data); kept.push(n); console.log('within ' + n); n += eval('let added = 2; added'); postMessage(n) }",
            ),
            ("/outer.js", "const inner = new Worker('inner.js'); inner.onmessage = (event) => postMessage(event.data); let outer = 1"),
            ("/inner.js", "importScripts('part.js'); let nested = twice(50); postMessage(location.pathname === '/inner.js' ? nested : 0)"),
            ("/part.js", "function twice(x) { let doubled = x * 2; return doubled }"),
            ("/module.js", "import { three } from './three.js'; let times = three * 3; postMessage(times)"),
            ("/three.js", "export const three = 3; let inThree = 33"),
            ("/shared.js", "onconnect = (event) => { let joined = 1; event.ports[0].postMessage('joined ' + joined) }"),
        ]),
        r#"[{"type": "wait", "ms": 700}]"#,
    )
    .await;
    let mut logged = recorded.logged();
    logged.sort();
    assert_eq!(
        logged,
        [
            "Boolean(true)",
            "blob 6",
            "classic 42",
            "module 9",
            "outer 100",
            "shared joined 1",
            "within 40"
        ],
        "{}",
        recorded.explain()
    );
    for (name, value) in [
        ("added", 2.0),
        ("times", 9.0),
        ("inThree", 33.0),
        ("inBlob", 6.0),
        ("nested", 100.0),
        ("joined", 1.0),
    ] {
        assert_eq!(numbers(&recorded.writes(name)), [value], "{name}");
    }
    assert_eq!(numbers(&recorded.writes("n")), [40.0, 42.0]);
    let mut doubled = numbers(&recorded.writes("doubled"));
    doubled.sort_by(f64::total_cmp);
    assert_eq!(doubled, [40.0, 100.0]);
    assert_eq!(recorded.entered("ask"), 5);
    assert_eq!(recorded.summary.manifest.warnings, Vec::<String>::new());
    // What the worker did comes before what its message led to.
    let messages = recorded.logged();
    let position = |text: &str| messages.iter().position(|message| message == text).unwrap();
    assert!(position("within 40") < position("classic 42"));
}

#[tokio::test]
async fn frames_of_other_origins_and_popups_are_recorded() {
    let address = serve(pages([
        (
            "/",
            "<!DOCTYPE html><p>elsewhere<script src=/elsewhere.js></script>",
        ),
        (
            "/elsewhere.js",
            "let elsewhere = 5; console.log('elsewhere ' + elsewhere); parent.postMessage(elsewhere, '*')",
        ),
    ]));
    let other_site = address.replace("127.0.0.1", "localhost");
    let markup = format!(
        r#"<!DOCTYPE html><body><button onclick="opened = window.open('/popup.html')">open</button>
        <iframe src="{address}/"></iframe><iframe src="{other_site}/"></iframe><iframe sandbox="allow-scripts" src="/boxed.html"></iframe>
        <script>let opened, got = 0; onmessage = (event) => {{ got += event.data; console.log('got ' + got) }}</script>"#
    );
    let recorded = recorded(
        pages([
            ("/", markup.as_str()),
            ("/boxed.html", "<script>let boxed = 2; parent.postMessage(boxed, '*'); console.log('boxed ' + origin)</script>"),
            ("/popup.html", "<title>Popup</title><script src=/popup.js></script>"),
            (
                "/popup.js",
                "let popped = 9; console.log('popup ' + popped); opener.postMessage(popped, '*'); setTimeout('let later = 1; close()', 50)",
            ),
        ]),
        r#"[{"type": "wait", "ms": 500}, {"type": "click", "selector": "button"}, {"type": "wait", "ms": 700}]"#,
    )
    .await;
    let mut logged = recorded.logged();
    logged.sort();
    logged.retain(|text| !text.starts_with("got"));
    assert_eq!(
        logged,
        ["boxed null", "elsewhere 5", "elsewhere 5", "popup 9"],
        "{}",
        recorded.explain()
    );
    assert_eq!(numbers(&recorded.writes("got")).last(), Some(&21.0));
    assert_eq!(numbers(&recorded.writes("popped")), [9.0]);
    assert_eq!(numbers(&recorded.writes("later")), [1.0]);
    // The other site's own code is recorded by position.
    assert_eq!(numbers(&recorded.writes("elsewhere")), [5.0]);
    assert_eq!(numbers(&recorded.writes("boxed")), [2.0]);
    assert_eq!(recorded.reader.navigations().unwrap().len(), 1);
    assert_eq!(recorded.summary.manifest.warnings, Vec::<String>::new());
}

#[tokio::test]
async fn scripts_put_in_while_the_page_runs_are_recorded() {
    let recorded = recorded(
        pages([
            (
                "/",
                r#"<!DOCTYPE html><head><script type=importmap>{ "imports": { "lib/": "/mapped/", "bare": "/bare.js" } }</script></head><body>
                <script>document.write('<script>let written = 3; console.log("written " + written + " " + document.currentScript.text.length)<\/script><i>after</i>')</script>
                <script type=module>import 'bare'; import { seven } from 'lib/seven.js'; let mapped = seven; console.log('mapped ' + mapped)</script>
                <a id=link href="javascript:let linked = 4; console.log('linked ' + linked + ' ' + document.getElementById('link').getAttribute('href').length); void 0">link</a>
                <script>
                function jsonp(answer) { let padded = answer.n; console.log('jsonp ' + padded) }
                const script = document.createElement('script');
                script.src = '/jsonp.js?callback=jsonp'; script.integrity = 'sha256-wrong';
                document.head.appendChild(script);
                console.log(script.integrity);
                new OfflineAudioContext(1, 1, 8000).audioWorklet.addModule('/worklet.js').then(() => console.log('worklet'));
                const range = document.createRange();
                document.body.append(range.createContextualFragment('<script>let ranged = 8; console.log("ranged " + ranged)<\/script>'));
                console.log(document.scripts[2].text.slice(0, 20));
                </script>"#,
            ),
            ("/jsonp.js", "jsonp({ n: 5 })"),
            ("/worklet.js", "import './processor.js'; let ignored = 1"),
            ("/processor.js", "registerProcessor('p', class extends AudioWorkletProcessor { process() { return true } })"),
            ("/bare.js", "let bare = this === undefined ? 6 : 0"),
            ("/mapped/seven.js", "export const seven = 7"),
        ]),
        r##"[{"type": "wait", "ms": 300}, {"type": "click", "selector": "#link"}, {"type": "wait", "ms": 200}]"##,
    )
    .await;
    let mut logged = recorded.logged();
    logged.sort();
    assert_eq!(
        logged,
        [
            "document.write('<scr",
            "jsonp 5",
            "linked 4 134",
            "mapped 7",
            "ranged 8",
            "sha256-wrong",
            "worklet",
            "written 3 93",
        ],
        "{}",
        recorded.explain()
    );
    for (name, value) in [
        ("written", 3.0),
        ("mapped", 7.0),
        ("linked", 4.0),
        ("padded", 5.0),
        ("ranged", 8.0),
        ("bare", 6.0),
    ] {
        assert_eq!(numbers(&recorded.writes(name)), [value], "{name}");
    }
    let warnings = &recorded.summary.manifest.warnings;
    assert!(
        warnings.len() == 1 && warnings[0].ends_with("worklets are not recorded"),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn service_workers_are_recorded() {
    let recorded = recorded(
        pages([
            (
                "/",
                r#"<!DOCTYPE html><script>
                navigator.serviceWorker.onmessage = (event) => console.log('told ' + event.data);
                navigator.serviceWorker.register('/service.js').then(async () => {
                  const { active } = await navigator.serviceWorker.ready;
                  active.postMessage(4);
                });
                </script>"#,
            ),
            (
                "/service.js",
                "onmessage = (event) => { let served = event.data * 10; event.source.postMessage(served) }",
            ),
        ]),
        r#"[{"type": "wait", "ms": 1200}]"#,
    )
    .await;
    assert_eq!(recorded.logged(), ["told 40"], "{}", recorded.explain());
    assert_eq!(numbers(&recorded.writes("served")), [40.0]);
}

#[tokio::test]
async fn source_maps_that_scripts_name_are_kept() {
    const MAP: &str =
        r#"{"version":3,"sources":["a.ts"],"sourcesContent":["log"],"names":[],"mappings":"AAAA"}"#;
    let mut pages = pages([
        (
            "/",
            "<!DOCTYPE html><p>hi</p><script src=named.js></script><script src=missing.js></script>",
        ),
        (
            "/named.js",
            "console.log('named')\n//# sourceMappingURL=maps/named.js.map",
        ),
        (
            "/missing.js",
            "console.log('missing')\n//# sourceMappingURL=nowhere.map",
        ),
    ]);
    pages.insert("/maps/named.js.map".to_owned(), page("application/json", MAP));
    let recorded = recorded(pages, r#"[{ "type": "wait-for", "selector": "p" }]"#).await;
    let map_of = |end: &str| {
        let script = recorded
            .reader
            .scripts()
            .iter()
            .find(|script| script.url.ends_with(end));
        recorded.reader.source_map(script.unwrap().id).unwrap()
    };
    assert_eq!(map_of("/named.js").as_deref(), Some(MAP));
    assert_eq!(map_of("/missing.js"), None);
    let warnings = &recorded.summary.manifest.warnings;
    assert!(
        warnings.iter().any(|warning| warning.contains("nowhere.map")),
        "{warnings:?}"
    );
}
