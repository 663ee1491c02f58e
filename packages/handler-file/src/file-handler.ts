import {
  defineHandler,
  type Handler,
  type HandlerFactory,
  jsonShapeRule,
  onHangup,
  type RecordShape,
  recordShaper,
  rule,
  type SizedRecordFormat,
  sizedRecordFormat,
} from '@actionlog/core'
import { fileMode, parseMode } from './file/mode.js'
import { logfileRule } from './file/path.js'
import { openWriter } from './open-writer.js'
import { reopenOnSighupRule } from './reopen-on-sighup.js'

/** The options of `handlerType: 'file'`. */
export interface FileHandlerOptions {
  /**
   * The file to append to; missing folders are made. In production choose a path in a folder of your own: everyone
   * may write to /tmp. @default '/tmp/koa_action.log', on Windows in the user's temporary folder
   */
  logfile?: string | undefined
  /** `'json'`: a line a record; `'text'`: a block of lines a record, for people. @default 'json' */
  format?: 'text' | 'json' | undefined
  /**
   * Writes each record under other names: `toEcs` or `toOtel` of `@actionlog/core/shapes`, or a function of yours that
   * returns an object. Needs `format: 'json'`. If it throws, the record keeps its own names. @default none
   */
  shape?: RecordShape | undefined
  /** The mode of files it makes, less the process's umask: a number, or octal digits like `'0640'`. @default 0o640 */
  mode?: number | string | undefined
  /** The file is rotated before it is larger than this many bytes; 0: never. @default 0 */
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
   * The largest size of a record as it is written, in bytes, from 1,024 to a quarter of `maxBufferBytes`; the fields
   * of a larger one are cut, and say so. @default 1048576
   */
  maxRecordBytes?: number | undefined
  /** Bytes of memory for records that wait for the file; beyond them the oldest are dropped. @default 67108864 */
  maxBufferBytes?: number | undefined
  /** Milliseconds that a record waits at most for others to be written with it; 64 KiB are written at once. @default 50 */
  flushIntervalMs?: number | undefined
  /** Milliseconds that `close()`, and writing at exit, take at most. What is left is dropped. @default 5000 */
  closeTimeoutMs?: number | undefined
  /** SIGHUP opens the logfile again and no longer ends the process. Not in worker threads. @default false */
  reopenOnSighup?: boolean | undefined
}

/** What {@link fileHandler} makes. */
export interface FileHandler extends Handler {
  /** Opens the logfile again if it was renamed, deleted or replaced: at once, instead of before the next write. */
  reopen(): void
}

const GZIP_GRACE_MS = 30_000
const ofRotated = {
  needs: { oneOf: ['rotateBytes', 'rotateEvery'], why: 'without them no file is rotated' },
}

/**
 * Appends records to a file, whole lines only, and many in one write. What waits is still written when the process
 * exits or the handler closes. A failed write is repeated every 100 ms; beyond `maxBufferBytes` the oldest records
 * are dropped. `flush()` and `close()` end when writing has failed for 2 s or stalled for 5 s, and `close()` after
 * `closeTimeoutMs`: then all records that wait are dropped. Drops are reported, and noted in the file itself.
 * @throws ActionLogError `invalid_settings`, all problems listed; `handler_failed` if the file cannot be opened
 */
export const fileHandler: HandlerFactory<FileHandlerOptions, FileHandler> = defineHandler<
  FileHandlerOptions,
  FileHandler
>(
  '@actionlog/handler-file',
  {
    logfile: logfileRule,
    format: rule.oneOf(['text', 'json'], 'json'),
    shape: jsonShapeRule,
    mode: fileMode(0o640),
    rotateBytes: rule.integer(0, 2 ** 50, 0),
    rotateEvery: rule.oneOf(['never', 'hour', 'day'], 'never'),
    keepFiles: { ...rule.integer(0, 1_000_000, 0), ...ofRotated },
    keepDays: { ...rule.integer(0, 100_000, 0), ...ofRotated },
    gzip: { ...rule.boolean(false), ...ofRotated },
    maxRecordBytes: rule.integer(1_024, 2 ** 28, 1_048_576),
    maxBufferBytes: rule.integer(65_536, 2 ** 40, 64 * 1_048_576),
    flushIntervalMs: rule.integer(0, 60_000, 50),
    closeTimeoutMs: rule.integer(0, 600_000, 5_000),
    reopenOnSighup: reopenOnSighupRule,
  },
  ({ format, shape, mode, maxRecordBytes, ...options }) => {
    const room = Math.floor(options.maxBufferBytes / 4) // or it would take that of all others
    const toShape = recordShaper(shape, '@actionlog/handler-file', () => handler.onError)
    const writeShaped = sizedRecordFormat(format, false, Math.min(maxRecordBytes, room))
    const write: SizedRecordFormat = (record) => writeShaped(toShape(record))
    const settings = { ...options, mode: parseMode(mode), graceMs: GZIP_GRACE_MS }
    const writer = openWriter(settings, write, () => handler.onError)
    const stopReopening = options.reopenOnSighup ? onHangup(() => writer.reopen()) : undefined
    const handler: FileHandler = {
      onError: undefined,
      closeTimeoutMs: options.closeTimeoutMs,
      emit: (record) => writer.append(write(record)),
      flush: () => writer.flush(),
      close: () => {
        stopReopening?.()
        return writer.close()
      },
      reopen: () => writer.reopen(),
      stats: () => writer.stats(),
    }
    return handler
  },
)
