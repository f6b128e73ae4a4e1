/**
 * Wrapping: a Proxy that is the original to everyone who looks, and reports the calls made through it. Methods run on
 * the real object, so private fields and built-ins (Map, Date, typed arrays) work as ever; it follows that calls an
 * object makes to itself are its own affair and are not reported.
 */
import { className } from "../encode/look.ts";
import type { AnyFunction } from "../types.ts";
import { type Site, type SiteWay, trapWithSite } from "./call-site.ts";
import { isAsyncFunction, nameOf } from "./functions.ts";
import { isFixed, methodsOf, type Treatment, treatmentOf } from "./members.ts";
import type { NameFilter } from "./options.ts";
import type { CallMode, InterceptedCall } from "./perform.ts";

/** What a platform does about calls that cannot wait. */
export interface WrapRules {
  construct: CallMode;
  quiet: "forward" | "log";
}

/** What wrapping needs of the client. */
export interface WrapHost {
  readonly rules: WrapRules;
  /** How many frames to take of the stack of a call of this name; none while nothing is to be reported. */
  framesFor(name: string): number;
  /** Whether the stack of such a call is not read at once. */
  readsLater(name: string): boolean;
  run(call: InterceptedCall): unknown;
  /** Makes names known to the server. */
  list(functions: readonly { name: string; fn: AnyFunction; owner?: object }[]): void;
  log(line: string): void;
}

/** Mode of each function, given what it is. */
export type ChooseMode = (fn: AnyFunction) => CallMode;

/** How a target is wrapped. */
export interface WrapWay {
  /** Tells apart wrappers of one target that behave differently. */
  way: string;
  chooseMode: ChooseMode;
  /** Which methods; `null` for all. */
  filter: NameFilter | null;
}

export class Wrapper {
  readonly #host: WrapHost;
  readonly #originals = new WeakMap<object, object>();
  /** Wrapping the same thing twice under one name gives one wrapper. */
  readonly #made = new WeakMap<object, Map<string, object>>();

  constructor(host: WrapHost) {
    this.#host = host;
  }

  /** What a wrapper stands for; anything else is itself. */
  unwrap = (value: object): object => this.#originals.get(value) ?? value;

  isWrapped(value: object): boolean {
    return this.#originals.has(value);
  }

  /** Wraps a function or an object. */
  wrap(target: object, alias: string | null, { way, chooseMode, filter }: WrapWay): object {
    if (alias === null && this.isWrapped(target)) return target;
    const original = this.unwrap(target);
    const isFunction = typeof original === "function";
    const name = alias ?? (isFunction ? nameOf(original as AnyFunction) : (className(original) ?? "Object"));
    const made = this.#made.get(original) ?? new Map<string, object>();
    this.#made.set(original, made);
    const key = `${way}:${name}`;
    const before = made.get(key);
    if (before) return before;
    const handler = new TargetHandler(this, this.#host, original, name, { chooseMode, filter });
    const proxy = new Proxy(original, handler);
    handler.proxy = proxy;
    made.set(key, proxy);
    this.#originals.set(proxy, original);
    this.#list(original, name, filter);
    return proxy;
  }

  /** Remembers a method's wrapper, so that it is never wrapped again and is recognised in values. */
  remember(proxy: object, original: object): void {
    this.#originals.set(proxy, original);
  }

  #list(original: object, name: string, filter: NameFilter | null): void {
    const all = methodsOf(original);
    const missing = filter?.spelledOut.filter((wanted) => !all.some((method) => method.name === wanted));
    if (missing && missing.length > 0) {
      this.#host.log(`${name} has no method ${missing.join(", ")} to intercept (methods.include)`);
    }
    const methods = all.filter((method) => filter?.accepts(method.name) ?? true);
    const frozen = methods.filter(({ fixed }) => fixed).map((method) => method.name);
    if (frozen.length > 0) {
      const shown = frozen.slice(0, 5).join(", ");
      this.#host.log(
        `${name} has its own ${shown} frozen or read-only: not to be intercepted, unless it is wrapped before that`,
      );
    }
    const open = methods.filter(({ fixed }) => !fixed);
    const own = typeof original === "function" ? [{ name, fn: original as AnyFunction }] : [];
    this.#host.list([
      ...own,
      ...open.map((method) => ({ name: `${name}.${method.name}`, fn: method.fn, owner: original })),
    ]);
  }
}

/** The traps of a wrapped function or object. */
class TargetHandler implements ProxyHandler<object> {
  proxy: object | null = null;
  readonly apply: Required<ProxyHandler<object>>["apply"];
  readonly construct: Required<ProxyHandler<object>>["construct"];
  readonly #wrapper: Wrapper;
  readonly #host: WrapHost;
  readonly #original: object;
  readonly #name: string;
  readonly #chooseMode: ChooseMode;
  readonly #filter: NameFilter | null;
  /** One wrapper for a function under a name, as long as there is that function: `a.f === a.f`. */
  readonly #members = new WeakMap<object, Map<PropertyKey, object>>();

  constructor(
    wrapper: Wrapper,
    host: WrapHost,
    original: object,
    name: string,
    { chooseMode, filter }: Omit<WrapWay, "way">,
  ) {
    this.#wrapper = wrapper;
    this.#host = host;
    this.#original = original;
    this.#name = name;
    this.#chooseMode = chooseMode;
    this.#filter = filter;
    const way = this.#siteWay(name);
    this.apply = trapWithSite(way, (site, fn, thisArg, args) => this.#call(site, fn, thisArg, args));
    this.construct = trapWithSite(way, (site, fn, args, made) => this.#new(site, fn, args, made));
  }

  #call(site: Site, target: object, thisArg: unknown, args: unknown[]): unknown {
    const fn = target as AnyFunction;
    const mode = this.#chooseMode(fn);
    return this.#host.run({ name: this.#name, fn, thisArg, args, mode, callType: "proxy", site });
  }

  #new(site: Site, target: object, args: unknown[], newTarget: unknown): object {
    const fn = target as AnyFunction;
    const made = newTarget === this.proxy ? fn : (newTarget as AnyFunction);
    const construct = (given: unknown[]): object => Reflect.construct(fn, given, made) as object;
    // `new` cannot wait: an object is due at once.
    const chosen = this.#chooseMode(fn);
    const mode = chosen === "async" ? this.#host.rules.construct : chosen;
    const call: InterceptedCall = {
      name: this.#name,
      fn,
      thisArg: undefined,
      args,
      mode,
      callType: "proxy",
      site,
      construct,
    };
    return this.#host.run(call) as object;
  }

  #siteWay(name: string): SiteWay {
    const host = this.#host;
    return { framesFor: () => host.framesFor(name), readsLater: () => host.readsLater(name) };
  }

  get = (target: object, key: PropertyKey, receiver: unknown): unknown => {
    const value: unknown = Reflect.get(target, key, receiver === this.proxy ? target : receiver);
    if ((typeof value !== "function" && value !== target) || isFixed(target, key)) return value;
    if (value === target) return this.proxy;
    if (this.#wrapper.isWrapped(value)) return value;
    const known = this.#members.get(value);
    const before = known?.get(key);
    if (before) return before;
    const fn = value as AnyFunction;
    const treatment = this.#treatment(target, key, fn);
    if (treatment === "leave") return value;
    const proxy = treatment === "forward" ? this.#forward(fn) : this.#intercept(fn, key, treatment);
    if (known) known.set(key, proxy);
    else this.#members.set(value, new Map([[key, proxy]]));
    return proxy;
  };

  /** A method that is left out works as it always did, on the real object. */
  #treatment(target: object, key: PropertyKey, fn: AnyFunction): Treatment {
    const treatment = treatmentOf(target, key, fn, this.#host.rules.quiet);
    if (treatment === "leave" || !this.#filter) return treatment;
    return this.#filter.accepts(nameOfKey(key)) ? treatment : "forward";
  }

  set = (target: object, key: PropertyKey, value: unknown, receiver: unknown): boolean =>
    Reflect.set(target, key, this.#real(value), receiver === this.proxy ? target : receiver);

  /** Runs on the real object: setters, private fields and internal slots are there and not in the proxy. */
  #forward(fn: AnyFunction): object {
    return new Proxy(fn, {
      apply: (method, thisArg, args) =>
        this.#outward(Reflect.apply(method, this.#real(thisArg), this.#inward(args))),
    });
  }

  #intercept(fn: AnyFunction, key: PropertyKey, treatment: "intercept" | "log"): object {
    const name =
      typeof key === "symbol" ? `${this.#name}[${nameOfKey(key)}]` : `${this.#name}.${String(key)}`;
    const intercepted = (site: Site, method: AnyFunction, thisArg: unknown, args: unknown[]): unknown => {
      const mode = treatment === "log" ? "log" : this.#chooseMode(method);
      const call: InterceptedCall = {
        name,
        fn: method,
        thisArg: this.#real(thisArg),
        args: this.#inward(args),
        mode,
        callType: "proxy",
        site,
        target: this.#original,
        wrapper: this.proxy,
      };
      return this.#outward(this.#host.run(call));
    };
    const apply = trapWithSite(this.#siteWay(name), intercepted);
    const ownSource = new Proxy(Function.prototype.toString, {
      apply: (method, thisArg, args) => Reflect.apply(method, thisArg === proxy ? fn : thisArg, args),
    });
    const get = (method: AnyFunction, key: PropertyKey): unknown => {
      const value: unknown = Reflect.get(method, key);
      return value === Function.prototype.toString ? ownSource : value;
    };
    const construct = (method: AnyFunction, args: unknown[], newTarget: AnyFunction): object =>
      Reflect.construct(method, args, newTarget === proxy ? method : newTarget) as object;
    const proxy: AnyFunction = new Proxy(fn, { apply, construct, get });
    this.#wrapper.remember(proxy, fn);
    return proxy;
  }

  #real(value: unknown): unknown {
    return value === this.proxy ? this.#original : value;
  }

  /** An object that is given itself knows itself: `a.equals(a)` is true, and sees the private fields of both. */
  #inward(args: unknown[]): unknown[] {
    return args.includes(this.proxy) ? args.map((value) => this.#real(value)) : args;
  }

  /** A method that returns `this` goes on as the wrapper: chains stay intercepted. */
  #outward(result: unknown): unknown {
    return result === this.#original ? this.proxy : result;
  }
}

const nameOfKey = (key: PropertyKey): string =>
  typeof key === "symbol" ? (key.description ?? "symbol") : String(key);

/** Functions declared async never block; what else returns a promise is not known before it is called. */
export const chooseByKind: ChooseMode = (fn) => (isAsyncFunction(fn) ? "async" : "sync");
