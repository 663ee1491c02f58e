import type { VNode } from 'preact'
import type { Finding, Why } from '../../questions/why.js'
import { linkHere, place } from '../state/place.js'
import { useAnswer } from '../state/use-answer.js'
import { ShareBar } from './bars.js'
import { format, plural } from './format.js'
import type { Box } from './heatmap-cells.js'
import { Panel } from './panel.js'
import { Value } from './value.js'

const SLOW = ['p50', 'p90', 'p95', 'p99'] as const

/** What the slow requests have in common that the others have not: those in the box, or the slowest part. */
export function WhyPanel({ box }: { box: Box | null }): VNode {
  const slow = SLOW.find((name) => name === place.value.params.get('slow')) ?? 'p95'
  const why = useAnswer('why', { selection: box ? { box } : { slow } })
  const choice = (
    <span class="choices">
      {box
        ? 'the box against the rest'
        : SLOW.map((name) => (
            <a
              key={name}
              href={linkHere({ slow: name === 'p95' ? null : name })}
              aria-current={name === slow ? 'true' : undefined}
            >
              over {name}
            </a>
          ))}
    </span>
  )
  return (
    <Panel title="Why slow?" class="why" of={why} aside={choice}>
      {(answer) => <Findings of={answer} />}
    </Panel>
  )
}

function Findings({ of }: { of: Why }): VNode {
  const { selected, rest, comparisons, findings, silent } = of
  return (
    <>
      <p class="note">
        {plural(selected, 'slow request')} against {format(rest, 'count')} others;{' '}
        {plural(comparisons, 'value')} compared.
      </p>
      {silent !== null && <p class="empty">{silent}</p>}
      {silent === null && findings.length === 0 && (
        <p class="empty">Nothing sets them apart beyond chance.</p>
      )}
      <ol class="findings">
        {findings.map((finding) => (
          <li key={`${finding.field}=${finding.value}`}>
            <FindingBars of={finding} selected={selected} rest={rest} />
          </li>
        ))}
      </ol>
    </>
  )
}

function FindingBars({ of, selected, rest }: { of: Finding; selected: number; rest: number }): VNode {
  const { field, value, inside, outside, inside_share, outside_share, median_with, median_without } = of
  return (
    <article class="finding">
      <h3>
        <span class="field">{field}</span> <Value field={field} value={value} />
      </h3>
      <dl>
        <dt>slow</dt>
        <dd>
          <ShareBar share={inside_share} kind="inside" /> <b>{format(inside_share, 'share')}</b>{' '}
          <small>
            {format(inside, 'count')} of {format(selected, 'count')}
          </small>
        </dd>
        <dt>rest</dt>
        <dd>
          <ShareBar share={outside_share} kind="outside" /> <b>{format(outside_share, 'share')}</b>{' '}
          <small>
            {format(outside, 'count')} of {format(rest, 'count')}
          </small>
        </dd>
      </dl>
      <p class="note">
        median {format(median_with, 'ms')} with it, {format(median_without, 'ms')} without
      </p>
    </article>
  )
}
