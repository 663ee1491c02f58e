/**
 * Returns what a callback returned, unless that is a promise.
 * @throws TypeError for a promise, which would count as true, and whose rejection nobody would handle
 */
export function requireSync<T>(answer: T): T {
  if (typeof (answer as PromiseLike<unknown> | null | undefined)?.then !== 'function') return answer
  Promise.resolve(answer).catch(() => {})
  throw new TypeError('it must return its answer, not a promise')
}
