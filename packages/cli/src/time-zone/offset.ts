import { formatTime } from './clock.js'

const DAY_MS = 86_400_000

/** How far the zone's clocks are ahead of UTC at that time, in milliseconds. `undefined` is this machine's zone. */
export function offsetAt(ms: number, timeZone: string | undefined): number {
  const whole = Math.floor(ms / 1_000) * 1_000
  return Date.parse(`${formatTime(whole, timeZone).replace(' ', 'T')}Z`) - whole
}

/**
 * When the zone's clocks show `local`, in milliseconds since 1970: the first time where they show it twice, an hour
 * later where they never do.
 * @param local what the clocks show, in milliseconds, as if it were UTC
 */
export function toInstant(local: number, timeZone: string | undefined): number {
  const [before, after] = [offsetAt(local - DAY_MS, timeZone), offsetAt(local + DAY_MS, timeZone)]
  const isShown = (offset: number): boolean => offsetAt(local - offset, timeZone) === offset
  return local - (!isShown(before) && isShown(after) ? after : before)
}
