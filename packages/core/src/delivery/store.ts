import { ActionLogError, messageOf } from '../errors.js'
import type { Account } from '../handler/account.js'
import type { Failures } from '../handler/failures.js'
import { KeptAside } from './kept-aside.js'
import { Spool } from './spool/spool.js'

const LARGEST_RECORD_BYTES = 16 * 1_048_576

/** Options and parts of a store. */
export interface StoreOptions {
  /** The beginning of every error message. */
  readonly packageName: string
  /** How errors name the option, such as `options.spoolDir`. */
  readonly name: string
  /** Made if it is missing. Only this user may be able to write to it. */
  readonly directory: string
  /** Bytes of the spool's files. Beyond them, the oldest records are dropped: about an eighth of them at a time. */
  readonly maxBytes: number
  /** The handler's `maxBatchBytes`. A file with a much larger batch is not trusted. */
  readonly maxBatchBytes: number
  readonly account: Account
  readonly failures: Failures
}

/** What a handler keeps on disk: the spool, and the records that no server takes. */
export class Store {
  readonly name: string
  readonly spool: Spool
  readonly #keptAside: KeptAside
  readonly #failures: Failures

  /** @throws ActionLogError `handler_failed` if the folder cannot be used */
  static open(options: StoreOptions): Store {
    try {
      return new Store(options, openSpool(options))
    } catch (error) {
      const { packageName, name, directory } = options
      const message = `${packageName}: ${name} "${directory}" cannot be used: ${messageOf(error)}`
      throw new ActionLogError('handler_failed', message, { cause: error })
    }
  }

  private constructor({ name, directory, failures }: StoreOptions, spool: Spool) {
    this.name = name
    this.spool = spool
    this.#keptAside = new KeptAside(directory)
    this.#failures = failures
  }

  /** Appends lines for people to `refused.ndjson`. @returns its path; `undefined` if that failed, which is reported */
  keepAside(describe: () => string): string | undefined {
    try {
      this.#keptAside.append(describe())
      return this.#keptAside.path
    } catch (error) {
      this.#failures.recordFailure(this.name, error)
      return undefined
    }
  }
}

function openSpool({ name, directory, maxBytes, maxBatchBytes, account, failures }: StoreOptions): Spool {
  return Spool.open({
    directory,
    maxBytes,
    maxEntryBytes: 2 * maxBatchBytes + LARGEST_RECORD_BYTES,
    onFound: (records) => account.countFound(records),
    onDropped: (records) => {
      account.countDropped(account.stored, records)
      failures.recordDrops(records, `${name} is full, or its files were damaged`)
    },
    onFailure: (error) => failures.recordFailure(name, error),
  })
}
