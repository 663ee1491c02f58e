import { createHash, randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { encode } from '@msgpack/msgpack'

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
  #nonce: Uint8Array | undefined
  #done = false

  constructor(security: Security) {
    this.#security = security
  }

  /** Nothing came from the server yet. */
  get isSilent(): boolean {
    return this.#nonce === undefined
  }

  /** What a close in the middle of it means. */
  get whyClosed(): string | undefined {
    return this.#nonce && !this.#done ? 'the server closed the connection during the handshake' : undefined
  }

  /** The PING that answers a HELO; nothing for a PONG: it is done. Throws if the server says no, or is another. */
  answer(message: readonly unknown[]): Uint8Array | undefined {
    const [type, ...rest] = message
    if (textOf(type) === 'HELO' && !this.#nonce) return this.#ping(rest[0])
    if (textOf(type) !== 'PONG' || !this.#nonce || this.#done)
      throw new Error('the server broke off the handshake')
    this.#pong(rest)
    return undefined
  }

  #ping(options: unknown): Uint8Array {
    const { nonce, auth } = (options ?? {}) as { nonce?: unknown; auth?: unknown }
    const { sharedKey, username, password } = this.#security
    this.#nonce = bytesOf(nonce)
    const wantsUser = bytesOf(auth)
    const user = wantsUser.length > 0 ? [username, digest(wantsUser, username, password)] : ['', '']
    return encode(['PING', hostname(), this.#salt, this.#keyDigest(hostname(), sharedKey), ...user])
  }

  #pong([accepted, reason, serverName, serverDigest]: unknown[]): void {
    if (accepted !== true)
      throw new Error(`the server refused the handshake: ${textOf(reason) || 'no reason given'}`)
    if (textOf(serverDigest) !== this.#keyDigest(textOf(serverName), this.#security.sharedKey)) {
      throw new Error('the server does not know options.sharedKey')
    }
    this.#done = true
  }

  #keyDigest(name: string, sharedKey: string): string {
    return digest(this.#salt, name, this.#nonce as Uint8Array, sharedKey)
  }
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
