import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import { messageOf } from '@actionlog/core'

/** Which authorities to trust, and the client's own certificate. Values are PEM texts or paths of PEM files. */
export interface TlsOptions {
  /** The authorities that may have signed a server's certificate. @default those Node trusts */
  ca?: string | undefined
  /** The client's own certificate, for a server that asks for one. */
  cert?: string | undefined
  /** The private key of `cert`. */
  key?: string | undefined
  /** The passphrase of `key`. */
  passphrase?: string | undefined
  /** The name that the server's certificate must have, sent to it as SNI. @default the host */
  servername?: string | undefined
}

/**
 * How to encrypt a connection; `undefined` for not at all. Files are read anew at each call, as certificates are
 * renewed.
 * @throws Error if a file cannot be read, or is not PEM
 */
export function tlsSettings(tls: boolean | TlsOptions | undefined): ConnectionOptions | undefined {
  if (!tls) return undefined
  const { ca, cert, key, passphrase, servername } = tls === true ? ({} as TlsOptions) : tls
  const pem = { ca: readPem('ca', ca), cert: readPem('cert', cert), key: readPem('key', key) }
  try {
    if (pem.ca !== undefined) new X509Certificate(pem.ca) // a secure context ignores a text that is no certificate
    const secureContext = createSecureContext({ ...pem, passphrase })
    return { secureContext, ...(servername !== undefined && { servername }) }
  } catch (error) {
    throw tlsError('tls cannot be used', error)
  }
}

function readPem(name: string, value: string | undefined): string | undefined {
  if (value === undefined || value.includes('-----BEGIN ')) return value
  try {
    return readFileSync(value, 'utf8')
  } catch (error) {
    throw tlsError(`tls.${name} cannot be read`, error)
  }
}

function tlsError(what: string, cause: unknown): Error {
  return new Error(`options.${what}: ${messageOf(cause)}`, { cause })
}
