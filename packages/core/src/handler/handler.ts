import type { ActionLogRecord } from '../record/record.js'
import type { OnError } from '../report.js'
import { type Checked, checkOptions, type OptionRules } from '../settings/options.js'

const CLOSE_TIMEOUT_MS = 5_000
const MAX_CLOSE_TIMEOUT_MS = 600_000

/** Where records go. Every handler keeps `emitted === delivered + dropped + pending`, at every moment. */
export interface Handler {
  /** Takes a record. Never throws, never blocks, and keeps no reference that the caller can change. */
  emit(record: ActionLogRecord): void
  /** Resolves when all records emitted so far are delivered, or counted as dropped. Never rejects. */
  flush(): Promise<void>
  /** Flushes, then releases everything; idempotent. Records emitted later count as dropped. Never rejects. */
  close(): Promise<void>
  /** The counts so far. */
  stats(): HandlerStats
  /** How many milliseconds `close()` may take; the end of the process waits as long. @default 5000 */
  readonly closeTimeoutMs?: number | undefined
  /** Called with drops and failures. The action log that takes the handler sets it, unless it is set already. */
  onError?: OnError | undefined
}

/** A handler's account, in records. */
export interface HandlerStats {
  /** All that `emit()` was called with. */
  emitted: number
  /** The sink has them. */
  delivered: number
  /** Lost: the buffer was full, the sink failed, or the record was emitted after `close()`. */
  dropped: number
  /** Neither yet: queued, being written, or kept on disk. */
  pending: number
}

/** What a handler package exports by default: makes its handler, and says which options it takes. */
export interface HandlerFactory<Options extends object, Made extends Handler = Handler> {
  (options?: Options): Made
  /** The rules of its options, so that all settings are checked together. Without them the factory checks its options itself. */
  readonly rules?: OptionRules<Options>
}

/**
 * Makes a handler package's factory: checks the options, fills in their defaults, then calls `create`.
 * @param packageName stands in front of every error message
 * @throws ActionLogError `invalid_settings` from the factory, with all problems listed
 */
export function defineHandler<Options extends object, Made extends Handler = Handler>(
  packageName: string,
  rules: OptionRules<Options>,
  create: (options: Checked<Options>) => Made,
): HandlerFactory<Options, Made> {
  const factory = (options: Options = {} as Options): Made =>
    create(checkOptions(packageName, 'options', options, rules))
  return Object.assign(factory, { rules })
}

/** How long a handler's `close()` may take. A handler of somebody else may say anything. */
export function closeTimeoutOf({ closeTimeoutMs: ms }: Handler): number {
  return typeof ms === 'number' && ms >= 0 ? Math.min(ms, MAX_CLOSE_TIMEOUT_MS) : CLOSE_TIMEOUT_MS
}

/**
 * The account of several handlers together.
 * @param report called if the account of one fails, which then counts as empty
 */
export function sumStats(
  handlers: readonly Pick<Handler, 'stats'>[],
  report: (error: unknown) => void,
): HandlerStats {
  const sum: HandlerStats = { emitted: 0, delivered: 0, dropped: 0, pending: 0 }
  for (const handler of handlers) {
    try {
      const { emitted, delivered, dropped, pending } = handler.stats()
      sum.emitted += emitted
      sum.delivered += delivered
      sum.dropped += dropped
      sum.pending += pending
    } catch (error) {
      report(error)
    }
  }
  return sum
}

/** Whether it has the methods of a handler. */
export function isHandler(value: unknown): value is Handler {
  const handler = value as Partial<Handler> | null | undefined
  const methods = ['emit', 'flush', 'close', 'stats'] as const
  return methods.every((method) => typeof handler?.[method] === 'function')
}
