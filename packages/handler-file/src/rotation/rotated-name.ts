import { basename, dirname, extname, join } from 'node:path'

const STAMP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/
const DAY_MS = 86_400_000

/** A rotated file: `action-2026-11-22T23-59-58.123.log`, or the same with `.gz`. */
export interface RotatedName {
  readonly path: string
  /** Local time of its last line; the order of stamps is that of the files. */
  readonly stamp: string
  readonly isCompressed: boolean
}

/** Those of these names in the logfile's folder that are its rotated files, oldest first. */
export function rotatedNames(logfile: string, names: readonly string[]): RotatedName[] {
  return names
    .flatMap((name) => parseRotatedName(logfile, name) ?? [])
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The rotated file of this name in the logfile's folder, if it is one. */
export function parseRotatedName(logfile: string, name: string): RotatedName | undefined {
  const { start, end } = partsOf(logfile)
  if (!name.startsWith(start)) return undefined
  const isCompressed = name.endsWith(`${end}.gz`)
  if (!isCompressed && !name.endsWith(end)) return undefined
  const stamp = name.slice(start.length, isCompressed ? -(end.length + 3) : name.length - end.length)
  return isStamp(stamp) ? { path: join(dirname(logfile), name), stamp, isCompressed } : undefined
}

/**
 * The name for a file whose last line was written at `ms`, or the next later one that sorts behind `newest`: also
 * where clocks are set back in autumn.
 * @param newest the stamp of the newest rotated file
 */
export function nextRotatedName(logfile: string, ms: number, newest = ''): { path: string; stamp: string } {
  const { start, end } = partsOf(logfile)
  const wanted = stampOf(ms)
  const stamp = wanted > newest ? wanted : written(read(newest) + 1)
  return { path: join(dirname(logfile), `${start}${stamp}${end}`), stamp }
}

/** Local time, to the millisecond. */
export function stampOf(ms: number): string {
  return written(ms - new Date(ms).getTimezoneOffset() * 60_000)
}

/** Whether a file of this stamp cannot have been rotated yet, in any time zone. */
export function isAhead(stamp: string): boolean {
  return stamp > stampOf(Date.now() + DAY_MS)
}

/** Milliseconds from one stamp to another. */
export function betweenStamps(from: string, to: string): number {
  return read(to) - read(from)
}

function isStamp(text: string): boolean {
  return STAMP.test(text) && !Number.isNaN(read(text))
}

function read(stamp: string): number {
  const [day = '', time = ''] = stamp.split('T')
  return Date.parse(`${day}T${time.replaceAll('-', ':')}Z`)
}

function written(utcMs: number): string {
  return new Date(utcMs).toISOString().slice(0, -1).replaceAll(':', '-')
}

function partsOf(logfile: string): { start: string; end: string } {
  const end = extname(logfile)
  return { start: `${basename(logfile, end)}-`, end }
}
