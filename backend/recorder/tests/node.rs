//! Records Node programs and looks at what the files hold. Needs Node.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]

use std::{path::PathBuf, process::Command, sync::Arc};

use recorder::node::{NodeOptions, record_node};
use recording::{
    event::{Message, MessageSource},
    manifest::Manifest,
    reader::Reader,
    record::Record,
    source::MemorySource,
    value::{ObjectKind, Value},
};

#[path = "support/log.rs"]
mod log;

/// What was recorded.
struct Recorded {
    manifest: Manifest,
    reader: Reader,
    code: Option<i32>,
}

/// Another Node than the one on the PATH.
fn node() -> Option<PathBuf> {
    std::env::var_os("PLAYHEAD_NODE").map(PathBuf::from)
}

/// Records the first of some files. The program writes what it has to say into the file `out`, which must be the same as
/// without the recorder.
async fn record_files(files: &[(&str, &str)], arguments: &[&str]) -> (Recorded, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let script = folder.path().join(files[0].0);
    let out = folder.path().join("out");
    let plain = Command::new(node().unwrap_or_else(|| "node".into()))
        .arg(&script)
        .args(arguments)
        .output()
        .unwrap();
    let expected = std::fs::read_to_string(&out).unwrap_or_default();
    let _ = std::fs::remove_file(&out);

    let output = folder.path().join("node.playhead");
    let mut options = NodeOptions::new(&script, &output);
    options.arguments = arguments.iter().map(Into::into).collect();
    options.node = node();
    let summary = record_node(options, |_| (), Arc::default()).await.unwrap();
    assert_eq!(summary.status.code(), plain.status.code());
    let said = std::fs::read_to_string(&out).unwrap_or_default();
    assert_eq!(said, expected);

    let reader = Reader::open(Box::new(MemorySource::from(std::fs::read(&output).unwrap()))).unwrap();
    assert_eq!(reader.warnings(), Vec::<String>::new());
    let recorded = Recorded {
        manifest: summary.manifest,
        reader,
        code: summary.status.code(),
    };
    log::check_frames(&recorded.reader);
    (recorded, said)
}

impl Recorded {
    fn messages(&self) -> Vec<Message> {
        let rows = self.reader.messages().unwrap();
        rows.iter().map(|row| row.event.clone()).collect()
    }

    /// First arguments of the console messages.
    fn logged(&self) -> Vec<Value> {
        self.messages()
            .into_iter()
            .filter(|message| message.source == MessageSource::ConsoleApi)
            .map(|message| message.arguments.first().cloned().unwrap_or(Value::Undefined))
            .collect()
    }

    /// Values written to the variables of a name, in order.
    fn writes(&self, name: &str) -> Vec<Value> {
        log::writes(&self.reader, name)
    }
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

#[tokio::test]
async fn a_commonjs_program_is_recorded_with_its_modules() {
    let (recorded, said) = record_files(
        &[
            (
                "main.js",
                "#!/usr/bin/env node
                 const fs = require('fs');
                 const { add, Point } = require('./lib/sum');
                 const out = [];
                 class Shape { area() { return this.side ** 2 } }
                 console.log('sum', add(2, 3));
                 console.error(new Point(1, 2));
                 try { require('./lib/throws') } catch (error) {
                   out.push(error.message, error.stack.split('\\n')[1].replace(__dirname, ''));
                 }
                 out.push(add.toString(), String(Shape), (x => x + 1).toString(), String(fs.readFileSync).length, String(String(Function.prototype.toString)));
                 out.push(JSON.stringify(process.argv.slice(2)), require.main === module, this === module.exports, process.execArgv.length);
                 out.push(Object.keys(globalThis).filter((name) => name.startsWith('_')).length);
                 setTimeout(async () => {
                   let total = 0;
                   for (const n of [1, 2, 3]) { await null; total += n }
                   out.push(total);
                   require('child_process').execFileSync(process.execPath, ['-e', '0']);
                   fs.writeFileSync(__dirname + '/out', out.join('\\n'));
                   process.exitCode = 3;
                 }, 5);
                 return;",
            ),
            (
                "lib/sum.js",
                "exports.add = function (a, b) { const sum = a + b; return sum };\nexports.Point = class Point { #z = 0; constructor(x, y) { this.x = x; this.y = y } }",
            ),
            ("lib/throws.js", "let before = 1;\n  throw new RangeError('no')"),
        ],
        &["--flag", "two words"],
    )
    .await;
    assert_eq!(recorded.code, Some(3));
    assert!(said.contains("/lib/throws.js:2:9"), "{said}");
    assert!(
        said.contains("[\"--flag\",\"two words\"]\ntrue\ntrue\n0\n0\n6"),
        "{said}"
    );
    assert_eq!(recorded.logged()[0], text("sum"));
    assert_eq!(recorded.logged().len(), 2);
    assert_eq!(recorded.writes("sum"), [Value::Number(5.0)]);
    assert_eq!(recorded.writes("total").last(), Some(&Value::Number(6.0)));
    assert_eq!(recorded.writes("__filename").len(), 3);
    let head = &recorded.manifest.head;
    assert!(head.build_id.contains("-node-"), "{}", head.build_id);
    assert!(head.url.starts_with("file:///") && head.url.ends_with("/main.js"));
    assert_eq!(recorded.manifest.title, "main.js");
    let warnings = &recorded.manifest.warnings;
    assert!(
        warnings
            .iter()
            .any(|warning| warning.starts_with("child processes are not recorded")),
        "{warnings:?}"
    );
    assert_eq!(warnings.len(), 1, "{warnings:?}");
}

#[tokio::test]
async fn an_es_module_program_is_recorded() {
    let (recorded, said) = record_files(
        &[
            (
                "main.mjs",
                "import { writeFileSync } from 'node:fs';
                 import shout, { count } from './shout.mjs';
                 import cjs from './old.cjs';
                 const lazy = await import('./lazy.mjs');
                 console.log(shout('hi'), count, cjs.name, lazy.default);
                 async function* numbers() { yield 1; yield 2 }
                 let seen = 0;
                 for await (const n of numbers()) seen += n;
                 await import('./throws.mjs').catch((error) => seen += error.message);
                 const after = seen;
                 writeFileSync(new URL('out', import.meta.url), [seen, shout, import.meta.url.length].join('\\n'));
                 process.on('exit', (code) => { let last = code + 1; console.log('exit', last) });",
            ),
            ("shout.mjs", "export let count = 0; export default function shout(s) { count++; return s.toUpperCase() }"),
            ("old.cjs", "module.exports = { name: 'old' }; let kept = module.exports.name"),
            ("lazy.mjs", "export default await Promise.resolve('lazy')"),
            ("throws.mjs", "throw new Error('thrown')"),
        ],
        &[],
    )
    .await;
    assert!(
        said.starts_with("3thrown\nfunction shout(s) { count++;"),
        "{said}"
    );
    assert_eq!(recorded.code, Some(0));
    assert_eq!(recorded.logged(), [text("HI"), text("exit")]);
    assert_eq!(recorded.writes("after"), [text("3thrown")]);
    assert_eq!(recorded.writes("kept"), [text("old")]);
    assert_eq!(recorded.writes("last"), [Value::Number(1.0)]);
    assert_eq!(recorded.manifest.warnings, Vec::<String>::new());
}

#[tokio::test]
async fn an_uncaught_error_is_a_message_where_it_arose() {
    let (recorded, _) = record_files(
        &[(
            "main.js",
            "function check(n) {\n  if (n > 1) throw new TypeError('too many');\n}\nsetTimeout(() => check(2), 1);",
        )],
        &[],
    )
    .await;
    assert_eq!(recorded.code, Some(1));
    let rows = recorded.reader.messages().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        rows[0].event.text.as_deref(),
        Some("Uncaught TypeError: too many")
    );
    let Value::Object(error) = rows[0].event.arguments[0] else {
        panic!()
    };
    let stack = log::records(&recorded.reader).find_map(|record| match record {
        Record::Object { object, state } if object == error => match state.kind {
            ObjectKind::Error { stack, .. } => Some(stack),
            _ => None,
        },
        _ => None,
    });
    assert!(stack.unwrap().contains("main.js:2:20"));
}

#[tokio::test]
async fn process_exit_loses_nothing() {
    let (recorded, _) = record_files(
        &[(
            "main.js",
            "process.on('exit', () => { let left = 1 });
             function deep(n) { if (n === 0) process.exit(7); deep(n - 1) }
             Promise.reject(new Error('handled')).catch(() => { let caught = true; deep(20) });",
        )],
        &[],
    )
    .await;
    assert_eq!(recorded.code, Some(7));
    assert_eq!(recorded.writes("caught"), [Value::Boolean(true)]);
    assert_eq!(recorded.writes("left"), [Value::Number(1.0)]);
    let entered = |name: &str| {
        let is_named = |function: recording::ids::FunctionId| {
            let script = recorded.reader.script(recorded.reader.scripts()[0].id).unwrap();
            let idx = (function.0 - script.first_function.0) as usize;
            script.functions[idx].name == name
        };
        log::records(&recorded.reader)
            .filter(|record| matches!(record, Record::Enter { function, .. } if is_named(*function)))
            .count()
    };
    assert_eq!(entered("deep"), 21);
}
