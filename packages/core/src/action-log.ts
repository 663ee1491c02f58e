import { performance } from 'node:perf_hooks' // these are the real ones, also where a test replaces the globals
import { setImmediate } from 'node:timers'
import { ActionLogError, type ActionLogErrorCode, messageOf } from './errors.js'
import { Account } from './handler/account.js'
import { closeTimeoutOf, type Handler, type HandlerStats, sumStats } from './handler/handler.js'
import { addOpenLog, removeOpenLog } from './open-logs.js'
import { buildActionRecord, isLabel, readFields } from './record/action-record.js'
import { buildFootprint, type RequestFacts } from './record/footprint.js'
import { type ActionLogRecord, FOOTPRINT, type Footprint } from './record/record.js'
import { createReporter, type OnError, type Reporter } from './report.js'
import { currentRequest, RequestContext } from './request/context.js'
import { EXTRA_LIMITS } from './request/extra.js'
import { requireSync } from './require-sync.js'
import { shown } from './settings/options.js'
import { type ActionLogSettings, type ResolvedSettings, resolveSettings } from './settings/settings.js'
import { deliverOnSignals } from './signals.js'
import type { ActionFields, ReportingWriter } from './writer.js'

/** For each kind of error: enough to show an app's mistakes, too few to keep it busy. */
const MAX_REPORTS_A_SECOND = 10
/** How deep calls of log() may be nested: a getter of a record, `transform` or `shape` may call it, but not without end. */
const MAX_NESTED = 4

/** One action log: its settings, its handler, and what a framework's middleware needs of it. */
export interface ActionLog extends ReportingWriter {
  readonly settings: ResolvedSettings
  /** Where its records go. */
  readonly handlers: readonly Handler[]
  /** Starts a request; run its code with `runInRequest()`. A request without an id leaves no record. */
  begin(requestId: string | undefined): RequestContext
  /** Ends the request: writes its footprint once, unless `keep` returns false. Never throws. */
  end(request: RequestContext, facts: RequestFacts): void
}

/**
 * Makes an independent action log: for several apps in a process, for workers and scripts without a web framework, and
 * for tests. Without settings it reads the environment variable `ACTION_LOG_SETTING` (JSON); without that it writes to
 * stdout. Outside requests `actionlog` is the first one made, until that is closed.
 * @throws ActionLogError `invalid_settings` with all problems listed; `handler_failed` if a handler cannot open its sink
 */
export function createActionLog<Context = unknown>(settings?: ActionLogSettings<Context>): ActionLog {
  const log = openActionLog(settings as ActionLogSettings | undefined).deliverAtEnd()
  addOpenLog(log)
  return log
}

/** Makes an action log that is not registered: `actionlog` does not find it. @throws like createActionLog() */
export function openActionLog(input?: ActionLogSettings): HandlerActionLog {
  const { settings, openHandlers } = resolveSettings(input)
  return new HandlerActionLog(settings, openHandlers())
}

/** An action log over its handlers. */
export class HandlerActionLog implements ActionLog {
  readonly settings: ResolvedSettings
  readonly handlers: readonly Handler[]
  readonly report: OnError
  /** Counts the records that reached no handler: `transform` failed, or they were written within others. */
  readonly #lost = new Account()
  readonly #reporter: Reporter
  #forgetSignals: () => void = () => {}
  #lateSets = 0
  #nested = 0
  #written = 0
  #closed = false

  constructor(settings: ResolvedSettings, handlers: readonly Handler[]) {
    this.settings = settings
    this.handlers = handlers
    this.#reporter = createReporter(() => settings.onError, MAX_REPORTS_A_SECOND)
    this.report = this.#reporter.report
    // a frozen handler keeps none
    for (const handler of handlers) if (!handler.onError) Reflect.set(handler, 'onError', this.report)
  }

  /** Delivers the records when a signal comes, until the log is closed. */
  deliverAtEnd(): this {
    this.#forgetSignals = deliverOnSignals(this)
    return this
  }

  /** How many records its handlers were given. */
  get written(): number {
    return this.#written
  }

  /** How long its slowest handler may take to close. */
  get closeTimeoutMs(): number {
    return Math.max(...this.handlers.map(closeTimeoutOf))
  }

  log<Fields extends object>(given: ActionFields<Fields>): void {
    if (this.#nested === MAX_NESTED) return this.#dropNested()
    this.#nested++
    try {
      const fields = readFields(given)
      if (!isLabel(fields.label_name)) {
        delete fields.label_name
        const rule = `log() ignored label_name: it must be a string other than "${FOOTPRINT}"`
        this.#report('bad_fields', rule)
      }
      this.#emit(buildActionRecord(fields, currentRequest()?.requestId, this.settings.fields))
    } catch (error) {
      this.#report('bad_fields', 'log() could not read its fields', error)
    } finally {
      this.#nested--
    }
  }

  set(fields: object): void {
    const request = currentRequest()
    if (request?.log !== this)
      return this.#report(
        'late_set',
        'set() was called outside a request of this action log, so there is no footprint to add to',
      )
    if (request.requestId === undefined) return
    if (request.closed)
      return this.#report(
        'late_set',
        `set() was called after the footprint was written, ${++this.#lateSets} times so far`,
      )
    try {
      const refused = request.addExtra(readFields(fields))
      if (refused > 0)
        this.#report(
          'bad_fields',
          `set() left out ${refused} fields: a footprint takes at most ${EXTRA_LIMITS}`,
        )
    } catch (error) {
      this.#report('bad_fields', 'set() could not read its fields', error)
    }
  }

  begin(requestId: string | undefined): RequestContext {
    return new RequestContext(this, requestId)
  }

  end(request: RequestContext, facts: RequestFacts): void {
    if (request.closed) return
    const record = this.#footprint(request, facts)
    request.close()
    if (record && this.#isKept(record)) this.#emit(record)
  }

  async flush(): Promise<void> {
    await Promise.all(this.handlers.map((handler) => this.#end(handler, 'flush')))
  }

  async close(): Promise<void> {
    await immediately() // requests cut off just now are written a moment later
    this.#closed = true
    removeOpenLog(this)
    await Promise.all(this.handlers.map((handler) => this.#end(handler, 'close')))
    this.#forgetSignals()
    this.#reporter.flush()
  }

  stats(): HandlerStats {
    const report = (error: unknown): void =>
      this.#report('handler_failed', "the handler's stats() failed", error)
    return sumStats([...this.handlers, this.#lost], report)
  }

  #dropNested(): void {
    this.#lost.countRefused()
    const why = 'a getter of a record, transform or shape calls log() itself'
    this.#report('records_dropped', `a record was dropped, because ${why}`)
  }

  #footprint(request: RequestContext, facts: RequestFacts): Footprint | undefined {
    try {
      const { fields, repeatThreshold } = this.settings
      const record = buildFootprint(request, facts, performance.now(), repeatThreshold)
      if (fields) record.extra = { ...fields, ...record.extra }
      return record
    } catch (error) {
      this.#report('records_dropped', 'a footprint could not be made', error)
      return undefined
    }
  }

  #isKept(record: Footprint): boolean {
    const { keep } = this.settings
    if (!keep) return true
    try {
      return Boolean(requireSync(keep(record)))
    } catch (error) {
      this.#report('callback_failed', 'ACTION_LOG_SETTING.keep failed, so the record is kept', error)
      return true
    }
  }

  #emit(built: ActionLogRecord): void {
    const record = this.#transform(built)
    if (!record) return
    this.#written++
    if (this.#closed)
      this.#report('records_dropped', 'a record was dropped, because it was written after close()')
    for (const handler of this.handlers) this.#give(record, handler)
  }

  /** A third party's handler may throw, or return a promise that rejects. */
  #give(record: ActionLogRecord, handler: Handler): void {
    try {
      const result: unknown = handler.emit(record)
      if (result) Promise.resolve(result).catch((error) => this.#reportEmit(error))
    } catch (error) {
      this.#reportEmit(error)
    }
  }

  #reportEmit(error: unknown): void {
    this.#report('handler_failed', "the handler's emit() failed", error)
  }

  /** The record as the setting `transform` returns it; `undefined` if nothing is to be written. */
  #transform(record: ActionLogRecord): ActionLogRecord | undefined {
    const { transform } = this.settings
    if (!transform) return record
    try {
      const transformed = requireSync(transform(record))
      if (transformed === null) return undefined
      if (typeof transformed === 'object' && !Array.isArray(transformed)) return transformed
      throw new TypeError(`it must return a record or null, got ${shown(transformed)}`)
    } catch (error) {
      this.#lost.countRefused()
      this.#report('records_dropped', 'ACTION_LOG_SETTING.transform failed, so the record is dropped', error)
      return undefined
    }
  }

  async #end(handler: Handler, method: 'flush' | 'close'): Promise<void> {
    try {
      await handler[method]()
    } catch (error) {
      this.#report('handler_failed', `the handler's ${method}() failed`, error)
    }
  }

  #report(code: ActionLogErrorCode, what: string, cause?: unknown): void {
    const [why, options] = cause === undefined ? [''] : [`: ${messageOf(cause)}`, { cause }]
    this.report(new ActionLogError(code, `@actionlog/core: ${what}${why}`, options))
  }
}

function immediately(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
