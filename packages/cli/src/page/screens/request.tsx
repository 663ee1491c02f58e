import type { VNode } from 'preact'
import type { RequestAnswer } from '../../questions/request.js'
import { mostlyAfterHead } from '../../report/after-head.js'
import { ownFields } from '../../terminal/own-fields.js'
import { SplitBar } from '../parts/bars.js'
import { CopyButtons } from '../parts/copy-buttons.js'
import { format, plural } from '../parts/format.js'
import { Panel } from '../parts/panel.js'
import { RecordFields } from '../parts/record.js'
import { Status } from '../parts/requests-table.js'
import { TrailPanel } from '../parts/trail-panel.js'
import { place } from '../state/place.js'
import { wholeLog } from '../state/scope.js'
import { useAnswer } from '../state/use-answer.js'

/** As many as `report trail` shows. */
const TRAIL_STEPS = 50

/** One request: its whole record, its labelled records, and what its user did before and after. */
export function RequestScreen(): VNode {
  const { params } = place.value
  const requestId = params.get('rid')
  const options = requestId !== null ? { requestId } : { id: Number(params.get('id') ?? 0) }
  const request = useAnswer('request', options)
  const { answer } = request
  const beforeError = params.has('error')
  const around = { id: answer?.request.id ?? 0, limit: TRAIL_STEPS, ...(beforeError && { beforeError }) }
  return (
    <>
      <h1>Request {format(requestId ?? answer?.request.request_id ?? '')}</h1>
      <Panel
        title="Record"
        of={request}
        isEmpty={(answer) => answer === null}
        empty="The log does not hold this request any more, or not yet."
        aside={answer && <CopyButtons of={answer} beforeError={beforeError} />}
      >
        {(answer) => answer && <Whole of={answer} />}
      </Panel>
      {answer && answer.actions.length > 0 && (
        <Panel title="Labelled records of this request" of={request}>
          {(answer) => (
            <ul class="actions">
              {answer?.actions.map(({ id, time, label_name, fields }) => (
                <li key={id} tabIndex={-1}>
                  <time>{format(time, 'clock')}</time> <span class="tag label">{format(label_name)}</span>{' '}
                  <code>{format(ownFields(fields))}</code>
                </li>
              ))}
            </ul>
          )}
        </Panel>
      )}
      {answer && <TrailPanel options={around} scope={wholeLog.value} />}
    </>
  )
}

function Whole({ of: { request, same_id, faster, view_requests } }: { of: RequestAnswer }): VNode {
  const { total_time, sql_time, node_time } = request
  const afterHead = mostlyAfterHead(request)
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
          <span class="node">Node {format(node_time, 'ms')}</span>
          {faster !== null && (
            <>
              . Slower than {format(faster, 'share')} of {plural(view_requests, 'request')} of its view
            </>
          )}
          {afterHead !== undefined && (
            <>. {format(afterHead, 'ms')} of it after the response head: streaming, or the client's network</>
          )}
          .
        </p>
      </div>
      <RecordFields of={request} />
      {same_id > 1 && <p class="note">{plural(same_id, 'request')} have this id; this is the newest.</p>}
    </>
  )
}
