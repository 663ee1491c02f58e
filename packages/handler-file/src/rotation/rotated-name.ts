import { basename, dirname, extname, join } from 'node:path'

const STAMP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/
const DAY_MS = 86_400_000

/** A rotated file: `action-2026-11-22T23-59-58.123.log`, or the same with `.gz`. */
export interface RotatedName {
  readonly path: string
  /** The local time of its last line, see {@link localTime}. The times have the same order as the files. */
  readonly time: number
  readonly isCompressed: boolean
}

/** Returns a function that reads a name in the logfile's folder; `undefined` if it is not one of its rotated files. */
export function rotatedNameParser(logfile: string): (name: string) => RotatedName | undefined {
  const { start, end } = partsOf(logfile)
  const folder = dirname(logfile)
  return (name) => {
    if (!name.startsWith(start)) return undefined
    const isCompressed = name.endsWith(`${end}.gz`)
    if (!isCompressed && !name.endsWith(end)) return undefined
    const stamp = name.slice(start.length, isCompressed ? -(end.length + 3) : name.length - end.length)
    const time = STAMP.test(stamp) ? read(stamp) : Number.NaN
    return Number.isNaN(time) ? undefined : { path: join(folder, name), time, isCompressed }
  }
}

/**
 * Returns the name of a file whose last line was written at `ms`. The name always sorts after `newest`, even if the time does
 * not, for example when clocks are set back in autumn.
 * @param newest the time of the newest rotated file
 */
export function nextRotatedName(logfile: string, ms: number, newest: number): RotatedName {
  const { start, end } = partsOf(logfile)
  const time = Math.max(localTime(ms), newest + 1)
  return { path: join(dirname(logfile), `${start}${write(time)}${end}`), time, isCompressed: false }
}

/** Converts to local time: the milliseconds since local clocks showed the beginning of 1970. */
export function localTime(ms: number): number {
  return ms - new Date(ms).getTimezoneOffset() * 60_000
}

/** Returns a time in the form that file names have. */
export function stampOf(ms: number): string {
  return write(localTime(ms))
}

/** Returns the latest local time that a file rotated before now can have, in any time zone. */
export function latestTime(): number {
  return localTime(Date.now() + DAY_MS)
}

function read(stamp: string): number {
  const [day = '', time = ''] = stamp.split('T')
  return Date.parse(`${day}T${time.replaceAll('-', ':')}Z`)
}

function write(time: number): string {
  return new Date(time).toISOString().slice(0, -1).replaceAll(':', '-')
}

function partsOf(logfile: string): { start: string; end: string } {
  const end = extname(logfile)
  return { start: `${basename(logfile, end)}-`, end }
}
