import { connect as connectSocket, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { decodeMultiStream } from '@msgpack/msgpack'
import { Handshake, type Security } from './handshake.js'

/** Where a server is. */
export type Endpoint = { readonly host: string; readonly port: number } | { readonly path: string }

/** How to speak with it. */
export interface ConnectionSettings {
  readonly tls: ConnectionOptions | undefined
  readonly security: Security | undefined
  readonly connectTimeoutMs: number
  readonly ackTimeoutMs: number
}

/** A server keeps the connection open, and does not answer. */
export class AckTimeout extends Error {}

// What a server says is small: these keep a broken one from filling the memory.
const LIMITS = {
  rawStrings: true, // Fluent Bit's nonce is bytes in a string
  maxBinLength: 65_536,
  maxStrLength: 65_536,
  maxArrayLength: 16,
  maxMapLength: 64,
  maxExtLength: 64,
}

const FOREIGN = 'the server does not speak the forward protocol'
const MAX_MESSAGE_BYTES = 1_048_576

interface Waiting {
  resolve(): void
  reject(error: Error): void
  readonly timer: NodeJS.Timeout
}

/** A connection that messages can be sent over: its handshake is done. */
export class Connection {
  readonly #socket: Socket
  readonly #settings: ConnectionSettings
  readonly #acks = new Map<string, Waiting>()
  #handshake: Handshake | undefined
  #ready: (() => void) | undefined
  #error: Error | undefined
  #onClose: (() => void) | undefined
  /** Bytes that came since the last whole message. */
  #unfinished = 0

  /** Resolves with a connection that is ready; rejects if there is none within `connectTimeoutMs`. */
  static open(endpoint: Endpoint, settings: ConnectionSettings): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const connection = new Connection(endpoint, settings)
      const timer = setTimeout(
        () => connection.destroy(new Error(connection.#silence())),
        settings.connectTimeoutMs,
      ).unref()
      connection.#ready = () => {
        clearTimeout(timer)
        resolve(connection)
      }
      connection.#onClose = () => {
        clearTimeout(timer)
        reject(connection.#error)
      }
    })
  }

  private constructor(endpoint: Endpoint, settings: ConnectionSettings) {
    this.#settings = settings
    const { tls, security } = settings
    this.#socket = tls ? connectTls({ ...nameOf(endpoint), ...endpoint, ...tls }) : connectSocket(endpoint)
    this.#socket.unref().setNoDelay(true).setKeepAlive(true, 60_000)
    this.#socket.on('error', (error) => this.destroy(error)) // also those after the reading has ended
    if (security) this.#handshake = new Handshake(security)
    else this.#socket.once(tls ? 'secureConnect' : 'connect', () => this.#ready?.())
    void this.#read()
  }

  get isOpen(): boolean {
    return this.#error === undefined
  }

  /**
   * Sends a message, in pieces. Resolves when the server has acknowledged its chunk id; rejects if it cannot
   * any more, or with {@link AckTimeout}.
   */
  send(id: string, pieces: readonly Uint8Array[]): Promise<void> {
    if (this.#error) return Promise.reject(this.#error)
    this.#socket.cork()
    for (const piece of pieces) this.#socket.write(piece)
    process.nextTick(() => this.#socket.uncork())
    const { ackTimeoutMs } = this.#settings
    return new Promise((resolve, reject) => {
      const late = (): void => {
        if (this.#acks.delete(id)) reject(new AckTimeout(`no ack within ${ackTimeoutMs} ms`))
      }
      // what came while the process was held up is read first
      const timer = setTimeout(() => setImmediate(late), ackTimeoutMs).unref()
      this.#acks.set(id, { resolve, reject, timer })
    })
  }

  destroy(why: Error = new Error('the connection was closed')): void {
    if (this.#error) return
    this.#error = why
    this.#socket.destroy()
    for (const { reject, timer } of this.#acks.values()) {
      clearTimeout(timer)
      reject(why)
    }
    this.#acks.clear()
    this.#onClose?.()
  }

  async #read(): Promise<void> {
    try {
      for await (const message of decodeMultiStream<undefined>(this.#incoming(), LIMITS)) {
        this.#unfinished = 0
        this.#take(message)
      }
      this.destroy(new Error(this.#handshake?.whyClosed ?? 'the server closed the connection'))
    } catch (error) {
      this.destroy(error as Error)
    }
  }

  async *#incoming(): AsyncGenerator<Uint8Array> {
    for await (const bytes of this.#socket as AsyncIterable<Uint8Array>) {
      this.#unfinished += bytes.length
      if (this.#unfinished > MAX_MESSAGE_BYTES) throw new Error(FOREIGN)
      yield bytes
    }
  }

  #take(message: unknown): void {
    if (typeof message !== 'object' || message === null) throw new Error(FOREIGN)
    if (Array.isArray(message)) {
      if (!this.#handshake) throw new Error('the server wants a shared key: set options.sharedKey')
      const ping = this.#handshake.answer(message)
      if (ping) this.#socket.write(ping)
      else this.#ready?.()
      return
    }
    const { ack } = message as { ack?: Uint8Array }
    const id = ack instanceof Uint8Array ? Buffer.from(ack).toString() : ''
    const waiting = this.#acks.get(id) // one of another message, or a second one, is nobody's
    if (!waiting) return
    this.#acks.delete(id)
    clearTimeout(waiting.timer)
    waiting.resolve()
  }

  #silence(): string {
    const { connectTimeoutMs } = this.#settings
    return this.#handshake?.isSilent
      ? `the server asked for no shared key within ${connectTimeoutMs} ms: unset options.sharedKey, or give the server its <security>`
      : `no connection within ${connectTimeoutMs} ms`
  }
}

/** Node asks for no name (SNI) by itself; an address is none. */
function nameOf(endpoint: Endpoint): { servername?: string } {
  return 'host' in endpoint && !isIP(endpoint.host) ? { servername: endpoint.host } : {}
}
