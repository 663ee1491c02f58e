import { type ChangePoint, changePoints } from './statistics/change-points.js'

/** Consecutive requests of a view. */
export interface Block {
  /** Of its first request, in milliseconds since 1970. */
  time: number
  /** Of total_time. */
  median: number
  requests: number
}

/** A change of a view's level, between the changes before and after it. */
export interface Found {
  from: number
  time: number
  /** Null at the end of the log. */
  until: number | null
  /** Median after by median before, of the blocks' medians. */
  ratio: number
  p: number
}

const LARGEST_P = 0.001

/** A smaller change is not worth a reader's time, whatever its significance. */
const SMALLEST_RATIO = 1.2

/** The part of a change that must show in the blocks next to it: less is a drift, by the hour of the day perhaps. */
const ABRUPT_PART = 0.5
const NEXT_TO_IT = 8

/** Finds where a view's latency changed abruptly, and by how much. */
export function levelChanges(blocks: readonly Block[], views: number): Found[] {
  const medians = blocks.map((block) => block.median)
  let changes = changePoints(medians, views, LARGEST_P)
  for (;;) {
    const kept = changes.filter((change, i) => isAbrupt(medians, change, changes[i - 1], changes[i + 1]))
    if (kept.length === changes.length) break
    changes = kept // their neighbours now reach further
  }
  return changes.map(({ index, p }, i) => {
    const from = changes[i - 1]?.index ?? 0
    const until = changes[i + 1]?.index
    return {
      from: (blocks[from] as Block).time,
      time: (blocks[index] as Block).time,
      until: until === undefined ? null : (blocks[until] as Block).time,
      ratio: ratioOf(medians.slice(from, index), medians.slice(index, until)),
      p,
    }
  })
}

function isAbrupt(
  medians: readonly number[],
  { index }: ChangePoint,
  previous?: ChangePoint,
  next?: ChangePoint,
): boolean {
  const before = medians.slice(previous?.index ?? 0, index)
  const after = medians.slice(index, next?.index)
  const change = Math.log(ratioOf(before, after))
  if (Math.abs(change) < Math.log(SMALLEST_RATIO)) return false
  const near = Math.log(ratioOf(lastPart(before), lastPart(after.toReversed())))
  return near / change >= ABRUPT_PART
}

function lastPart(values: readonly number[]): readonly number[] {
  return values.slice(-Math.max(NEXT_TO_IT, Math.ceil(values.length / 4)))
}

function ratioOf(before: readonly number[], after: readonly number[]): number {
  return medianOf(after) / Math.max(medianOf(before), Number.MIN_VALUE)
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2
}
