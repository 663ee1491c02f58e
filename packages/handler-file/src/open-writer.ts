import {
  ActionLogError,
  Failures,
  messageOf,
  type OnError,
  RecordQueue,
  type SizedRecordFormat,
} from '@actionlog/core'
import { Batches } from './batches.js'
import { LogFile } from './file/log-file.js'
import { absolutePath } from './file/path.js'
import { Housekeeping, type Keeping } from './rotation/housekeeping.js'
import { Rotation } from './rotation/rotation.js'
import { Rotator } from './rotation/rotator.js'
import { type Timing, Writer } from './writer.js'

/** The options that a writer uses. */
export interface WriterOptions extends Timing, Keeping {
  readonly logfile: string
  readonly mode: number
  readonly maxBufferBytes: number
  readonly rotateBytes: number
  readonly rotateEvery: 'never' | 'hour' | 'day'
}

/** The parts that a writer uses. */
export interface Parts {
  readonly queue: RecordQueue
  readonly failures: Failures
  readonly file: LogFile
  readonly rotator: Rotator
  readonly housekeeping: Housekeeping
  readonly batches: Batches
}

/**
 * Opens the file and connects the parts that write to it.
 * @throws ActionLogError `handler_failed` if the file cannot be opened
 */
export function openWriter(
  options: WriterOptions,
  write: SizedRecordFormat,
  onError: () => OnError | undefined,
): Writer {
  const { maxBufferBytes, rotateBytes, rotateEvery } = options
  const { file, failures } = openFile(options, onError)
  const recordDrops = (records: number, reason = file.dropReason): void =>
    failures.recordDrops(records, reason)
  const queue = new RecordQueue(maxBufferBytes, { recordDrops })
  const rotation = new Rotation(rotateBytes, rotateEvery)
  const housekeeping = new Housekeeping(options, failures)
  const rotator = new Rotator(file, rotation, housekeeping, failures)
  const batches = new Batches(queue, file, rotation, write, failures, maxBufferBytes)
  const writer = new Writer(options, { queue, failures, file, rotator, housekeeping, batches }, onError)
  writer.begin()
  return writer
}

function openFile(
  { logfile, mode }: WriterOptions,
  onError: () => OnError | undefined,
): Pick<Parts, 'file' | 'failures'> {
  try {
    const path = absolutePath(logfile)
    const failures = new Failures('@actionlog/handler-file', path, onError)
    return { file: LogFile.open(path, mode, failures), failures }
  } catch (error) {
    const message = `@actionlog/handler-file: options.logfile "${logfile}" cannot be opened: ${messageOf(error)}`
    throw new ActionLogError('handler_failed', message, { cause: error })
  }
}
