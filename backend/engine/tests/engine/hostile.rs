//! Expressions that would take down who evaluates them: each ends with a value, an exception or a refusal, and a process
//! that goes on. What several evaluations of one pause build up between them ends the same way.
use super::evaluation::{evaluated, paused, program};

/// Evaluates texts in one pause each, the second and further ones where the first have run.
fn ends(rows: &[&[&str]]) {
    let (log, points) = program();
    let mut client = log.open(65_536);
    for row in rows {
        let (pause_id, frame) = paused(&mut client, &points[0]);
        for text in *row {
            let ended = evaluated(&mut client, &pause_id, Some(&frame), text);
            assert!(!ended.is_empty(), "{text}");
        }
        client.ask(wire::session::ReleasePause { pause_id });
        // Nothing of it is left over.
        let (pause_id, frame) = paused(&mut client, &points[0]);
        assert_eq!(
            evaluated(&mut client, &pause_id, Some(&frame), "(() => n + 1)()"),
            "2"
        );
        client.ask(wire::session::ReleasePause { pause_id });
    }
}

#[test]
fn what_calls_itself_through_built_in_functions_ends() {
    ends(&[
        &["var o = { toString: ''.trim }; o + ''"],
        &[
            "var o = {}; Object.defineProperty(o, Symbol.toStringTag, { get: Object.prototype.toString }); `${o}`",
        ],
        &["var o = {}; Object.defineProperty(o, 'x', { get: Reflect.get.bind(null, o, 'x') }); o.x"],
        &["var o = { toString: String.bind(null, 1) }; o.toString = String.bind(null, o); o + ''"],
        &[
            "var r = /a/; Object.defineProperty(r, 'global', Object.getOwnPropertyDescriptor(RegExp.prototype, 'flags')); r.flags",
        ],
        &["var h = {}, p = new Proxy({}, h); Object.setPrototypeOf(h, p); p.x"],
        &["var t = {}, p = new Proxy(t, {}); Object.setPrototypeOf(t, p); p.x"],
        &["Object.setPrototypeOf(todo, list); Object.setPrototypeOf(list, todo); todo.neverThere"],
        &["JSON.stringify((function make() { return { get x() { return make() } } })())"],
        &["JSON.stringify({ toJSON: function make() { return { a: { toJSON: make } } } })"],
        &["(function f() { return [1].map(f) })()"],
        &["var f = (d, a = d && f(d - 1), b = d && f(d - 1)) => 0; f(60)"],
        &["class A { a = new A() }; new A()"],
        &[
            "var e = eval.bind(null, 'o2.x'); globalThis.o2 = {}; Object.defineProperty(o2, 'x', { get: e }); o2.x",
        ],
    ]);
}

#[test]
fn what_nests_in_objects_ends() {
    ends(&[
        &[
            "var a = []; for (let i = 0; i < 1e4; i++) a = [a]; JSON.stringify(a)",
            "JSON.stringify(a, ['x'])",
        ],
        &[
            "var a = []; for (let i = 0; i < 1e4; i++) a = [a]",
            "a.flat(Infinity)",
            "a.join()",
            "`${a}`",
            "a",
        ],
        &["var a = {}; for (let i = 0; i < 1e4; i++) a = { a }; JSON.stringify(a)"],
        &["JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))"],
        &["JSON.parse('[[1]]', function (k, v) { this.x = [[this.x]]; return v })"],
        &[
            "var p = {}; for (let i = 0; i < 2000; i++) p = new Proxy(p, {}); p.x",
            "for (;;) p = new Proxy(p, {})",
            "p.x",
        ],
        &[
            "var f = () => 1; for (let i = 0; i < 5000; i++) f = f.bind()",
            "f()",
        ],
        &["new RegExp('('.repeat(1e5) + ')'.repeat(1e5))"],
        &[
            "var C = class {}; for (let i = 0; i < 500; i++) C = class extends C {}; new C",
            "C.nothing",
        ],
        &[
            "eval('-'.repeat(1e5) + '1')",
            "new Function('a', '('.repeat(1e5))",
        ],
        &["Array(60000).fill(undefined).reduce(Object.create, null).x"],
    ]);
}

/// The most that one pause can pay for, and what then walks it.
#[test]
fn a_chain_of_prototypes_as_long_as_a_pause_makes_it_ends() {
    let more = "try { for (;;) c = Object.create(c) } finally {}";
    ends(&[&[
        "var c = {}",
        more,
        more,
        "c.x",
        "'x' in c",
        "c.x = 1",
        "c",
        more,
        "c.x",
    ]]);
}

#[test]
fn what_does_not_end_ends() {
    ends(&[
        &["(() => { for (;;); })()"],
        &["(function f(d) { if (d) { f(d - 1); f(d - 1) } })(200)"],
        &["(() => { function f() { for (let i = 0; i < 1e4; i++); } for (;;) f() })()"],
        &["Array.prototype.indexOf.call({ n: 0, get length() { return this.n++ ? 2 ** 40 : 1 } }, 1)"],
        &[
            "[].concat(Array(4294967295)).length",
            "String.raw({ raw: { length: 2 ** 40 } })",
        ],
        &[
            "Math.max.apply(null, { length: 2 ** 32 })",
            "Reflect.apply(Math.max, null, { length: 2 ** 32 })",
        ],
        &["var a = [1]; for (const x of a) a.push(x)"],
        &["(function f() { return Promise.resolve().then(f) })(); await 1"],
        &["Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)"],
        &[
            "var $playhead_tick = () => 0; for (;;);",
            "$playhead_tick = () => 0; for (;;);",
        ],
        &[
            "with ({ $playhead_tick() {} }) for (;;);",
            "globalThis.$playhead_tick = 0; for (;;);",
        ],
        &[
            "2n ** 100000000n",
            "1n << 1000000000n",
            "var b = 3n; for (;;) b = b * b",
            "BigInt.asUintN(2 ** 40, -1n)",
        ],
        &["var b = 3n; for (;;) b **= 100n"],
        &["var kept = []; for (;;) kept.push([[], [], [], {}, {}, {}, () => 1])"],
        &["var o = {}; for (let i = 0; ; i++) Object.assign(o, { [i]: i })"],
    ]);
}
