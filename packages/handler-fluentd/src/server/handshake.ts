import { createHash, randomBytes } from 'node:crypto'
import { encode } from '@msgpack/msgpack'

const MAX_REASON_CHARS = 200

/** What a server's `<security>` asks for. */
export interface Security {
  readonly sharedKey: string
  readonly username: string
  readonly password: string
}

/**
 * The client's side of the forward protocol's handshake: HELO from the server, PING to it, PONG from it.
 * https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1#authentication
 */
export class Handshake {
  readonly #security: Security
  readonly #salt = randomBytes(16).toString('hex')
  /**
   * No server has this name, not even one on this host. So nobody can answer a PING with its own digest: servers
   * refuse a client of their name, and a PONG of this name is refused here.
   */
  readonly #name = `actionlog-${randomBytes(16).toString('hex')}`
  #nonce: Uint8Array | undefined
  #isDone = false

  constructor(security: Security) {
    this.#security = security
  }

  /** Whether the server has sent nothing yet. */
  get isSilent(): boolean {
    return this.#nonce === undefined
  }

  get isDone(): boolean {
    return this.#isDone
  }

  /**
   * The PING that answers a HELO; nothing for a PONG, which ends the handshake.
   * @throws Error if the server refuses the client, or does not prove that it knows the key
   */
  answer(message: readonly unknown[]): Uint8Array | undefined {
    const [type, ...rest] = message
    if (isHelo(message) && !this.#nonce) return this.#ping(rest[0])
    if (textOf(type) !== 'PONG' || !this.#nonce || this.#isDone)
      throw new Error('the server broke off the handshake')
    this.#acceptPong(rest)
    return undefined
  }

  #ping(options: unknown): Uint8Array {
    const { nonce, auth } = (options ?? {}) as { nonce?: unknown; auth?: unknown }
    if (bytesOf(nonce).length === 0) throw new Error('the server sent a HELO without a nonce')
    const { sharedKey, username, password } = this.#security
    this.#nonce = bytesOf(nonce)
    const wantsUser = bytesOf(auth)
    const user = wantsUser.length > 0 ? [username, digest(wantsUser, username, password)] : ['', '']
    return encode(['PING', this.#name, this.#salt, this.#keyDigest(this.#name, sharedKey), ...user])
  }

  #acceptPong([isAccepted, reason, serverName, serverDigest]: unknown[]): void {
    if (isAccepted !== true) {
      const said = textOf(reason).slice(0, MAX_REASON_CHARS) || 'no reason given'
      throw new Error(`the server refused the handshake: ${said}`)
    }
    const name = textOf(serverName)
    if (name === this.#name || textOf(serverDigest) !== this.#keyDigest(name, this.#security.sharedKey))
      throw new Error('the server does not know options.sharedKey')
    this.#isDone = true
  }

  #keyDigest(name: string, sharedKey: string): string {
    return digest(this.#salt, name, this.#nonce as Uint8Array, sharedKey)
  }
}

/** Whether the message is the first one of a server that asks for a shared key. */
export function isHelo([type]: readonly unknown[]): boolean {
  return textOf(type) === 'HELO'
}

function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha512')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Strings are decoded as bytes: a nonce may be no text. */
function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array()
}

function textOf(value: unknown): string {
  return Buffer.from(bytesOf(value)).toString()
}
