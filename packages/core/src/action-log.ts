import { currentRequest, type RequestContext, shared } from './context.js'
import { ActionLogError, messageOf } from './errors.js'
import { combineHandlers, type Handler, type HandlerStats } from './handler.js'
import { toJson } from './json.js'
import {
  type ActionLogRecord,
  type ActionRecord,
  buildFootprint,
  FOOTPRINT,
  type RequestFacts,
} from './record.js'
import { createReporter, type OnError } from './report.js'
import { type ActionLogSettings, type ResolvedSettings, resolveSettings } from './settings.js'
import { SqlAccount } from './sql-account.js'

/** The fields of a record of the application's own. */
export interface ActionFields {
  /** Names the kind of record; `"footprint"` is refused: reported, and written without a label. */
  label_name?: string | undefined
  [field: string]: unknown
}

/** What an application's code does with its action log. */
export interface ActionLogWriter {
  /** Writes a record of its own: `time`, `label_name`, the request's `request_id`, then the fields. Never throws. */
  log(fields: ActionFields): void
  /** Adds fields to the footprint of the request this runs in (`extra`); too late or outside one it is reported. Never throws. */
  set(fields: Record<string, unknown>): void
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

class HandlerActionLog implements ActionLog {
  readonly settings: ResolvedSettings
  readonly report: OnError
  readonly #handler: Handler
  #lateSets = 0

  constructor(settings: ResolvedSettings) {
    this.settings = settings
    this.report = createReporter(settings.onError)
    const [only, ...others] = settings.handlers
    this.#handler = only && others.length === 0 ? only : combineHandlers(settings.handlers)
    this.#handler.onError ??= this.report
  }

  log(fields: ActionFields): void {
    try {
      this.#emit(this.#actionRecord(fields))
    } catch (error) {
      this.report(
        new ActionLogError(
          'bad_fields',
          `@actionlog/core: log() could not read its fields: ${messageOf(error)}`,
        ),
      )
    }
  }

  set(fields: Record<string, unknown>): void {
    const request = currentRequest()
    if (request?.log !== this)
      return this.#misplaced('set() outside a request of this action log: there is no footprint to add to')
    if (request.requestId === undefined) return
    if (request.closed)
      return this.#misplaced(`set() after the footprint was written, ${++this.#lateSets} times so far`)
    try {
      request.extra = Object.assign(request.extra ?? {}, fields)
    } catch (error) {
      this.report(
        new ActionLogError(
          'bad_fields',
          `@actionlog/core: set() could not read its fields: ${messageOf(error)}`,
        ),
      )
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
      if (keep && !keep(record)) return
    } catch (error) {
      this.report(
        new ActionLogError(
          'callback_failed',
          `@actionlog/core: ACTION_LOG_SETTING.keep threw, the record is kept: ${messageOf(error)}`,
        ),
      )
    }
    this.#emit(record)
  }

  async flush(): Promise<void> {
    await this.#await('flush', this.#handler.flush)
  }

  async close(): Promise<void> {
    shared.logs.delete(this)
    await this.#await('close', this.#handler.close)
  }

  stats(): HandlerStats {
    return this.#handler.stats()
  }

  #actionRecord(fields: ActionFields): ActionRecord {
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
      throw new TypeError(`they must be an object, got ${toJson(fields, 80)}`)
    }
    const record: ActionRecord = { time: new Date().toISOString() }
    const request = currentRequest()
    if (fields.label_name !== undefined) record.label_name = fields.label_name
    if (request?.requestId !== undefined) record.request_id = request.requestId
    for (const key of Object.keys(fields)) {
      if (fields[key] !== undefined) record[key] = fields[key]
    }
    if (record.label_name === FOOTPRINT) {
      delete record.label_name
      this.report(
        new ActionLogError(
          'bad_fields',
          '@actionlog/core: label_name "footprint" is reserved: the record is written without a label',
        ),
      )
    }
    return record
  }

  #emit(record: ActionLogRecord): void {
    try {
      this.#handler.emit(record)
    } catch (error) {
      this.report(
        new ActionLogError(
          'handler_failed',
          `@actionlog/core: the handler's emit() threw: ${messageOf(error)}`,
          { cause: error },
        ),
      )
    }
  }

  async #await(method: 'flush' | 'close', end: () => Promise<void>): Promise<void> {
    try {
      await end.call(this.#handler)
    } catch (error) {
      this.report(
        new ActionLogError(
          'handler_failed',
          `@actionlog/core: the handler's ${method}() failed: ${messageOf(error)}`,
          { cause: error },
        ),
      )
    }
  }

  #misplaced(what: string): void {
    this.report(new ActionLogError('late_set', `@actionlog/core: ${what}`))
  }
}

let fallback: ActionLog | undefined

/** The request's action log; outside requests the one configured first; before any is, one made from the environment. */
function current(): ActionLog {
  const log = currentRequest()?.log ?? shared.logs.values().next().value
  if (log) return log
  fallback ??= new HandlerActionLog(fallbackSettings())
  return fallback
}

function fallbackSettings(): ResolvedSettings {
  try {
    return resolveSettings()
  } catch (error) {
    console.error(messageOf(error))
    return resolveSettings({})
  }
}

/** All that `flush` and `close` mean: inside a request its app's, outside all of the process. */
function reached(): ActionLog[] {
  const request = currentRequest()
  return request ? [request.log] : [...shared.logs, ...(fallback ? [fallback] : [])]
}

/**
 * The application's action log, wherever the code runs: inside a request that of the request's app, outside
 * the one configured first. Before any is configured, records go where the environment variable
 * `ACTION_LOG_SETTING` says, else to stdout. Outside requests `flush()` and `close()` mean every action log
 * of the process.
 */
export const actionlog: ActionLogWriter = {
  log: (fields) => current().log(fields),
  set: (fields) => current().set(fields),
  stats: () => current().stats(),
  flush: async () => {
    await Promise.all(reached().map((log) => log.flush()))
  },
  close: async () => {
    await Promise.all(reached().map((log) => log.close()))
  },
}
