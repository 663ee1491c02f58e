import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Raw } from './store-of.js'

// Real records of another system, too many for the project: beside the clone, or beside a worktree's parent folder.
const folder = ['../shared/data/', '../../shared/data/']
  .map((path) => new URL(`../../../../${path}`, import.meta.url))
  .find((url) => existsSync(new URL('trainticket.jsonl.gz', url)))

export const hasRealData: boolean = folder !== undefined
if (!folder) console.log('skipped: there is no real data in ../shared/data')

export function realRecords(): Raw[] {
  const lines = gunzipSync(readFileSync(new URL('trainticket.jsonl.gz', folder)))
    .toString()
    .trimEnd()
    .split('\n')
  return lines.map((line) => JSON.parse(line) as Raw)
}

export interface Fault {
  /** By the records' clock, in milliseconds since 1970. */
  time: number
  pod: string
  type: string
}

/** The faults that were injected into that system, in order. */
export function injectedFaults(): Fault[] {
  const hours = JSON.parse(readFileSync(new URL('trainticket-faults.json', folder), 'utf8')) as Record<
    string,
    Raw[]
  >
  return Object.values(hours)
    .flat()
    .map((fault) => ({
      time: Date.parse(`${String(fault.inject_time).replace(' ', 'T')}Z`),
      pod: String(fault.inject_pod),
      type: String(fault.inject_type),
    }))
    .toSorted((a, b) => a.time - b.time)
}
