/**
 * The answer of a callback that is not waited for.
 * @throws TypeError for a promise: it would count as true, and its rejection go unhandled
 */
export function requireSync<T>(answer: T): T {
  if (typeof (answer as PromiseLike<unknown> | null | undefined)?.then !== 'function') return answer
  Promise.resolve(answer).catch(() => {})
  throw new TypeError('it must answer at once, not with a promise')
}
