import { connect as connectSocket, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ConnectionClosedError, type Link, NoAnswerError, type Part } from '@actionlog/core/delivery'
import { emptyMessage, type Message, messageOf } from '../message/message.js'
import { Answers } from './answers.js'
import { type Endpoint, servernameOf } from './endpoint.js'
import { Handshake, isHelo, type Security } from './handshake.js'
import { type TlsOptions, tlsSettings } from './tls.js'
import { FOREIGN } from './value-end.js'

/** How to speak with a server. */
export interface ConnectionSettings {
  readonly tls: boolean | TlsOptions | undefined
  readonly security: Security | undefined
  readonly connectTimeoutMs: number
  readonly ackTimeoutMs: number
  readonly gzip: boolean
  /** The tag of messages without records. */
  readonly tagName: string
}

const MAX_UNEXPECTED = 100
const MAX_UNEXPECTED_PER_MESSAGE = 10
const WANTS_KEY = 'the server wants a shared key: set options.sharedKey'
const CLOSED_CODES = ['ECONNRESET', 'EPIPE', 'ECONNABORTED']

interface Waiting {
  resolve(): void
  reject(error: Error): void
  readonly timer: NodeJS.Timeout
}

/** A connection to a server, over which messages can be sent: its handshake is done. */
export class Connection implements Link {
  hasWorked = false
  /** An acknowledgement did not come in time. */
  wasSilent = false
  readonly #settings: ConnectionSettings
  readonly #handshake: Handshake | undefined
  readonly #answers = new Answers()
  readonly #acks = new Map<string, Waiting>()
  #socket: Socket | undefined
  #error: Error | undefined
  /** Keeps the order of the messages while some of them are compressed. */
  #written: Promise<unknown> = Promise.resolve()
  /** How many more acknowledgements may come that nobody waits for. */
  #unexpected = MAX_UNEXPECTED

  /** Resolves with a connection that is ready; rejects if there is none within `connectTimeoutMs`. */
  static async open(endpoint: Endpoint, settings: ConnectionSettings): Promise<Connection> {
    const connection = new Connection(settings)
    await connection.#open(endpoint)
    return connection
  }

  private constructor(settings: ConnectionSettings) {
    this.#settings = settings
    this.#handshake = settings.security && new Handshake(settings.security)
    this.#answers.isReady = this.#handshake === undefined
  }

  get isOpen(): boolean {
    return this.#error === undefined
  }

  async send(part: Part): Promise<void> {
    await this.#sendMessage(messageOf(part, this.#settings.gzip))
    this.hasWorked = true
  }

  ping(): Promise<void> {
    return this.#sendMessage(Promise.resolve(emptyMessage(this.#settings.tagName)))
  }

  destroy(why: Error = new Error('the connection was closed')): void {
    if (this.#error) return
    this.#error = why
    this.#socket?.destroy()
    for (const { reject, timer } of this.#acks.values()) {
      clearTimeout(timer)
      reject(why)
    }
    this.#acks.clear()
  }

  #open(endpoint: Endpoint): Promise<void> {
    const { tls, connectTimeoutMs } = this.#settings
    const encryption = tlsSettings(tls)
    const socket = encryption
      ? connectTls({ ...servernameOf(endpoint), ...endpoint, ...encryption })
      : connectSocket(endpoint)
    this.#socket = socket
    socket.unref().setNoDelay(true).setKeepAlive(true, 60_000)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.destroy(new Error(this.#silence())), connectTimeoutMs).unref()
      const ready = (): void => {
        clearTimeout(timer)
        resolve()
      }
      socket.on('error', (error: NodeJS.ErrnoException) => this.destroy(errorOf(error)))
      socket.on('end', () => this.destroy(new ConnectionClosedError(this.#whyClosed())))
      socket.on('close', () => {
        clearTimeout(timer)
        this.destroy(new ConnectionClosedError(this.#whyClosed()))
        reject(this.#error)
      })
      socket.on('data', (bytes) => this.#read(bytes, ready))
      if (!this.#handshake) socket.once(encryption ? 'secureConnect' : 'connect', ready)
    })
  }

  /** Resolves when the server has acknowledged the message. */
  #sendMessage(packing: Promise<Message>): Promise<void> {
    const written = this.#written.then(async () => {
      const message = await packing
      return { acknowledged: this.#write(message) }
    })
    this.#written = written.catch(() => {})
    return written.then(({ acknowledged }) => acknowledged)
  }

  #write({ id, pieces }: Message): Promise<void> {
    if (this.#error) return Promise.reject(this.#error)
    const socket = this.#socket as Socket
    socket.cork()
    for (const piece of pieces) socket.write(piece)
    process.nextTick(() => socket.uncork())
    this.#unexpected += MAX_UNEXPECTED_PER_MESSAGE
    const { ackTimeoutMs } = this.#settings
    return new Promise((resolve, reject) => {
      const expire = (): void => {
        if (!this.#acks.delete(id)) return
        this.wasSilent = true
        reject(new NoAnswerError(`the server acknowledged nothing within ${ackTimeoutMs} ms`))
      }
      // what came while the process was blocked is read first
      const timer = setTimeout(() => setImmediate(expire), ackTimeoutMs).unref()
      this.#acks.set(id, { resolve, reject, timer })
    })
  }

  #read(bytes: Uint8Array, ready: () => void): void {
    try {
      for (const value of this.#answers.read(bytes)) {
        if (this.#error) return
        if (Array.isArray(value)) this.#continueHandshake(value, ready)
        else this.#acknowledge(value)
      }
    } catch (error) {
      this.destroy(error as Error)
    }
  }

  #continueHandshake(message: readonly unknown[], ready: () => void): void {
    if (!this.#handshake) throw new Error(isHelo(message) ? WANTS_KEY : FOREIGN)
    const ping = this.#handshake.answer(message)
    if (ping) this.#socket?.write(ping)
    if (!this.#handshake.isDone) return
    this.#answers.isReady = true
    ready()
  }

  #acknowledge(value: unknown): void {
    const { ack } = (value ?? {}) as { ack?: unknown }
    if (!this.#answers.isReady || !(ack instanceof Uint8Array)) throw new Error(FOREIGN)
    const id = Buffer.from(ack).toString()
    const waiting = this.#acks.get(id)
    if (!waiting && --this.#unexpected < 0) throw new Error(FOREIGN)
    if (!waiting) return // it may be late, or the second one
    this.#acks.delete(id)
    clearTimeout(waiting.timer)
    waiting.resolve()
  }

  #whyClosed(): string {
    const isInHandshake = this.#handshake && !this.#handshake.isSilent && !this.#handshake.isDone
    return isInHandshake
      ? 'the server closed the connection during the handshake'
      : 'the server closed the connection'
  }

  #silence(): string {
    const { connectTimeoutMs } = this.#settings
    return this.#handshake?.isSilent
      ? `the server asked for no shared key within ${connectTimeoutMs} ms: unset options.sharedKey, or give the server its <security>`
      : `no connection within ${connectTimeoutMs} ms`
  }
}

/** A server that closes connections may reset them. Of a TLS error, only the reason is text for people. */
function errorOf(error: NodeJS.ErrnoException & { readonly reason?: string }): Error {
  if (CLOSED_CODES.includes(error.code ?? ''))
    return new ConnectionClosedError(error.message, { cause: error })
  return error.reason ? new Error(`the TLS connection failed: ${error.reason}`, { cause: error }) : error
}
