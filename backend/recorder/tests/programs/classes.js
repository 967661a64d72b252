'use strict'
// Classes in every shape; no semicolons where they can be left out.
const log = (...values) => console.log(...values)

class Base {
  static count = 0
  static #secret = 'hidden'
  #balance = 10
  name
  arrow = () => this.name
  nested = { get: () => () => this.#balance }
  static { Base.ready = true; for (let i = 0; i < 2; i++) Base.count += i }
  constructor(name) { this.name = name; Base.count++ }
  get balance() { return this.#balance }
  set balance(value) { this.#balance = value }
  deposit(n) { this.#balance += n; this.#balance++; --this.#balance; return this }
  static reveal() { return this.#secret }
  has(o) { return #balance in o }
  *[Symbol.iterator]() { yield this.name; yield* [1, 2] }
  static async make(n) { await null; return new this(n) }
  'quoted method'() { return 'quoted' }
  [`computed${1 + 1}`]() { return 'computed' }
}
class Derived extends Base {
  extra = this.name + '!'
  constructor(name) {
    const early = () => super(name)
    early()
    this.late = [1]
    this.late.push(2)
  }
  get balance() { return super.balance * 2 }
  set balance(v) { super.balance = v }
  deposit(n) { return super.deposit(n) }
  toString() { return `Derived(${this.name})` }
}
class Implicit extends Base {}
const Named = class Inner { me() { return Inner.name } }
const anonymous = class {}
const o = new Derived('d')
log(o.deposit(5).balance, o.name, o.extra, o.arrow(), o.nested.get()(), Base.count, Base.ready)
o.balance = 3
log(o.balance, [...o], Base.reveal(), o.has(o), o.has({}), String(o), o.late)
log(new Implicit('i').balance, new Named().me(), anonymous.name, Named.name)
log(o['quoted method'](), o.computed2(), Object.keys(o))
class Node2 { constructor() { this.next = null } }
const a = new Node2(), b = new Node2()
let tail = a
tail.next = tail = b
log(a.next === b, tail === b)
log((() => { try { class X extends Base { constructor() {} } new X() } catch (e) { return e.constructor.name } })())
log(new (class { x = 1; ['y' + this?.x] = 2 })())
const handlers = { onClick() { return handlers.onClick.name }, onKey: () => handlers.onKey.name, async load() {}, *gen() {} }
log(handlers.onClick(), handlers.onKey(), handlers.load.name, handlers.gen.name)
const accessors = { get x() { return 1 }, set x(v) { log('set', v) } }
accessors.x = accessors.x + 1
log(Object.getOwnPropertyDescriptor(accessors, 'x').get.name)
Derived.make('async').then((made) => log('made', made.name))
