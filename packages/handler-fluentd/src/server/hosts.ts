import type { Sink } from '@actionlog/core/delivery'
import { Connection, type ConnectionSettings } from './connection.js'
import { addressOf, type Endpoint } from './endpoint.js'

/** The servers, and how to connect to them. */
export interface HostSettings extends ConnectionSettings {
  /** The first one is preferred. */
  readonly endpoints: readonly Endpoint[]
  /** Milliseconds between attempts to return to the first server while another is used. */
  readonly reconnectMaxDelayMs: number
}

const MAX_SILENCES = 2

/** Keeps one connection: to the first server if it answers, otherwise to the next. */
export class Hosts implements Sink {
  readonly #settings: HostSettings
  #isClosed = false
  #connection: Connection | undefined
  /** A connection to the first server, which works again. */
  #better: Connection | undefined
  #index = 0
  /** How many connections in a row were silent. Each doubles the wait, so that a server which is only slow gets time. */
  #silences = 0
  #returning: NodeJS.Timeout | undefined

  constructor(settings: HostSettings) {
    this.#settings = settings
  }

  get address(): string {
    return addressOf(this.#settings.endpoints[this.#index] as Endpoint)
  }

  async connect(): Promise<Connection> {
    const better = this.#better
    if (better?.isOpen) this.#use(better, 0)
    else if (better) this.#returnLater()
    if (this.#connection?.isOpen) return this.#connection
    const index = this.#index
    const connection = await this.#open(index)
    this.#use(connection, index)
    return connection
  }

  disconnect(): void {
    if (this.#connection?.wasSilent) this.#silences = Math.min(MAX_SILENCES, this.#silences + 1)
    else if (this.#connection?.hasWorked) this.#silences = 0
    this.#connection?.destroy()
    this.#connection = undefined
  }

  useNext(): void {
    this.#index = (this.#index + 1) % this.#settings.endpoints.length
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#returning)
    this.#better?.destroy()
    this.disconnect()
  }

  async #open(index: number): Promise<Connection> {
    const ackTimeoutMs = this.#settings.ackTimeoutMs * 2 ** this.#silences
    const settings = { ...this.#settings, ackTimeoutMs }
    const connection = await Connection.open(settings.endpoints[index] as Endpoint, settings)
    if (this.#isClosed) connection.destroy()
    return connection
  }

  #use(connection: Connection, index: number): void {
    for (const other of [this.#connection, this.#better]) if (other !== connection) other?.destroy()
    this.#connection = connection
    this.#better = undefined
    this.#index = index
    clearTimeout(this.#returning)
    if (index > 0) this.#returnLater()
  }

  #returnLater(): void {
    this.#better = undefined
    clearTimeout(this.#returning)
    if (this.#isClosed) return
    this.#returning = setTimeout(() => this.#return(), this.#settings.reconnectMaxDelayMs).unref()
  }

  /** Returns to the first server if it answers. */
  async #return(): Promise<void> {
    let first: Connection | undefined
    try {
      first = await this.#open(0)
      await first.ping()
      if (!this.#isClosed && this.#index > 0) this.#better = first
    } catch {
      // it is tried again
    }
    if (first && first === this.#better) return
    first?.destroy()
    if (this.#index > 0) this.#returnLater()
  }
}
