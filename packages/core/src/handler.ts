import { type Checked, checkOptions, type OptionRules } from './options.js'
import type { ActionLogRecord } from './record.js'
import type { OnError } from './report.js'

/** Where records go. Every handler keeps `emitted === delivered + dropped + pending`, at every moment. */
export interface Handler {
  /** Takes a record: never throws, never blocks, keeps no reference the caller can change. */
  emit(record: ActionLogRecord): void
  /** Resolves when all emitted so far is delivered, or counted as dropped. */
  flush(): Promise<void>
  /** Flushes, then releases what it holds; idempotent. Records emitted later count as dropped. */
  close(): Promise<void>
  stats(): HandlerStats
  /** Told of drops and failures. The action log that takes the handler sets it, unless it is set already. */
  onError?: OnError | undefined
}

/** A handler's account, in records. */
export interface HandlerStats {
  emitted: number
  /** The sink has it. */
  delivered: number
  /** Given up: no room, no sink, or emitted after `close()`. */
  dropped: number
  pending: number
}

/** What a handler package exports by default: makes its handler, and tells which options it takes. */
export interface HandlerFactory<Options extends object> {
  (options?: Options): Handler
  /** Lets an `ACTION_LOG_SETTING` be checked as a whole. Without them the factory checks for itself. */
  readonly rules?: OptionRules<Options>
}

/**
 * Makes a handler package's factory: checks the options, fills in their defaults, then calls `create`.
 * @param packageName stands in front of every error message
 * @throws ActionLogError `invalid_settings` from the factory, with all problems listed
 */
export function defineHandler<Options extends object>(
  packageName: string,
  rules: OptionRules<Options>,
  create: (options: Checked<Options>) => Handler,
): HandlerFactory<Options> {
  const factory = (options: Options = {} as Options): Handler =>
    create(checkOptions(packageName, 'options', options, rules))
  return Object.assign(factory, { rules })
}

/** One handler that writes each record to several; its account is the sum of theirs. */
export function combineHandlers(handlers: readonly Handler[]): Handler {
  const all = async (end: (handler: Handler) => Promise<void>): Promise<void> => {
    const ends = await Promise.allSettled(handlers.map(async (handler) => end(handler)))
    for (const ended of ends) if (ended.status === 'rejected') throw ended.reason
  }
  return {
    emit: (record) => {
      for (const handler of handlers) handler.emit(record)
    },
    flush: () => all((handler) => handler.flush()),
    close: () => all((handler) => handler.close()),
    stats: () => {
      const sum = { emitted: 0, delivered: 0, dropped: 0, pending: 0 }
      for (const handler of handlers) {
        const stats = handler.stats()
        for (const name of Object.keys(sum) as (keyof HandlerStats)[]) sum[name] += stats[name]
      }
      return sum
    },
    set onError(report: OnError | undefined) {
      for (const handler of handlers) handler.onError ??= report
    },
  }
}
