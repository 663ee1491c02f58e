import { basename, dirname, extname, join } from 'node:path'

const STAMP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/

/** A rotated file: `action-2026-11-22T23-59-58.123.log`, or the same with `.gz`. */
export interface RotatedName {
  readonly path: string
  /** Local time of its last line; the order of stamps is that of the files. */
  readonly stamp: string
  readonly isCompressed: boolean
}

/** Those of these names in the logfile's folder that are its rotated files, oldest first. */
export function rotatedNames(logfile: string, names: readonly string[]): RotatedName[] {
  const { start, end } = partsOf(logfile)
  return names
    .flatMap((name) => {
      const isCompressed = name.endsWith(`${end}.gz`)
      const stamp = name.slice(start.length, isCompressed ? -(end.length + 3) : name.length - end.length)
      const path = join(dirname(logfile), name)
      return name === `${start}${stamp}${end}${isCompressed ? '.gz' : ''}` && isStamp(stamp)
        ? [{ path, stamp, isCompressed }]
        : []
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/**
 * The name for a file whose last line was written at `ms`, or the next later one that sorts behind all others:
 * also where clocks are set back in autumn.
 */
export function nextRotatedName(logfile: string, ms: number, others: readonly RotatedName[]): string {
  const { start, end } = partsOf(logfile)
  const wanted = stampOf(ms)
  const last = others.at(-1)?.stamp ?? ''
  return join(dirname(logfile), `${start}${wanted > last ? wanted : after(last)}${end}`)
}

/** Local time, to the millisecond. */
export function stampOf(ms: number): string {
  return written(ms - new Date(ms).getTimezoneOffset() * 60_000)
}

function isStamp(text: string): boolean {
  return STAMP.test(text) && !Number.isNaN(read(text))
}

function after(stamp: string): string {
  return written(read(stamp) + 1)
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
