import { boolean, defineHandler, type Handler, type HandlerFactory, integer, text } from '@actionlog/core'
import { Fluentd } from './forward-handler.js'
import { type FluentSender, hostsRule, senderRule, type TlsOptions, tagRule, tlsRule } from './options.js'
import { SenderHandler } from './sender-handler.js'

/** The options of `handlerType: 'fluentd'`. */
export interface FluentdHandlerOptions {
  /**
   * The server: `'name'` or `'name:port'`. Of several the first is used whenever it answers, else the next.
   * @default 'localhost'
   */
  host?: string | readonly string[] | undefined
  /** Of hosts without one. @default 24224 */
  port?: number | undefined
  /** A UNIX socket, instead of `host` and `port`: Fluent Bit's; fluentd's `unix` input acknowledges nothing. */
  path?: string | undefined
  /** Footprints have the tag `TAG.footprint`, labelled records `TAG.LABEL`, the others `TAG`. @default 'koa.actionlog' */
  tagName?: string | undefined
  /** Encrypts: `true`, or whom to trust and who to be. @default no TLS */
  tls?: boolean | TlsOptions | undefined
  /** The `shared_key` of the server's `<security>`. */
  sharedKey?: string | undefined
  /** The user, if the server's `<security>` has `user_auth`. */
  username?: string | undefined
  password?: string | undefined
  /** Milliseconds to wait for a connection, its handshake included. @default 10000 */
  connectTimeoutMs?: number | undefined
  /** Milliseconds to wait for an ack, before the batch is sent again over a new connection. @default 30000 */
  ackTimeoutMs?: number | undefined
  /** Milliseconds a record may wait for others, to be sent with them. @default 50 */
  lingerMs?: number | undefined
  /** Records in a batch, at most. @default 1000 */
  maxBatchRecords?: number | undefined
  /** Bytes of a batch, at most, but for a single record that is larger. @default 1048576 */
  maxBatchBytes?: number | undefined
  /**
   * Bytes of records in memory, those being sent included; beyond them the oldest are dropped, batch by batch.
   * With `spoolDir` they go there, from the half on. @default 67108864
   */
  maxBufferBytes?: number | undefined
  /** Milliseconds before a lost connection is tried again; doubled at each failure, with jitter. @default 200 */
  reconnectDelayMs?: number | undefined
  /** Milliseconds between two tries, at most; also between tries of the first host while another is used. @default 5000 */
  reconnectMaxDelayMs?: number | undefined
  /** Milliseconds `close()` waits for acks. What is left is spooled or dropped. @default 5000 */
  closeTimeoutMs?: number | undefined
  /** Sends batches gzipped. @default false */
  compress?: boolean | undefined
  /** A folder for what memory cannot hold, and for what is not delivered when the process ends. @default none */
  spoolDir?: string | undefined
  /** Bytes of the spool; beyond them the oldest records in it are dropped. @default 1073741824 */
  spoolMaxBytes?: number | undefined
  /** A sender of `fluent-logger` to hand the records to, instead of all above. It stays yours to end. */
  sender?: FluentSender | undefined
}

const MIB = 1_048_576
const why = 'a server asks for both'

/**
 * Sends records to fluentd or Fluent Bit over the forward protocol. Delivered means acknowledged: what is not
 * is sent again, in order, until it is. While no server takes them records wait in memory, then in the spool;
 * what neither can hold is dropped, oldest first, counted and reported.
 * @throws ActionLogError `invalid_settings`, all problems listed; `handler_failed` if a TLS file cannot be read
 * or the spool's folder cannot be used
 */
export const fluentdHandler: HandlerFactory<FluentdHandlerOptions> = defineHandler<FluentdHandlerOptions>(
  '@actionlog/handler-fluentd',
  {
    host: hostsRule,
    port: integer(1, 65_535, 24_224),
    path: text(undefined),
    tagName: tagRule,
    tls: tlsRule,
    sharedKey: { ...text(undefined), secret: true },
    username: { ...text(undefined), needs: { oneOf: ['sharedKey'], why } },
    password: { ...text(undefined), secret: true, needs: { oneOf: ['username'], why } },
    connectTimeoutMs: integer(1, 600_000, 10_000),
    ackTimeoutMs: integer(1, 600_000, 30_000),
    lingerMs: integer(0, 60_000, 50),
    maxBatchRecords: integer(1, 100_000, 1_000),
    maxBatchBytes: integer(1_024, 64 * MIB, MIB),
    maxBufferBytes: integer(65_536, 2 ** 40, 64 * MIB),
    reconnectDelayMs: integer(1, 600_000, 200),
    reconnectMaxDelayMs: integer(1, 600_000, 5_000),
    closeTimeoutMs: integer(0, 600_000, 5_000),
    compress: boolean(false),
    spoolDir: text(undefined),
    spoolMaxBytes: integer(MIB, 2 ** 50, 1_024 * MIB),
    sender: senderRule,
  },
  (options): Handler =>
    options.sender ? new SenderHandler(options.sender, options.closeTimeoutMs) : new Fluentd(options),
)
