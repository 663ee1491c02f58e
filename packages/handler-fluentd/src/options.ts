import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import { ActionLogError, messageOf, type OptionRule } from '@actionlog/core'
import type { Endpoint } from './server/connection.js'

/** Whom to trust, and who to be. Certificates and keys are PEM: their text, or the path of a file. */
export interface TlsOptions {
  /** The authorities a server's certificate may come from. @default those Node trusts */
  ca?: string | undefined
  /** The client's own certificate, for a server that asks for one. */
  cert?: string | undefined
  key?: string | undefined
  passphrase?: string | undefined
  /** The name the server's certificate must have (SNI). @default the host */
  servername?: string | undefined
}

/** What is needed of a sender of the package `fluent-logger`: `createFluentSender(tag, options)`. */
export interface FluentSender {
  emit(label: string, data: object, time: Date, callback: SenderCallback): unknown
  emit(data: object, time: Date, callback: SenderCallback): unknown
}

/** Called when the sender has sent a record, or has given it up. */
export type SenderCallback = (error?: Error | null) => void

const HOST = /^(?:\[([\da-f:.]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/i
const TLS_KEYS = ['ca', 'cert', 'key', 'passphrase', 'servername']

export const hostsRule: OptionRule<string | readonly string[]> = {
  expected: 'a host as "name", "name:port" or "[IPv6]:port", or a list of them',
  default: 'localhost',
  accepts: (value) => {
    const hosts = [value].flat()
    return (
      hosts.length > 0 && hosts.every((host) => typeof host === 'string' && parseHost(host, 1) !== undefined)
    )
  },
}

export const tagRule: OptionRule<string> = {
  expected: 'a tag: letters, digits, "_" and "-", in parts between single dots',
  default: 'koa.actionlog',
  accepts: (value) => typeof value === 'string' && /^[\w-]+(?:\.[\w-]+)*$/.test(value),
}

export const tlsRule: OptionRule<boolean | TlsOptions | undefined> = {
  expected: `true, false, or an object of strings: ${TLS_KEYS.join(', ')}`,
  default: undefined,
  secret: true,
  accepts: (value) =>
    typeof value === 'boolean' ||
    (typeof value === 'object' &&
      value !== null &&
      Object.entries(value).every(
        ([key, text]) => TLS_KEYS.includes(key) && (text === undefined || typeof text === 'string'),
      )),
}

export const senderRule: OptionRule<FluentSender | undefined> = {
  expected: 'a sender of fluent-logger (an object with an emit method)',
  default: undefined,
  accepts: (value) => typeof (value as FluentSender | null)?.emit === 'function',
}

/** Where the servers are, of options that keep their rules. */
export function endpointsOf(host: string | readonly string[], port: number, path?: string): Endpoint[] {
  if (path !== undefined) return [{ path }]
  return [host].flat().map((text) => parseHost(text, port) as Endpoint)
}

/**
 * How to encrypt; `undefined` for not at all.
 * @throws ActionLogError `handler_failed` if a file cannot be read, or is no PEM
 */
export function tlsSettings(tls: boolean | TlsOptions | undefined): ConnectionOptions | undefined {
  if (!tls) return undefined
  const { ca, cert, key, passphrase, servername } = tls === true ? ({} as TlsOptions) : tls
  const pem = { ca: readPem('ca', ca), cert: readPem('cert', cert), key: readPem('key', key) }
  try {
    if (pem.ca !== undefined) new X509Certificate(pem.ca) // a secure context ignores what is none
    const secureContext = createSecureContext({ ...pem, passphrase })
    return { secureContext, ...(servername !== undefined && { servername }) }
  } catch (error) {
    throw tlsError('tls cannot be used', error)
  }
}

function parseHost(text: string, port: number): Endpoint | undefined {
  const [, ipv6, name, own] = HOST.exec(text) ?? []
  const host = ipv6 ?? name
  const number = own === undefined ? port : Number(own)
  return host !== undefined && number >= 1 && number <= 65_535 ? { host, port: number } : undefined
}

function readPem(name: string, value: string | undefined): string | undefined {
  if (value === undefined || value.includes('-----BEGIN ')) return value
  try {
    return readFileSync(value, 'utf8')
  } catch (error) {
    throw tlsError(`tls.${name} cannot be read`, error)
  }
}

function tlsError(what: string, cause: unknown): ActionLogError {
  const message = `@actionlog/handler-fluentd: options.${what}: ${messageOf(cause)}`
  return new ActionLogError('handler_failed', message, { cause })
}
