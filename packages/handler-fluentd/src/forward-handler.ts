import { setTimeout as sleep } from 'node:timers/promises'
import {
  Account,
  ActionLogError,
  type ActionLogRecord,
  type Checked,
  Failures,
  type Handler,
  type HandlerStats,
  messageOf,
  type OnError,
  onExit,
  recordShaper,
} from '@actionlog/core'
import { Backlog, Delivery, Store } from '@actionlog/core/delivery'
import type { FluentdHandlerOptions } from './fluentd-handler.js'
import { describeEntries, type EventMaker, eventMaker } from './message/event.js'
import { TAG } from './message/tag.js'
import { addressOf, endpointsOf } from './server/endpoint.js'
import { Hosts } from './server/hosts.js'
import { tlsSettings } from './server/tls.js'

type Options = Checked<FluentdHandlerOptions>

const PACKAGE = '@actionlog/handler-fluentd'

/** Sends records over the forward protocol. Each record becomes an event in the backlog, and the delivery sends it. */
export class ForwardHandler implements Handler {
  onError: OnError | undefined = undefined
  readonly closeTimeoutMs: number
  readonly #options: Options
  readonly #eventOf: EventMaker
  readonly #account = new Account()
  readonly #failures: Failures
  readonly #backlog: Backlog
  readonly #delivery: Delivery
  #forgetExits: readonly (() => void)[] = []
  /** How many records had been emitted when the process last had nothing else to do. */
  #emittedAtEnd = 0
  /** How many records had been delivered when a record of drops was last added. */
  #deliveredAtNote = 0
  #closing: Promise<void> | undefined
  #isExiting = false

  /** @throws ActionLogError `handler_failed` if a TLS file cannot be read, or the spool's folder cannot be used */
  static open(options: Options): ForwardHandler {
    checkTls(options)
    const handler = new ForwardHandler(options)
    handler.#start()
    return handler
  }

  private constructor(options: Options) {
    const { host, port, path, sharedKey, username = '', password = '', tagName } = options
    const { reconnectDelayMs: delayMs, reconnectMaxDelayMs: maxDelayMs } = options
    const endpoints = endpointsOf(host, port, path)
    this.#options = options
    this.closeTimeoutMs = options.closeTimeoutMs
    this.#eventOf = eventMaker(
      tagName,
      recordShaper(options.shape, PACKAGE, () => this.onError),
    )
    this.#failures = new Failures(PACKAGE, endpoints.map(addressOf).join(', '), () => this.onError)
    this.#backlog = new Backlog(options, {
      account: this.#account,
      failures: this.#failures,
      store: this.#openStore(),
      describe: describeEntries,
      owns: (tag) => (tag === tagName || tag.startsWith(`${tagName}.`)) && TAG.test(tag),
    })
    const security = sharedKey === undefined ? undefined : { sharedKey, username, password }
    const hosts = new Hosts({ ...options, endpoints, security })
    const backOff = { delayMs, maxDelayMs, servers: endpoints.length }
    this.#delivery = new Delivery(this.#backlog, hosts, this.#failures, backOff)
  }

  emit(record: ActionLogRecord): void {
    if (this.#closing) return this.#account.countRefused()
    this.#noteDrops()
    this.#add(record)
    if (this.#isExiting) this.#end()
  }

  async flush(): Promise<void> {
    this.#noteDrops()
    this.#delivery.retryNow()
    const settled = this.#backlog.settled()
    if (this.#delivery.isFailing) this.#backlog.spoolAwaited()
    await settled
  }

  close(): Promise<void> {
    this.#closing ??= this.#release()
    return this.#closing
  }

  stats(): HandlerStats {
    return this.#account.stats()
  }

  #start(): void {
    this.#backlog.open()
    void this.#delivery.run()
    this.#forgetExits = [onExit(() => this.#exit()), onExit(() => this.#waitAtEnd(), 'beforeExit')]
  }

  /** Adds a record that says how many were dropped, once the server takes records again. */
  #noteDrops(): void {
    const { unnotedDrops: dropped } = this.#failures
    if (dropped === 0 || this.#delivery.isFailing) return
    const { delivered } = this.stats()
    if (delivered === this.#deliveredAtNote) return
    this.#deliveredAtNote = delivered
    this.#failures.noteDrops(dropped)
    this.#add({ time: new Date().toISOString(), label_name: 'actionlog_dropped', dropped })
  }

  #add(record: ActionLogRecord): void {
    this.#backlog.add(this.#eventOf(record))
  }

  async #release(): Promise<void> {
    await this.#flushInTime()
    this.#delivery.close()
    await this.#backlog.spoolAll()
    this.#end()
    this.#backlog.close()
    for (const forget of this.#forgetExits) forget()
  }

  /** Keeps a process that has nothing else to do alive for its records, but at most for `closeTimeoutMs`. */
  #waitAtEnd(): void {
    const { emitted, pending } = this.#account.stats()
    if (pending === 0 || emitted === this.#emittedAtEnd) return
    this.#emittedAtEnd = emitted
    void this.#flushInTime()
  }

  async #flushInTime(): Promise<void> {
    const alive = new AbortController()
    const { signal } = alive
    const deadline = sleep(this.#options.closeTimeoutMs, undefined, { signal }).catch(() => {})
    const drain = async (): Promise<void> => {
      while (!this.#backlog.isEmpty && !signal.aborted) await this.flush()
    }
    await Promise.race([drain(), deadline])
    alive.abort()
  }

  /** The process exits. Other exit listeners may still emit records. */
  #exit(): void {
    this.#isExiting = true
    this.#end()
  }

  /** Moves the remaining records to the spool, or drops them. Synchronous, because the process may be ending. */
  #end(): void {
    const { cause } = this.#failures
    this.#backlog.end(cause ? messageOf(cause) : 'the server did not acknowledge them in time')
    this.#failures.reportDrops()
  }

  #openStore(): Store | undefined {
    const { spoolDir: directory, spoolMaxBytes: maxBytes, maxBatchBytes } = this.#options
    if (directory === undefined) return undefined
    const parts = { account: this.#account, failures: this.#failures }
    return Store.open({
      packageName: PACKAGE,
      name: 'options.spoolDir',
      directory,
      maxBytes,
      maxBatchBytes,
      ...parts,
    })
  }
}

/** Checks the TLS files at start, although each connection reads them again. */
function checkTls({ tls }: Options): void {
  try {
    tlsSettings(tls)
  } catch (error) {
    throw new ActionLogError('handler_failed', `${PACKAGE}: ${messageOf(error)}`, { cause: error })
  }
}
