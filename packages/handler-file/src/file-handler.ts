import {
  defineHandler,
  type Handler,
  type HandlerFactory,
  integer,
  oneOf,
  recordFormat,
  text,
} from '@actionlog/core'
import { LogFile } from './log-file.js'

/** The options of `handlerType: 'file'`. */
export interface FileHandlerOptions {
  /** The file to append to; missing folders are made. @default '/tmp/koa_action.log' */
  logfile?: string | undefined
  /** `'json'`: a line a record; `'text'`: a block of lines a record, for people. @default 'json' */
  format?: 'text' | 'json' | undefined
  /** Bytes of records that may wait for the file; beyond them the oldest are dropped. @default 67108864 */
  maxBufferBytes?: number | undefined
  /** Milliseconds a record may wait for others, to be written with them; 16 KiB of them are written at once. @default 50 */
  flushIntervalMs?: number | undefined
}

/**
 * Appends records to a file, whole lines only, and many in one write. What waits is still written
 * when the process exits or the handler closes. A failed write is tried again every 100 ms. `flush()` and
 * `close()` wait until it has failed for 2 s: then all that waits is dropped, and reported.
 * @throws ActionLogError `invalid_settings`, all problems listed; `handler_failed` if the file cannot be opened
 */
export const fileHandler: HandlerFactory<FileHandlerOptions> = defineHandler<FileHandlerOptions>(
  '@actionlog/handler-file',
  {
    logfile: text('/tmp/koa_action.log'),
    format: oneOf(['text', 'json'], 'json'),
    maxBufferBytes: integer(65_536, 2 ** 40, 64 * 1_048_576),
    flushIntervalMs: integer(0, 60_000, 50),
  },
  ({ logfile, format, maxBufferBytes, flushIntervalMs }) => {
    const toLines = recordFormat(format)
    const file = new LogFile(logfile, maxBufferBytes, flushIntervalMs, (error) => handler.onError?.(error))
    const handler: Handler = {
      onError: undefined,
      emit: (record) => file.append(toLines(record)),
      flush: () => file.flush(),
      close: () => file.close(),
      stats: () => file.stats(),
    }
    return handler
  },
)
