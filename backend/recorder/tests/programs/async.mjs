// A module: generators, async functions, top-level await.
import { EventEmitter } from 'node:events'
import * as path from 'node:path'
const lines = []
const log = (...v) => lines.push(v.map((x) => (typeof x === 'string' ? x : JSON.stringify(x))).join(' '))
export let counter = 0
export const increment = () => ++counter
export default class Exported { static of() { return new Exported() } }
export function hoisted(a) { return a ? hoisted(0) + 1 : 0 }
export { log as logger }
const sleep = (ms, v) => new Promise((r) => setTimeout(r, ms, v))

function* numbers(n) { try { for (let i = 0; i < n; i++) { const got = yield i; if (got) log('got', got) } return 'end' } finally { log('closed') } }
const g = numbers(3)
log(g.next(), g.next('hello'), g.return('early'), g.next())
for (const n of numbers(2)) log(n)
for (const n of numbers(5)) { if (n === 1) break }
log([...(function* () { const r = yield* numbers(1); yield r })()])
const thrower = numbers(3); thrower.next(); try { thrower.throw(new Error('into')) } catch (e) { log(e.message) }

async function chain(n) { let total = 0; for (let i = 0; i < n; i++) { total += await sleep(1, i) } return total }
async function fails() { await null; throw new TypeError('async') }
async function guarded() { try { await fails() } catch (e) { log('caught', e.message); return 'recovered' } finally { await sleep(1); log('finally') } }
async function* ticks(n) { for (let i = 0; i < n; i++) { await sleep(1); yield i } }
async function consume() {
  const seen = []
  for await (const t of ticks(4)) { if (t === 1) continue; if (t === 3) break; seen.push(t); await null }
  for await (const v of [sleep(1, 'a'), 'b']) seen.push(v)
  outer: for await (const v of ticks(2)) for (const w of [1, 2]) { if (w === 2) continue outer; seen.push([v, w]) }
  return seen
}
async function rejectedLoop() { try { for await (const v of [1, Promise.reject(new Error('bad'))]) log('v', v) } catch (e) { log('loop', e.message) } return 'after' }
log(await chain(3), await guarded(), await consume(), await rejectedLoop())
log(await Promise.all([chain(2), (async () => { await null; return 'arrow' })(), ...[1, 2].map(async (x) => (await sleep(1), x * 2))]))
log(await Promise.allSettled([fails(), Promise.resolve(1)]).then((r) => r.map((x) => x.status)))
const emitter = new EventEmitter()
emitter.on('x', async function (v) { await null; log('event', v, this === emitter) })
emitter.emit('x', 1)
await sleep(5)
const arrowThis = { v: 1, async m() { return (async () => { await null; return this.v })() } }
log(await arrowThis.m(), increment(), counter, hoisted(2), typeof path.join, new Exported() instanceof Exported)
const [a, { b = await sleep(1, 'default') } = {}] = [await 1]
log(a, b)
log(await (async () => { const f = async ({ x = 1 }, ...r) => x + r.length; return f({}, 1, 2) })())
queueMicrotask(() => log('micro'))
await null
if (counter) { await sleep(1); log('block') }
switch (await sleep(1, 2)) { case await 2: log('switch'); }
const lazy = { get later() { return sleep(1, 'later') } }
log(await lazy.later)
async function early(flag) { if (flag) return await sleep(1, 'early'); await sleep(1); return 'late' }
log(await early(true), await early(false))
const gen2 = (async function* () { try { yield 1; yield 2 } finally { await null; log('agen closed') } })()
for await (const v of gen2) { log(v); break }
console.log(lines.join('\n'))
