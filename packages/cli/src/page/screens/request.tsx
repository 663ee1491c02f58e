import type { VNode } from 'preact'
import type { RequestAnswer } from '../../questions/request.js'
import { literal } from '../../questions/scope.js'
import { SplitBar } from '../parts/bars.js'
import { CopyButtons } from '../parts/copy-buttons.js'
import { format, plural, type Unit } from '../parts/format.js'
import { Panel } from '../parts/panel.js'
import { Status } from '../parts/requests-table.js'
import { ownFields, TrailPanel } from '../parts/trail-panel.js'
import { Value } from '../parts/value.js'
import { linkTo, place } from '../state/place.js'
import { useAnswer } from '../state/use-answer.js'

/** One request: its whole record, its labelled records, and what its user did before and after. */
export function RequestScreen(): VNode {
  const { params } = place.value
  const requestId = params.get('rid')
  const options = requestId !== null ? { requestId } : { id: Number(params.get('id') ?? 0) }
  const request = useAnswer('request', options)
  const { answer } = request
  const around = { id: answer?.request.id ?? 0, limit: 40, ...(params.has('error') && { beforeError: true }) }
  return (
    <>
      <h1>Request {format(requestId ?? '')}</h1>
      <Panel
        title="Record"
        of={request}
        isEmpty={(answer) => answer === null}
        empty="The log does not hold this request any more, or not yet."
        aside={answer && <CopyButtons of={answer} />}
      >
        {(answer) => answer && <Whole of={answer} />}
      </Panel>
      {answer && answer.actions.length > 0 && (
        <Panel title="Labelled records of this request" of={request}>
          {(answer) => (
            <ul class="actions">
              {answer?.actions.map(({ id, time, label_name, fields }) => (
                <li key={id}>
                  <time>{format(time, 'clock')}</time> <span class="tag label">{format(label_name)}</span>{' '}
                  <code>{format(ownFields(fields))}</code>
                </li>
              ))}
            </ul>
          )}
        </Panel>
      )}
      {answer && <TrailPanel options={around} />}
    </>
  )
}

const MS_FIELDS = ['total_time', 'sql_time', 'node_time', 'head_time', 'sql_slowest_time']

function Whole({ of: { request, same_id, faster, view_requests } }: { of: RequestAnswer }): VNode {
  const { id: _, time, extra, total_time, sql_time, view_name, ...fields } = request
  const rows = Object.entries(fields).filter(([, value]) => value !== null && value !== '')
  return (
    <>
      <p class="headline">
        <Status {...request} />{' '}
        <b>
          {format(request.method)} {format(request.url)}
        </b>
      </p>
      <div class="timing">
        <SplitBar sql={sql_time} total={total_time} />
        <p>
          <b>{format(total_time, 'ms')}</b> in all: <span class="sql">SQL {format(sql_time, 'ms')}</span>,{' '}
          <span class="node">Node {format(request.node_time, 'ms')}</span>
          {faster !== null && (
            <>
              . Slower than {format(faster, 'share')} of {plural(view_requests, 'request')} of its view
            </>
          )}
          .
        </p>
      </div>
      <dl class="record">
        <Field name="time" value={format(time, 'time')} />
        <div>
          <dt>view_name</dt>
          <dd>
            <Value
              field="view_name"
              value={view_name}
              href={linkTo('view', { view: literal(view_name ?? '') })}
            />
          </dd>
        </div>
        {rows.map(([name, value]) => (
          <Field
            key={name}
            name={name}
            value={value}
            filter={!MS_FIELDS.includes(name)}
            unit={MS_FIELDS.includes(name) ? 'ms' : 'text'}
          />
        ))}
        {Object.entries(extra ?? {}).map(([key, value]) => (
          <Field key={key} name={`extra.${key}`} value={value} filter={typeof value !== 'object'} />
        ))}
      </dl>
      {same_id > 1 && <p class="note">{plural(same_id, 'request')} have this id; this is the newest.</p>}
    </>
  )
}

function Field({
  name,
  value,
  filter = false,
  unit = 'text',
}: {
  name: string
  value: unknown
  filter?: boolean
  unit?: Unit
}): VNode {
  return (
    <div>
      <dt>{format(name)}</dt>
      <dd class={name === 'ex_stack' ? 'stack' : ''}>
        {filter ? <Value field={name} value={String(value)} /> : format(value, unit)}
      </dd>
    </div>
  )
}
