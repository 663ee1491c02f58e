import { ActionLogError, type ActionLogErrorCode, messageOf } from './errors.js'
import { type Handler, type HandlerStats, sumStats } from './handler/handler.js'
import {
  type ActionLogRecord,
  type ActionRecord,
  buildFootprint,
  FOOTPRINT,
  type RequestFacts,
} from './record/footprint.js'
import { isoTime } from './record/iso-time.js'
import { createReporter, type OnError, type Reporter } from './report.js'
import { currentRequest, type RequestContext, shared } from './request/context.js'
import { SqlAccount } from './request/sql-account.js'
import { requireSync } from './require-sync.js'
import { shown } from './settings/options.js'
import { type ActionLogSettings, type ResolvedSettings, resolveSettings } from './settings/settings.js'

/** Of each kind: enough for an app's own mistakes, too few to keep it busy. */
const MAX_REPORTS_A_SECOND = 10

/** The fields of a record of the application's own. */
export type ActionFields<Fields extends object = Record<string, unknown>> = Fields & {
  /** Names the kind of record; `"footprint"` is refused: reported, and written without a label. */
  label_name?: string | undefined
}

/** What an application's code does with its action log. */
export interface ActionLogWriter {
  /** Writes a record of its own: `time`, `label_name`, the request's `request_id`, then the fields. Never throws. */
  log<Fields extends object>(fields: ActionFields<Fields>): void
  /** Adds fields to the footprint of the request this runs in (`extra`); too late or outside one it is reported. Never throws. */
  set(fields: object): void
  /** Resolves when all written so far is delivered, or counted as dropped. Never rejects. */
  flush(): Promise<void>
  /** Flushes, then releases the handler; idempotent. Records written later count as dropped. Never rejects. */
  close(): Promise<void>
  /** The handler's account. */
  stats(): HandlerStats
}

/** One action log: its settings, its handler, and what a framework's middleware needs of it. */
export interface ActionLog extends ActionLogWriter {
  readonly settings: ResolvedSettings
  /** Starts a request; run its code with `runInRequest()`. Without an id it leaves no record. */
  begin(requestId: string | undefined): RequestContext
  /** Ends it: writes its footprint, once, unless `keep` says no. Never throws. */
  end(request: RequestContext, facts: RequestFacts): void
  /** Tells `onError`. Never throws. */
  report: OnError
}

/**
 * Makes an action log of its own: for several apps in a process, workers and scripts without a web
 * framework, tests. Without settings it takes those of the environment variable `ACTION_LOG_SETTING` (JSON),
 * without that it writes to stdout. The first one made is what `actionlog` means outside requests, until it
 * is closed.
 * @throws ActionLogError with all problems of the settings listed; what the handler throws that cannot open its sink
 */
export function createActionLog<Context = unknown>(settings?: ActionLogSettings<Context>): ActionLog {
  const log = new HandlerActionLog(resolveSettings(settings as ActionLogSettings | undefined))
  shared.logs.add(log)
  return log
}

/** An action log over the handlers of its settings. Not registered: `actionlog` does not find it. */
export class HandlerActionLog implements ActionLog {
  readonly settings: ResolvedSettings
  readonly report: OnError
  readonly #reporter: Reporter
  #lateSets = 0
  #closed = false

  constructor(settings: ResolvedSettings) {
    this.settings = settings
    this.#reporter = createReporter(() => settings.onError, MAX_REPORTS_A_SECOND)
    this.report = this.#reporter.report
    for (const handler of settings.handlers) handler.onError ??= this.report
  }

  log<Fields extends object>(fields: ActionFields<Fields>): void {
    try {
      this.#emit(this.#actionRecord(fields))
    } catch (error) {
      this.#report('bad_fields', 'log() could not read its fields', error)
    }
  }

  set(fields: object): void {
    const request = currentRequest()
    if (request?.log !== this)
      return this.#report('late_set', 'set() outside a request of this action log: no footprint to add to')
    if (request.requestId === undefined) return
    if (request.closed)
      return this.#report(
        'late_set',
        `set() after the footprint was written, ${++this.#lateSets} times so far`,
      )
    try {
      request.extra ??= Object.create(null) as Record<string, unknown> // where __proto__ is a field like any other
      Object.assign(request.extra, readFields(fields))
    } catch (error) {
      this.#report('bad_fields', 'set() could not read its fields', error)
    }
  }

  begin(requestId: string | undefined): RequestContext {
    return {
      log: this,
      requestId,
      time: Date.now(),
      start: performance.now(),
      sql: new SqlAccount(),
      extra: undefined,
      closed: requestId === undefined,
    }
  }

  end(request: RequestContext, facts: RequestFacts): void {
    if (request.closed) return
    request.closed = true
    const record = buildFootprint(request, facts, performance.now())
    const { keep } = this.settings
    try {
      if (keep && !requireSync(keep(record))) return
    } catch (error) {
      this.#report('callback_failed', 'ACTION_LOG_SETTING.keep threw, the record is kept', error)
    }
    this.#emit(record)
  }

  async flush(): Promise<void> {
    await Promise.all(this.settings.handlers.map((handler) => this.#end(handler, 'flush')))
  }

  async close(): Promise<void> {
    await immediately() // requests cut off just now are written a moment later
    this.#closed = true
    if (shared.logs.delete(this) && shared.logs.size === 0) shared.fallback = this
    await Promise.all(this.settings.handlers.map((handler) => this.#end(handler, 'close')))
    this.#reporter.flush()
  }

  stats(): HandlerStats {
    return sumStats(this.settings.handlers)
  }

  #actionRecord(fields: ActionFields): ActionRecord {
    const { label_name: label, ...rest } = readFields(fields)
    const record: ActionRecord = { time: isoTime(Date.now()) }
    const requestId = currentRequest()?.requestId
    if (typeof label === 'string' && label !== FOOTPRINT) record.label_name = label
    else if (label !== undefined)
      this.#report('bad_fields', `label_name must be a string other than "${FOOTPRINT}": the record has none`)
    if (requestId !== undefined) record.request_id = requestId
    return { ...record, ...rest }
  }

  #emit(record: ActionLogRecord): void {
    if (this.#closed) this.#report('records_dropped', 'a record was written after close()')
    for (const handler of this.settings.handlers) {
      const failed = (error: unknown): void =>
        this.#report('handler_failed', "the handler's emit() failed", error)
      try {
        const result: unknown = handler.emit(record)
        if (result) Promise.resolve(result).catch(failed)
      } catch (error) {
        failed(error)
      }
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

// Node's own, also where a test's clock has replaced it since
const { setImmediate } = globalThis

function immediately(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/**
 * A copy of those that have a value: neither undefined nor functions, as a toJSON() would speak for the whole
 * record. A getter that throws costs only its own field.
 */
function readFields(fields: object): Record<string, unknown> {
  if (typeof fields !== 'object' || fields === null || fields instanceof Error || Symbol.iterator in fields) {
    throw new TypeError(`they must be an object of fields, got ${shown(fields)}`)
  }
  const read = (name: string): unknown => {
    try {
      return Reflect.get(fields, name)
    } catch (error) {
      return `[Throws: ${messageOf(error)}]`
    }
  }
  const entries = Object.keys(fields).map((name) => [name, read(name)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && typeof value !== 'function'))
}
