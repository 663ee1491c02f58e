import type { OptionRule } from '@actionlog/core'
import { TAG } from './message/tag.js'
import type { FluentSender } from './sender-handler.js'
import { parseHost } from './server/endpoint.js'
import type { TlsOptions } from './server/tls.js'

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
  accepts: (value) => typeof value === 'string' && TAG.test(value),
}

export const tlsRule: OptionRule<boolean | TlsOptions | undefined> = {
  expected: `true, false, or an object of strings: ${TLS_KEYS.join(', ')}`,
  default: undefined,
  secret: true,
  accepts: (value) =>
    typeof value === 'boolean' || (typeof value === 'object' && value !== null && isTls(value)),
}

/** A Promise or a Map would pass as options without any. */
function isTls(value: object): boolean {
  const texts = Object.entries(value)
  const isPlain = texts.length > 0 || Object.getPrototypeOf(value) === Object.prototype
  return (
    isPlain &&
    texts.every(([key, text]) => TLS_KEYS.includes(key) && (text === undefined || typeof text === 'string'))
  )
}

export const senderRule: OptionRule<FluentSender | undefined> = {
  expected: 'a sender of fluent-logger (an object with an emit method)',
  default: undefined,
  accepts: (value) => typeof (value as FluentSender | null)?.emit === 'function',
}
