/** Sets a property of its own, also when the key is `__proto__`: keys come from programs, and are like any other. */
export function own(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
