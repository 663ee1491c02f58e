import {
  boolean,
  defineHandler,
  type Handler,
  type HandlerFactory,
  integer,
  oneOf,
  recordFormat,
  text,
} from '@actionlog/core'
import { fileMode, parseMode } from './file/mode.js'
import { LogFile } from './writer.js'

/** The options of `handlerType: 'file'`. */
export interface FileHandlerOptions {
  /** The file to append to; missing folders are made. @default '/tmp/koa_action.log' */
  logfile?: string | undefined
  /** `'json'`: a line a record; `'text'`: a block of lines a record, for people. @default 'json' */
  format?: 'text' | 'json' | undefined
  /** Of files it makes, less the process's umask: a number, or octal digits like `'0640'`. @default 0o640 */
  mode?: number | string | undefined
  /** The file is rotated before it grows beyond so many bytes; 0: never. @default 0 */
  rotateBytes?: number | undefined
  /** The file is rotated when an hour or a day of the local time zone is over. @default 'never' */
  rotateEvery?: 'never' | 'hour' | 'day' | undefined
  /** How many rotated files are kept; 0: all. Like the next two, only with one of the two above. @default 0 */
  keepFiles?: number | undefined
  /** For how many days rotated files are kept; 0: for ever. @default 0 */
  keepDays?: number | undefined
  /** Compresses rotated files, half a minute after their last line. @default false */
  gzip?: boolean | undefined
  /**
   * Bytes of a written-out record, from 1,024 to a quarter of `maxBufferBytes`; the fields of a longer one are cut,
   * and say so. @default 1048576
   */
  maxRecordBytes?: number | undefined
  /** Bytes of records that may wait for the file; beyond them the oldest are dropped. @default 67108864 */
  maxBufferBytes?: number | undefined
  /** Milliseconds a record may wait for others, to be written with them; 64 KiB of them are written at once. @default 50 */
  flushIntervalMs?: number | undefined
  /** SIGHUP makes it open the logfile anew, and no longer ends the process. @default false */
  reopenOnSighup?: boolean | undefined
}

/** What {@link fileHandler} makes. */
export interface FileHandler extends Handler {
  /** Opens the logfile anew if it was renamed, deleted or replaced: at once, instead of before the next write. */
  reopen(): void
}

const GZIP_GRACE_MS = 30_000
const ofRotated = {
  needs: { oneOf: ['rotateBytes', 'rotateEvery'], why: 'without them no file is rotated' },
}

/**
 * Appends records to a file, whole lines only, and many in one write. What waits is still written
 * when the process exits or the handler closes. A failed write is tried again every 100 ms; beyond
 * `maxBufferBytes` the oldest records are dropped. `flush()` and `close()` wait until writing has failed for 2 s
 * or stood still for 5 s: then all that waits is dropped. Drops are reported, and counted in the file itself.
 * @throws ActionLogError `invalid_settings`, all problems listed; `handler_failed` if the file cannot be opened
 */
export const fileHandler: HandlerFactory<FileHandlerOptions, FileHandler> = defineHandler<
  FileHandlerOptions,
  FileHandler
>(
  '@actionlog/handler-file',
  {
    logfile: text('/tmp/koa_action.log'),
    format: oneOf(['text', 'json'], 'json'),
    mode: fileMode(0o640),
    rotateBytes: integer(0, 2 ** 50, 0),
    rotateEvery: oneOf(['never', 'hour', 'day'], 'never'),
    keepFiles: { ...integer(0, 1_000_000, 0), ...ofRotated },
    keepDays: { ...integer(0, 100_000, 0), ...ofRotated },
    gzip: { ...boolean(false), ...ofRotated },
    maxRecordBytes: integer(1_024, 2 ** 28, 1_048_576),
    maxBufferBytes: integer(65_536, 2 ** 40, 64 * 1_048_576),
    flushIntervalMs: integer(0, 60_000, 50),
    reopenOnSighup: boolean(false),
  },
  ({ format, mode, maxRecordBytes, reopenOnSighup, ...options }) => {
    const room = Math.floor(options.maxBufferBytes / 4) // or it would take that of all others
    const toLines = recordFormat(format, false, Math.min(maxRecordBytes, room))
    const settings = { ...options, mode: parseMode(mode), graceMs: GZIP_GRACE_MS }
    const file = new LogFile(settings, toLines, (error) => handler.onError?.(error))
    const reopen = (): void => file.reopen()
    if (reopenOnSighup) process.on('SIGHUP', reopen)
    const handler: FileHandler = {
      onError: undefined,
      emit: (record) => file.append(toLines(record)),
      flush: () => file.flush(),
      close: () => {
        process.off('SIGHUP', reopen)
        return file.close()
      },
      reopen,
      stats: () => file.stats(),
    }
    return handler
  },
)
