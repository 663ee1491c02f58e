import { performance } from 'node:perf_hooks' // the real one, also where a test replaces the global

let second = Number.NaN
let prefix = ''
let last = Number.NaN
let text = ''

/**
 * A time as `Date.toISOString()` writes it; only once a second in full. A fraction of a millisecond is cut off;
 * where a test's clock gave what is no time at all, it is the real one.
 */
export function isoTime(ms: number): string {
  if (ms === last) return text
  const time = wholeTime(ms)
  const whole = Math.floor(time / 1000)
  if (whole !== second) {
    prefix = new Date(whole * 1000).toISOString().slice(0, -4)
    second = whole
  }
  text = `${prefix}${String(time - whole * 1000).padStart(3, '0')}Z`
  last = ms
  return text
}

const MAX_TIME = 8.64e15 // of a Date

function wholeTime(ms: unknown): number {
  const time = typeof ms === 'number' ? Math.floor(ms) : Number.NaN
  if (Math.abs(time) <= MAX_TIME) return time
  const real = Math.floor(performance.timeOrigin + performance.now())
  return Math.abs(real) <= MAX_TIME ? real : 0
}
