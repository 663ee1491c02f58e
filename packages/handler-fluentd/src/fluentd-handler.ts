import {
  defineHandler,
  type Handler,
  type HandlerFactory,
  type RecordShape,
  rule,
  shapeRule,
} from '@actionlog/core'
import { ForwardHandler } from './forward-handler.js'
import { hostsRule, senderRule, tagRule, tlsRule } from './options.js'
import { type FluentSender, SenderHandler } from './sender-handler.js'
import type { TlsOptions } from './server/tls.js'

/** The options of `handlerType: 'fluentd'`. */
export interface FluentdHandlerOptions {
  /**
   * The server, as `'name'`, `'name:port'` or `'[IPv6]:port'`, or a list of them: the first that answers is used.
   * @default 'localhost'
   */
  host?: string | readonly string[] | undefined
  /** The port of hosts that name none. @default 24224 */
  port?: number | undefined
  /**
   * The path of a UNIX socket, instead of `host` and `port`. It must be Fluent Bit's: fluentd's `unix` input
   * acknowledges nothing.
   */
  path?: string | undefined
  /** Footprints get the tag `TAG.footprint`, labelled records `TAG.LABEL`, the others `TAG`. @default 'koa.actionlog' */
  tagName?: string | undefined
  /**
   * Sends each record under other names: `toEcs` or `toOtel` of `@actionlog/core/shapes`, or a function of yours that
   * returns an object. Tags and event times stay as they are. If it throws, the record keeps its own names. @default none
   */
  shape?: RecordShape | undefined
  /** Encrypts the connection: `true`, or certificates and keys. @default no TLS */
  tls?: boolean | TlsOptions | undefined
  /** The `shared_key` of the server's `<security>`. */
  sharedKey?: string | undefined
  /** The user name, if the server's `<security>` has `user_auth`. */
  username?: string | undefined
  /** The user's password. */
  password?: string | undefined
  /** Milliseconds that a connection may take, its handshake included. @default 10000 */
  connectTimeoutMs?: number | undefined
  /**
   * Milliseconds that an acknowledgement may take; then the batch is sent again over a new connection, where it may take
   * twice as long, and four times on the one after that.
   * @default 30000
   */
  ackTimeoutMs?: number | undefined
  /** Milliseconds that a record may wait for others, to be sent together. @default 50 */
  flushIntervalMs?: number | undefined
  /** The most records of a batch. @default 1000 */
  maxBatchRecords?: number | undefined
  /** The most bytes of a batch; a larger record is sent alone. @default 1048576 */
  maxBatchBytes?: number | undefined
  /**
   * Bytes of records in memory, those being sent included. Beyond them the oldest are dropped, batch by batch. With
   * `spoolDir`, records go to disk once half of this is used.
   * @default 67108864
   */
  maxBufferBytes?: number | undefined
  /** Milliseconds before a failed connection is tried again; doubled at each failure, with jitter. @default 200 */
  reconnectDelayMs?: number | undefined
  /** The longest such delay; also how often the first host is tried while another is used. @default 5000 */
  reconnectMaxDelayMs?: number | undefined
  /** Milliseconds that `close()` waits for acknowledgements. The rest goes to the spool, or is dropped. @default 5000 */
  closeTimeoutMs?: number | undefined
  /** Compresses the batches. @default false */
  gzip?: boolean | undefined
  /**
   * A folder, writable for this process's user only. It keeps records that memory cannot hold, records that are not
   * delivered when the process ends, and in `refused.ndjson` the records that no server takes.
   * @default none
   */
  spoolDir?: string | undefined
  /** Bytes of the spool; beyond them its oldest records are dropped. @default 1073741824 */
  spoolMaxBytes?: number | undefined
  /** A sender of `fluent-logger`, instead of all options above but `shape` and `closeTimeoutMs`. The handler does not end it. */
  sender?: FluentSender | undefined
}

const MIB = 1_048_576
const why = 'a server asks for both'

/**
 * Makes the handler that sends records to fluentd or Fluent Bit over the forward protocol. A record is delivered when a
 * server has acknowledged it; until then it is sent again, in order. While no server takes records, they wait in memory,
 * then in the spool. When both are full, the oldest records are dropped, counted and reported.
 * @throws ActionLogError `invalid_settings`, all problems listed; `handler_failed` if a TLS file cannot be read
 * or the spool's folder cannot be used
 */
export const fluentdHandler: HandlerFactory<FluentdHandlerOptions> = defineHandler<FluentdHandlerOptions>(
  '@actionlog/handler-fluentd',
  {
    host: hostsRule,
    port: rule.integer(1, 65_535, 24_224),
    path: rule.text(undefined),
    tagName: tagRule,
    shape: shapeRule,
    tls: tlsRule,
    sharedKey: { ...rule.text(undefined), secret: true },
    username: { ...rule.text(undefined), needs: { oneOf: ['sharedKey'], why } },
    password: { ...rule.text(undefined), secret: true, needs: { oneOf: ['username'], why } },
    connectTimeoutMs: rule.integer(1, 600_000, 10_000),
    ackTimeoutMs: rule.integer(1, 600_000, 30_000),
    flushIntervalMs: rule.integer(0, 60_000, 50),
    maxBatchRecords: rule.integer(1, 100_000, 1_000),
    maxBatchBytes: rule.integer(1_024, 64 * MIB, MIB),
    maxBufferBytes: rule.integer(65_536, 2 ** 40, 64 * MIB),
    reconnectDelayMs: rule.integer(1, 600_000, 200),
    reconnectMaxDelayMs: rule.integer(1, 600_000, 5_000),
    closeTimeoutMs: rule.integer(0, 600_000, 5_000),
    gzip: rule.boolean(false),
    spoolDir: rule.text(undefined),
    spoolMaxBytes: rule.integer(MIB, 2 ** 50, 1_024 * MIB),
    sender: senderRule,
  },
  (options): Handler =>
    options.sender ? SenderHandler.open(options.sender, options) : ForwardHandler.open(options),
)
