import { type ActionLogRecord, type RecordFormat, recordFormat } from '@actionlog/core'
import { inert } from '../terminal/inert.js'
import type { Output } from '../terminal/output.js'
import { paintNothing } from '../terminal/paint.js'
import type { TailFilter } from './filter.js'
import { HeldActions } from './held-actions.js'
import { actionOf, requestOf } from './record-of.js'
import { actionLine, requestLine } from './request-line.js'
import type { TailedAction } from './tailed.js'

type Raw = Readonly<Record<string, unknown>>

/** Prints each record that the filter lets through: a request with its labelled records below it. */
export class Printer {
  readonly #output: Output
  readonly #filter: TailFilter
  readonly #timeZone: string
  readonly #full: RecordFormat | undefined
  readonly #held = new HeldActions()

  /** @param isFull whether records are printed in the text format, one field a line */
  constructor(output: Output, filter: TailFilter, timeZone: string, isFull: boolean) {
    this.#output = output
    this.#filter = filter
    this.#timeZone = timeZone
    this.#full = isFull ? recordFormat('text', output.paint !== paintNothing) : undefined
  }

  print(record: Raw): void {
    if (record.label_name === 'footprint') this.#printRequest(record)
    else this.#printAction(record)
  }

  /** A line that is no record: the application's own output. */
  printOther(text: string): void {
    this.#output.write(`${this.#output.paint('faint', inert(text))}\n`)
  }

  /** Prints the labelled records that have waited too long for their request. Without `now`: all that wait. */
  printOverdue(now?: number): void {
    for (const action of this.#held.takeOverdue(now)) this.#printAlone(action)
  }

  #printRequest(record: Raw): void {
    const request = requestOf(record)
    const actions = this.#held.takeOf(request.request_id)
    if (!this.#filter.acceptsRequest(request, actions)) {
      for (const action of actions) this.#printAlone(action)
      return
    }
    if (this.#full) return this.#output.write(this.#full(record as ActionLogRecord))
    const { paint } = this.#output
    const lines = [
      requestLine(request, this.#timeZone, paint),
      ...actions.map((action) => actionLine(action, true, this.#timeZone, paint)),
    ]
    this.#output.write(`${lines.join('\n')}\n`)
  }

  #printAction(record: Raw): void {
    const action = actionOf(record)
    if (this.#full) {
      if (this.#filter.acceptsAction(action)) this.#output.write(this.#full(record as ActionLogRecord))
    } else if (!this.#held.hold(action, Date.now())) this.#printAlone(action)
  }

  #printAlone(action: TailedAction): void {
    if (!this.#filter.acceptsAction(action)) return
    this.#output.write(`${actionLine(action, false, this.#timeZone, this.#output.paint)}\n`)
  }
}
