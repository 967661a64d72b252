// Statements and expressions whose rewriting is tricky. Sloppy on purpose.
var out = []
function log() { out.push([].slice.call(arguments).map(function (v) { try { return JSON.stringify(v) || String(v) } catch (e) { return '?' } }).join(' ')) }
function neg(x) { return!x }
function typ(x) { return typeof x }
function seq(a, b) { return a++, b += a, [a, b] }
function bare() { return
  1 }
log(neg(0), typ(1), seq(1, 2), bare())
// ASI
var i = 0
var x = i
++i
log(x, i)
do i++; while (i < 5) log('after do', i)
if (i) log('then'); else log('else')
if (!i) log('a')
else if (i > 3) log('b')
else log('c')
for (var k in { a: 1, b: 2 }) log(k)
for (const v of [1, [2]]) log(v)
for (var p = 0, q = 10; p < q; p += 3, q--) ;
log(p, q)
outer: for (let a = 0; a < 3; a++) {
  inner: for (let b = 0; b < 3; b++) { if (b === 1) continue outer; if (a === 2) break outer; log(a, b) }
}
block: { if (i) break block; log('never') }
switch (i) { case 1: log('one'); break; case 5: { let z = 'five'; log(z) } case 6: log('fall'); function hoisted() { return 'h' } break; default: log('default') }
log(hoisted())
switch (1) { case 1: let s = 1; case 2: s = 2; let fs = () => s; log(fs()) }
// Closures in loops
var fns = []
for (let n = 0, sq = 0; n < 3; n++) { sq = n * n; fns.push(() => n + ':' + sq) }
for (const n of [7, 8]) fns.push(() => n)
for (let n in { p: 1 }) { const m = n + n; fns.push(() => m) }
for (var n = 0; n < 2; n++) { let copy = n; fns.push(function () { copy++; return copy }) }
while (fns.length < 9) { const len = fns.length; fns.push(() => len) }
log(fns.map(f => f()), fns.map(f => f()))
for (let f = () => 1, [d, e] = [1, 2]; f;) { log(f(), d, e, f.name); f = null }
// try
function tries(n) {
  try { if (n === 0) return 'return'; if (n === 1) throw new Error('thrown'); null.x } catch ({ message }) { return message.slice(0, 11) } finally { log('finally', n) }
}
log(tries(0), tries(1), tries(2))
function overriding() { for (;;) try { return 1 } finally { break } return 2 }
log(overriding())
try { (function deep() { throw 1 })() } catch { log('bare catch') }
// Objects
var obj = { a: { b: { c: 1 } }, list: [3, 1, 2], n: null }
obj.a.b.c = obj.a.b.c + 1
obj['a']['b'].c += 2
obj.a.b['c']++
++obj.a.b.c
--obj['a'].b['c']
log(obj.a.b.c, obj.a.b.c++ + ++obj.a.b.c, delete obj.a.b.c, obj)
obj.a.x ||= 5; obj.a.x &&= 6; obj.n ??= 7
var key = 0
obj.list[key++] = obj.list[key++] + key
log(obj.list, key, obj.a.x, obj.n)
;[obj.list[0], obj.list[1]] = [obj.list[1], obj.list[0]]
var u, v, rest
;({ u, v: obj.deep = 9, ...rest } = { u: 1, z: 3 })
;[u, [v = 4], ...obj.tail] = [u, [], 5, 6]
log(obj.list, u, v, rest, obj.deep, obj.tail)
log(obj.list.sort().reverse(), obj.list.splice(1, 1, 'x', 'y'), obj.list, obj.list.push(1, 2), obj.list.shift(), obj.list.unshift(0), obj.list.fill(0, 0, 1))
log(obj?.a?.b, obj.zz?.b.c.d, obj.zz?.push(1), obj.list?.push(9), obj?.list.pop(), delete obj?.nope)
var m = new Map, st = new Set
m.set('k', () => 1).set('l', function () {})
log(m.get('k').name === '', m.size, st.add(1).add(2).delete(1), st.size, m.delete('l'), m.clear(), m.size)
m.get('none')?.push(1)
m.set('arr', []); m.get('arr').push(1); m.get('arr')?.push(2)
log(m.get('arr'))
// Functions
function defaults(a, b = a + 1, { c = b, d: { e } = { e: 7 } } = {}, [f = () => a] = [], ...more) { a = 10; return [a, b, c, e, f(), more] }
log(defaults(1), defaults(1, 2, { c: 3 }, [() => 'f'], 4, 5), defaults.length)
function args() { arguments[0] = 'changed'; return arguments.length + [].join.call(arguments) }
log(args(1, 2))
function sloppy(a) { arguments[0] = 2; return a }
log(sloppy(1), (function () { return typeof this })(), (function () { 'use strict'; return typeof this })())
function conflicts(a) { var f = 1; function f() {} return typeof f + a }
function twice() { function g() { return 1 } function g() { return 2 } return g() }
log(conflicts(1), twice())
var fact = function self(n) { return n < 2 ? 1 : n * self(n - 1) }
log(fact(10), fact.name, (() => {}).name, (function () {}).name)
var arrows = [x => x, x => ({ x }), (x, y) => (x, y), async x => x, () => { }, x => y => x + y]
log(arrows[0](1), arrows[1](2), arrows[2](3, 4), arrows[5](1)(2))
log([1, 2, 3].map(n => n * 2).filter(n => n > 2).reduce((a, b) => a + b))
if (true) function conditional() { return 'c' }
log(typeof conditional)
label: function labelled() {}
var text = ''
for (var j = 0; j < 300; j++) text += 'ab'
text += 5; text += { toString() { return '!' } }
log(text.length, text.slice(-3))
with ({ w: 1 }) { w = 2; log(w) }
undeclared = 5; undeclared++; undeclared += 2
log(undeclared, typeof window === 'undefined')
log(eval('var ev = 1; ev + key'), new Function('a', 'return a + 1')(2))
var tag = (s, ...v) => s.raw.join('|') + v
log(tag`a${1}b${tag`n${2}`}`, `t${1}${`${2}`}`)
log(1 < 2 ? 'y' : 'n', (1, 2), void 0, -(-1), !!1, 2 ** 3, 1n + 2n, /a/g.test('a'), 'in' in { in: 1 })
var counter = { n: 0, get next() { return ++this.n } }
log(counter.next + counter.next)
var freeze = Object.freeze({ a: 1 }); freeze.a = 2
log(freeze.a, Object.assign({ a: 1 }, { b: 2 }), Object.defineProperty({}, 'h', { value: 1 }).h)
var proxied = new Proxy({}, { get: (t, p) => 'got ' + String(p), set: (t, p, v) => { log('trap', p, v); return true }, has: () => { log('has'); return true }, ownKeys: () => { log('ownKeys'); return [] }, getPrototypeOf: () => { log('proto'); return null } })
proxied.x = 1; proxied.list = []
log(proxied.y)
function recurse(n) { return n === 0 ? 0 : 1 + recurse(n - 1) }
log(recurse(500))
var getterCalls = 0, trap = { get boom() { getterCalls++; return 1 } }
var keep = [trap]; keep[0].other = 1
log(getterCalls)
for (const [k1, v1] of Object.entries({ a: 1 })) { log(k1, v1) }
for (obj.iter of [1, 2]) log(obj.iter)
for (let z; !z; z = 1) log('once')
var {} = {}, [] = []
;(function () { var a = 1; { let a = 2; { const a = 3; log(a) } log(a) } log(a) })()
debugger
;;
throw_: try { throw { toString() { return 'custom' } } } catch (e) { log(String(e)) }
console.log(out.join('\n'))
