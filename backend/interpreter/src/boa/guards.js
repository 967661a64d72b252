// What stands before the built-in functions: their work is paid for by no loop of a program, and what they call, and what
// calls them, nests on the stack. Run once, before any program: it keeps what it needs of the language for itself.
// `count` charges bytes and looks at the stack, `depth` looks how deeply a text of JSON nests; `max` and `most` are the
// longest text and list.
(count, depth, max, most) => {
    'use strict';
    const { apply, construct, ownKeys, get: read } = Reflect;
    const { defineProperty, getOwnPropertyDescriptor: describe, hasOwn, keys } = Object;
    const isArray = Array.isArray, isView = ArrayBuffer.isView, Large = RangeError, Wrong = TypeError;
    const { get: weakGet, set: weakSet } = WeakMap.prototype;
    const too_large = () => { throw new Large('more than a recording is asked to make') };

    // Functions of ours, which show as what they stand before.
    const ours = new WeakMap();
    const replace = (object, key, part, original, made) => {
        for (const name of ['length', 'name']) defineProperty(made, name, describe(original, name));
        apply(weakSet, ours, [made, true]);
        defineProperty(object, key, { ...describe(object, key), [part]: made });
    };
    const guard = (object, name, amount) => {
        const original = object[name];
        if (typeof original !== 'function') return;
        replace(object, name, 'value', original, { method(...given) {
            const n = amount(this, given);
            if (n > max) too_large();
            count(32 + (n || 0));
            return apply(original, this, given);
        } }.method);
    };
    const size_of = (made) => typeof made === 'string' ? made.length : isArray(made) ? made.length * 48 : 0;
    // What is made of what is there is no larger at first; it is the many that count.
    const measure = (object, ...names) => {
        for (const name of names) {
            const original = object[name];
            if (typeof original !== 'function') continue;
            replace(object, name, 'value', original, { method(...given) {
                count(32);
                const made = apply(original, this, given);
                count(size_of(made));
                return made;
            } }.method);
        }
    };
    // Something else in place of a function, which gets what it was called with, and `this` first.
    const stand_in = (object, name, make) => {
        const original = object[name];
        replace(object, name, 'value', original, { method(...given) { count(64); return make(original, this, given) } }.method);
    };

    // How long something is that is gone through. A length that is computed could be another one next time.
    const length_of = (list) => {
        if (list === null || list === undefined) return 0;
        if (typeof list === 'object' && !isArray(list) && !isView(list)) {
            const own = describe(list, 'length');
            if (own ? !hasOwn(own, 'value') || typeof own.value === 'object' : list.length !== undefined) too_large();
        }
        const { length } = list;
        if (length > most && typeof list !== 'string') too_large();
        return length;
    };
    const elements = (list) => { length_of(list); return 0 };
    const walked = (list) => length_of(list) / 8;

    const text = String.prototype;
    const whole = (self) => typeof self === 'string' ? self.length : 0;
    guard(text, 'repeat', (self, [n]) => ('' + self).length * n);
    guard(text, 'padStart', (self, [n]) => +n);
    guard(text, 'padEnd', (self, [n]) => +n);
    const size = (all) => { let sum = 0; for (let i = 0; i < all.length; i++) sum += typeof all[i] === 'string' ? all[i].length : 32; return sum };
    guard(text, 'concat', (self, all) => ('' + self).length + size(all));
    guard(text, 'replaceAll', (self, [, by]) => ('' + self).length * (typeof by === 'string' ? by.length : 1));
    guard(text, 'replace', (self, [, by]) => ('' + self).length * (typeof by === 'string' ? by.length : 1));
    for (const name of ['indexOf', 'lastIndexOf', 'includes', 'search', 'localeCompare', 'matchAll']) guard(text, name, whole);
    guard(text, 'split', (self) => whole(self) * 16);
    measure(text, 'slice', 'substring', 'substr', 'toUpperCase', 'toLowerCase', 'toLocaleUpperCase',
        'toLocaleLowerCase', 'normalize', 'trim', 'trimStart', 'trimEnd', 'match');
    guard(String, 'raw', (self, [texts]) => elements(texts?.raw));

    guard(BigInt, 'asIntN', (self, [n]) => n > 16384 ? Infinity : 0);
    guard(BigInt, 'asUintN', (self, [n]) => n > 16384 ? Infinity : 0);

    // Called for each member, so that what nests ends.
    stand_in(JSON, 'stringify', (original, self, [value, replacer, space]) => {
        const list = isArray(replacer) ? replacer : undefined;
        const own = typeof replacer === 'function' ? replacer : undefined;
        let level = 0;
        const levels = new WeakMap();
        const made = apply(original, JSON, [value, function (key, value) {
            count(32);
            if (own) value = apply(own, this, [key, value]);
            if (typeof value !== 'object' || value === null) return value;
            if (list && !isArray(value)) {
                const picked = {};
                for (let i = 0; i < list.length; i++) {
                    const key = list[i];
                    if (typeof key !== 'object' && typeof key !== 'symbol' && hasOwn(value, key)) {
                        defineProperty(picked, key, { value: value[key], enumerable: true, configurable: true });
                    }
                }
                value = picked;
            }
            const level = (apply(weakGet, levels, [this]) ?? 0) + 1;
            if (level > 200) too_large();
            if (!(apply(weakGet, levels, [value]) > level)) apply(weakSet, levels, [value, level]);
            return value;
        }, space]);
        count(size_of(made));
        return made;
    });
    stand_in(JSON, 'parse', (original, self, [given, reviver]) => {
        const text = '' + given;
        count(text.length);
        depth(text);
        const made = apply(original, JSON, [text]);
        if (typeof reviver !== 'function') return made;
        const revived = (holder, key) => {
            count(64);
            const value = holder[key];
            if (typeof value === 'object' && value !== null) {
                const all = isArray(value) ? [...value.keys()].map(String) : keys(value);
                for (let i = 0; i < all.length; i++) {
                    const part = revived(value, all[i]);
                    if (part === undefined) delete value[all[i]];
                    else defineProperty(value, all[i], { value: part, writable: true, enumerable: true, configurable: true });
                }
            }
            return apply(reviver, holder, [key, value]);
        };
        return revived({ '': made }, '');
    });

    measure(Object, 'keys', 'values', 'entries', 'getOwnPropertyNames');
    guard(Object, 'assign', (self, [, ...all]) => { let sum = 0; for (let i = 0; i < all.length; i++) sum += keys(all[i] ?? 0).length * 48; return sum });
    measure(Reflect, 'ownKeys');
    for (const name of ['apply', 'construct']) guard(Reflect, name, (self, given) => elements(given[name === 'apply' ? 2 : 1]));

    const functions = Function.prototype;
    guard(functions, 'apply', (self, [, given]) => elements(given));
    // Functions bound to each other nest where they are asked what they make.
    const bound = new WeakMap();
    stand_in(functions, 'bind', (original, self, given) => {
        const level = typeof self === 'function' ? (apply(weakGet, bound, [self]) ?? 0) + 1 : 0;
        if (level > 100) too_large();
        count(256 + 16 * given.length);
        let target = self;
        // A class is no function of ours: bound, it would be one that nothing counts.
        if (typeof self === 'function' && level === 1 && hasOwn(self, 'prototype') && built_in.has(self)) {
            target = function (...given) {
                count(64);
                return new.target ? construct(self, given, new.target === target ? self : new.target) : apply(self, this, given);
            };
            for (const name of ['length', 'name']) defineProperty(target, name, describe(self, name));
        }
        const made = apply(original, target, given);
        apply(weakSet, bound, [made, level]);
        return made;
    });
    stand_in(functions, 'toString', (original, self) =>
        typeof self === 'function' && apply(weakGet, ours, [self]) ? `function ${self.name}() { [native code] }` : apply(original, self, []));

    const lists = Array.prototype;
    guard(Array, 'from', (self, [all]) => elements(all));
    const at_once = ['push', 'pop', 'at', 'keys', 'values', 'entries'];
    for (const name of Object.getOwnPropertyNames(lists)) {
        const is_special = name === 'constructor' || name === 'join' || name === 'concat' || name === 'flat';
        if (!is_special) guard(lists, name, at_once.includes(name) ? elements : walked);
    }
    guard(lists, 'concat', (self, all) => {
        let sum = walked(self);
        for (let i = 0; i < all.length; i++) if (isArray(all[i])) sum += walked(all[i]);
        return sum;
    });
    stand_in(lists, 'flat', (original, self, [levels]) => {
        elements(self);
        const asked = levels === undefined ? 1 : +levels;
        const made = apply(original, self, [asked > 100 ? 100 : asked]);
        count(size_of(made));
        if (asked > 100) for (let i = 0; i < made.length; i++) if (isArray(made[i])) too_large();
        return made;
    });
    const { reduce } = lists;
    guard(lists, 'join', (self, [by]) => {
        elements(self);
        const between = by === undefined ? 1 : ('' + by).length;
        return apply(reduce, self, [(sum, each) => sum + (typeof each === 'string' ? each.length : 32) + between, 0]);
    });
    measure(lists, 'concat', 'slice', 'map', 'filter', 'flatMap', 'splice', 'toSorted', 'toReversed', 'toSpliced', 'with');
    measure(Array, 'from');
    guard(lists, Symbol.iterator, elements);

    // A program's proxies go through functions, even where it has no trap: those count, and end what nests.
    const Original = Proxy;
    const traps = ['get', 'set', 'has', 'deleteProperty', 'ownKeys', 'getOwnPropertyDescriptor', 'defineProperty', 'getPrototypeOf',
        'setPrototypeOf', 'isExtensible', 'preventExtensions', 'apply', 'construct'];
    const plain = Object.fromEntries(traps.map((trap) => [trap, Reflect[trap]]));
    const handlers = (handler) => {
        if (Object(handler) !== handler) throw new Wrong('the handler of a proxy is an object');
        count(2048);
        const made = Object.create(null);
        for (const trap of traps) {
            made[trap] = (...given) => {
                count(64);
                const own = read(handler, trap);
                return own === undefined || own === null ? apply(plain[trap], undefined, given) : apply(own, handler, given);
            };
        }
        return made;
    };
    const revocable = Proxy.revocable;
    const proxies = function Proxy(target, handler) {
        if (!new.target) throw new Wrong('a proxy is made by new');
        return new Original(target, handlers(handler));
    };
    proxies.revocable = { revocable: (target, handler) => apply(revocable, Original, [target, handlers(handler)]) }.revocable;
    apply(weakSet, ours, [proxies, true]);
    defineProperty(globalThis, 'Proxy', { value: proxies, writable: true, configurable: true });

    // Would wait for another thread.
    for (const name of ['Atomics', 'SharedArrayBuffer']) delete globalThis[name];
    const random = () => { throw new Large('Math.random would need the program to run on') };
    Math.random = random;
    const written = ['assert', 'clear', 'count', 'countReset', 'debug', 'dir', 'dirxml', 'error', 'group', 'groupCollapsed',
        'groupEnd', 'info', 'log', 'table', 'time', 'timeEnd', 'timeLog', 'timeStamp', 'trace', 'warn'];
    const console = Object.fromEntries(written.map((name) => [name, { [name]() {} }[name]]));
    defineProperty(globalThis, 'console', { value: console, writable: true, configurable: true });

    // All others, methods and getters alike: one that calls another without end would be no call of a program.
    const built_in = new Set();
    const is_bare = (it) => typeof it === 'function' && !hasOwn(it, 'prototype') && !apply(weakGet, ours, [it]);
    const wrap = (object) => {
        for (const key of ownKeys(object)) {
            const property = describe(object, key);
            if (!property.configurable || key === 'constructor' || key === 'eval') continue;
            for (const part of ['value', 'get', 'set']) {
                const original = property[part];
                if (is_bare(original)) {
                    replace(object, key, part, original, { method(...given) { count(32); return apply(original, this, given) } }.method);
                }
            }
        }
    };
    const typed = Object.getPrototypeOf(Int8Array);
    for (const value of [...ownKeys(globalThis).map((name) => globalThis[name]), typed]) {
        if (typeof value !== 'object' && typeof value !== 'function' || value === null) continue;
        if (typeof value === 'function') built_in.add(value);
        wrap(value);
        if (typeof value.prototype === 'object' || value === Function) wrap(value.prototype);
    }
    const { has } = Set.prototype;
    built_in.has = (it) => apply(has, built_in, [it]);
}
