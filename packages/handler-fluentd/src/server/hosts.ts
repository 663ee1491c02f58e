import { setTimeout as sleep } from 'node:timers/promises'
import { Part } from '../message/chunk.js'
import { Connection, type ConnectionSettings, type Endpoint } from './connection.js'

/** How the servers are reached. */
export interface HostSettings extends ConnectionSettings {
  /** The first one is used whenever it can be. */
  readonly endpoints: readonly Endpoint[]
  readonly reconnectDelayMs: number
  readonly reconnectMaxDelayMs: number
  /** Of the probes. */
  readonly tagName: string
}

/** The one connection that is used: to the first server that answers, opened anew when it is lost. */
export class Hosts {
  readonly #settings: HostSettings
  readonly #onFailure: (error: Error, endpoint: Endpoint) => void
  #closed = false
  #wait = new AbortController()
  #connection: Connection | undefined
  /** To the first server, which is back. */
  #better: Connection | undefined
  #index = 0
  /** Tries in a row that delivered nothing. */
  #failures = 0
  #returning: NodeJS.Timeout | undefined

  constructor(settings: HostSettings, onFailure: (error: Error, endpoint: Endpoint) => void) {
    this.#settings = settings
    this.#onFailure = onFailure
  }

  /** Resolves with the open connection, a new one if there is none; with nothing once it is closed. */
  async connection(): Promise<Connection | undefined> {
    const better = this.#better
    if (better?.isOpen) this.#use(better, 0)
    else if (better) this.#returnLater()
    while (!this.#connection?.isOpen && !this.#closed) {
      await this.#backOff()
      if (this.#closed) break
      try {
        this.#use(await this.#open(this.#index), this.#index)
      } catch (error) {
        this.#failed(error as Error)
      }
    }
    return this.#closed ? undefined : this.#connection
  }

  /** The connection took something. */
  worked(): void {
    this.#failures = 0
  }

  /** The connection is no good. */
  lost(error: Error): void {
    this.#connection?.destroy(error)
    this.#connection = undefined
    this.#failed(error)
  }

  /** Tries again now, instead of waiting. */
  hurry(): void {
    this.#wait.abort()
  }

  close(): void {
    this.#closed = true
    this.#wait.abort()
    clearTimeout(this.#returning)
    this.#connection?.destroy()
    this.#better?.destroy()
  }

  /** Full jitter over a doubled delay, once all servers have failed. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
  async #backOff(): Promise<void> {
    const { endpoints, reconnectDelayMs, reconnectMaxDelayMs } = this.#settings
    const rounds = Math.floor(this.#failures / endpoints.length)
    if (rounds === 0) return
    const most = Math.min(reconnectMaxDelayMs, reconnectDelayMs * 2 ** (rounds - 1))
    const { signal } = this.#wait
    await sleep(most * (0.5 + Math.random() / 2), undefined, { ref: false, signal }).catch(() => {})
    this.#wait = new AbortController()
  }

  #failed(error: Error): void {
    if (this.#closed) return
    const { endpoints } = this.#settings
    this.#onFailure(error, endpoints[this.#index] as Endpoint)
    // one that has just worked is asked again first: it may only have been restarted
    if (this.#failures > 0) this.#index = (this.#index + 1) % endpoints.length
    this.#failures++
  }

  async #open(index: number): Promise<Connection> {
    const connection = await Connection.open(this.#settings.endpoints[index] as Endpoint, this.#settings)
    if (this.#closed) connection.destroy()
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
    this.#returning = setTimeout(() => this.#return(), this.#settings.reconnectMaxDelayMs).unref()
  }

  /** Goes back to the first server once that answers a probe. */
  async #return(): Promise<void> {
    let first: Connection | undefined
    try {
      first = await this.#open(0)
      const probe = new Part(this.#settings.tagName)
      await first.send(probe.id, await probe.pieces(false))
      if (!this.#closed && this.#index > 0) this.#better = first
    } catch {
      // it is asked again
    }
    if (first === this.#better) return
    first?.destroy()
    if (!this.#closed && this.#index > 0) this.#returnLater()
  }
}
