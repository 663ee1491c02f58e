import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ActionLogRecord,
  type Checked,
  type Handler,
  type HandlerStats,
  type OnError,
  onExit,
} from '@actionlog/core'
import { ChunkQueue } from './chunk-queue.js'
import { Delivery } from './delivery.js'
import type { FluentdHandlerOptions } from './fluentd-handler.js'
import { eventOf } from './message/event.js'
import { tagger } from './message/tag.js'
import { endpointsOf, tlsSettings } from './options.js'
import type { Endpoint } from './server/connection.js'
import { Hosts } from './server/hosts.js'
import { Spool } from './spool/spool.js'
import { Spooling } from './spooling.js'
import { Trouble } from './trouble.js'

/** The way of a record to fluentd: event → queue → delivery → connection; beside it the spool. */
export class Fluentd implements Handler {
  onError: OnError | undefined = undefined
  readonly #options: Checked<FluentdHandlerOptions>
  readonly #tagOf: ReturnType<typeof tagger>
  readonly #trouble: Trouble
  readonly #queue: ChunkQueue
  readonly #hosts: Hosts
  readonly #spooling: Spooling | undefined
  readonly #delivery: Delivery
  readonly #forgetExits: readonly (() => void)[]
  /** How many were emitted when the process was last found with nothing else to do. */
  #emittedAtEnd = 0
  #linger: NodeJS.Timeout | undefined
  #flushes = 0
  #closing: Promise<void> | undefined
  #isExiting = false

  constructor(options: Checked<FluentdHandlerOptions>) {
    const { host, port, path, tls, sharedKey, username = '', password = '' } = options
    this.#options = options
    this.#tagOf = tagger(options.tagName)
    this.#trouble = new Trouble(
      (error) => this.onError?.(error),
      (dropped) => this.#add({ time: new Date().toISOString(), label_name: 'actionlog_dropped', dropped }),
    )
    this.#queue = new ChunkQueue(options, {
      full: () => this.#delivery.go(),
      overflow: (chunk) => this.#spooling?.save(chunk) ?? false,
      dropped: (records) => this.#trouble.dropped(records),
    })
    const security = sharedKey === undefined ? undefined : { sharedKey, username, password }
    const endpoints = endpointsOf(host, port, path)
    this.#hosts = new Hosts({ ...options, endpoints, tls: tlsSettings(tls), security }, (error, endpoint) =>
      this.#failed(error, endpoint),
    )
    this.#spooling = this.#openSpool()
    this.#delivery = new Delivery(options, {
      queue: this.#queue,
      hosts: this.#hosts,
      spooling: this.#spooling,
      trouble: this.#trouble,
    })
    this.#forgetExits = [onExit(() => this.#exit()), onExit(() => this.#atEnd(), 'beforeExit')]
  }

  emit(record: ActionLogRecord): void {
    if (this.#closing) this.#queue.refuse()
    else this.#add(record)
    if (this.#isExiting) this.#giveUp()
  }

  async flush(): Promise<void> {
    this.#flushes++
    this.#hosts.hurry()
    this.#delivery.go()
    const settled = this.#queue.settled()
    this.#spoolSoon()
    await settled
    this.#flushes--
  }

  close(): Promise<void> {
    this.#closing ??= this.#release()
    return this.#closing
  }

  stats(): HandlerStats {
    return this.#queue.stats()
  }

  #add(record: ActionLogRecord): void {
    this.#queue.add(eventOf(record, this.#tagOf))
    this.#linger ??= setTimeout(() => {
      this.#linger = undefined
      this.#delivery.go()
    }, this.#options.lingerMs).unref()
    this.#spooling?.relieve()
  }

  async #release(): Promise<void> {
    clearTimeout(this.#linger)
    await this.#flushInTime()
    this.#hosts.close()
    await this.#spooling?.moveAll()
    this.#giveUp()
    this.#spooling?.close()
    for (const forget of this.#forgetExits) forget()
  }

  /** The process has nothing else to do: it waits for the records, but not for ever. */
  #atEnd(): void {
    const { emitted, pending } = this.#queue.stats()
    if (pending === 0 || emitted === this.#emittedAtEnd) return
    this.#emittedAtEnd = emitted
    void this.#flushInTime()
  }

  async #flushInTime(): Promise<void> {
    const alive = new AbortController()
    const { signal } = alive
    const deadline = sleep(this.#options.closeTimeoutMs, undefined, { signal }).catch(() => {})
    const drain = async (): Promise<void> => {
      while (!this.#queue.isEmpty && !signal.aborted) await this.flush()
    }
    await Promise.race([drain(), deadline])
    alive.abort()
  }

  #failed(error: Error, endpoint: Endpoint): void {
    const where = 'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`
    this.#trouble.failed(where, error)
    this.#spoolSoon()
  }

  /** Nobody who waits need wait for a server that fails: the spool has room. */
  #spoolSoon(): void {
    if (this.#flushes > 0 && this.#trouble.isOn) void this.#spooling?.moveAll()
  }

  /** Others who wait for the exit may still emit. */
  #exit(): void {
    this.#isExiting = true
    this.#giveUp()
  }

  /** What is left goes to the spool, or is lost. At once, for the process may be ending. */
  #giveUp(): void {
    this.#spooling?.moveRest()
    const { pending } = this.#queue.stats()
    for (const chunk of this.#queue.unsettled()) this.#queue.drop(chunk)
    const left = pending - this.#queue.stats().pending
    if (left > 0)
      this.#trouble.dropped(left, this.#trouble.reason ?? 'there was no time left to deliver them')
    this.#trouble.tellDrops()
  }

  #openSpool(): Spooling | undefined {
    const { spoolDir: directory, spoolMaxBytes: maxBytes, maxBufferBytes } = this.#options
    if (directory === undefined) return undefined
    const spool = new Spool({
      directory,
      maxBytes,
      onFound: (records) => this.#queue.found(records),
      onDropped: (records) => {
        this.#queue.count('dropped', records)
        this.#trouble.dropped(records)
      },
      onTrouble: (error) => this.#trouble.failed('options.spoolDir', error),
    })
    return new Spooling(spool, this.#queue, this.#trouble, maxBufferBytes, () => this.#delivery.go())
  }
}
