import type { VNode } from 'preact'
import type { Deploys } from '../../questions/deploys.js'
import type { Steps } from '../../questions/steps.js'
import { linkTo } from '../state/place.js'
import { format } from './format.js'

/** A moment on the axis of time at which something changed. */
export interface Mark {
  readonly time: number
  readonly kind: 'deploy' | 'slower' | 'faster'
  /** What stands on its flag. */
  readonly flag: string
  readonly label: string
}

/** A range on the axis of time. */
export interface Band {
  readonly name: string
  readonly from: number
  readonly until: number
}

/** When a version arrived that was not there from the beginning. */
export function deployMarks(deploys: Deploys | undefined): Mark[] {
  return (deploys?.deploys.slice(1) ?? []).map(({ first, version }) => ({
    time: first,
    kind: 'deploy',
    flag: format(version),
    label: `Version ${format(version)}`,
  }))
}

/** When the latency changed by itself. */
export function stepMarks(steps: Steps | undefined): Mark[] {
  return (steps?.steps ?? []).map(({ time, before, after, ratio }) => ({
    time,
    kind: after > before ? 'slower' : 'faster',
    flag: format(ratio, 'change'),
    label: `p50 ${format(before, 'ms')} → ${format(after, 'ms')}`,
  }))
}

interface MarksProps {
  readonly of: readonly Mark[]
  readonly bands?: readonly Band[]
  /** What the axis shows. */
  readonly from: number
  readonly until: number
}

/** A flag takes about this share of the width. */
const FLAG_SHARE = 0.16
/** Flags that would hide each other stand in so many rows; what does not fit there has no text. */
const ROWS = 3

/** Marks over a chart. Each leads to the comparison before and after it. */
export function Marks({ of, bands = [], from, until }: MarksProps): VNode {
  const shareOf = (time: number): number => Math.max(0, Math.min(1, (time - from) / (until - from)))
  const percent = (share: number): string => `${share * 100}%`
  const ends: number[] = []
  const marks = of
    .filter(({ time }) => time >= from && time < until)
    .toSorted((a, b) => a.time - b.time)
    .map((mark) => {
      const share = shareOf(mark.time)
      const free = Array.from({ length: ROWS }, (_, row) => row).find((row) => (ends[row] ?? 0) <= share)
      if (free !== undefined) ends[free] = share + FLAG_SHARE
      return { ...mark, share, row: free ?? 0, flag: free === undefined ? '' : mark.flag }
    })
  return (
    <div class="overlay">
      {bands.map(({ name, ...band }) => {
        const [start, end] = [shareOf(band.from), shareOf(band.until)]
        return (
          <i
            key={name}
            class={`band ${name} ${start > 1 - FLAG_SHARE ? 'left' : ''}`}
            style={{ left: percent(start), width: percent(end - start) }}
          >
            <b>{name}</b>
          </i>
        )
      })}
      {marks.map(({ time, kind, flag, label, share, row }) => {
        const what = `${label}, ${format(time, 'time')}: compare before and after`
        return (
          <a
            key={`${time} ${label}`}
            class={`mark ${kind} ${share > 1 - FLAG_SHARE ? 'left' : ''}`}
            style={{ left: percent(share), '--row': row }}
            href={linkTo('compare', { at: time })}
            aria-label={what}
            title={what}
          >
            <span>{flag}</span>
          </a>
        )
      })}
    </div>
  )
}
