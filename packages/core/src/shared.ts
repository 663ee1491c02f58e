/**
 * The one value of this name in the process; whoever asks first makes it. Two installed copies of this package,
 * or its ESM and its CommonJS build, share it: so it must be plain enough for each version of them.
 */
export function slot<Value>(name: string, make: () => Value): Value {
  const slots = globalThis as unknown as Record<symbol, Value | undefined>
  const key = Symbol.for(`@actionlog/core/v1/${name}`)
  slots[key] ??= make()
  return slots[key]
}
