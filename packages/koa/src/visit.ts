import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { ActionLog, RequestContext } from '@actionlog/core'
import type { Context } from 'koa'
import { guard } from './guard.js'
import type { Trace } from './trace.js'

const VISIT = '@actionlog/koa/v1' // a symbol would cost each request more

/** The visit is stored on the response, not on the context: an app may hand the response on to another app. */
export interface VisitedResponse extends ServerResponse {
  /** `null` for a request that leaves no record. */
  [VISIT]?: Visit | null
}

/** A mount of the middleware that a request passed. */
export interface Mount {
  readonly ctx: Context
  readonly log: ActionLog
}

const MAX_INNER_MOUNTS = 20

/** Everything the middleware knows of a request, from its arrival to its footprint. */
export class Visit implements Mount {
  readonly ctx: Context
  readonly log: ActionLog
  readonly request: RequestContext
  readonly res: VisitedResponse
  /** Absent if the request is simulated. */
  readonly socket: Socket | undefined
  /** Over HTTP/2 only. */
  readonly stream: ServerHttp2Stream | undefined

  // read on arrival: a closed socket has no address, and middleware may rewrite the rest
  readonly method: string
  readonly url: string
  readonly address: string
  readonly userAgent: string | null
  readonly trace: Trace | undefined
  /** How many bytes the connection had written before. */
  readonly bytesBefore: number

  /** Inner mounts, in another app or with other settings. */
  inner: Mount[] | undefined = undefined
  /** The middleware after this one is still running. */
  isRunning = true
  error: { readonly thrown: unknown } | undefined = undefined
  /** The error was not thrown through the middleware: it broke the response. */
  isBroken = false

  /** What `res.writeHead` was before it was followed. */
  writeHead: ServerResponse['writeHead'] | undefined = undefined
  /** How many listeners waited for the response's end on arrival. */
  endListeners = 0
  /** The body is complete when Koa sends it: none of the app's code runs meanwhile. */
  sendsWhole = false
  /** The head went out, to a client or to nobody. */
  hasHead = false
  /** The status in the head; `undefined` if the connection was gone. */
  headStatus: number | undefined = undefined
  headTime: number | undefined = undefined
  /** How many bytes the connection had written before the head. */
  headOffset = 0
  /** The status that was written directly to the connection: the 101 of an accepted WebSocket. */
  rawStatus: number | undefined = undefined

  /** Pipelined: it waits for the responses before it. */
  isQueued = false
  /** It has no connection of its own, as in a function or a test, and is finished before Node notices. */
  isSimulated = false
  isOver = false
  isAborted = false
  status: number | undefined = undefined

  constructor(
    ctx: Context,
    log: ActionLog,
    request: RequestContext,
    req: IncomingMessage,
    trace: Trace | undefined,
  ) {
    this.ctx = ctx
    this.log = log
    this.request = request
    this.res = ctx.res
    this.socket = req.socket ?? undefined
    this.stream = req.httpVersionMajor > 1 ? (ctx.res as { stream?: ServerHttp2Stream }).stream : undefined
    this.method = req.method ?? ''
    this.url = originalUrl(req) ?? ctx.originalUrl ?? ''
    this.address = this.socket?.remoteAddress ?? ''
    this.userAgent = req.headers['user-agent'] || null
    this.trace = trace
    this.bytesBefore = this.socket?.bytesWritten ?? 0
    request.idSource = this
  }

  /** The id that the app has put into the response's header so far. */
  get ownId(): string | undefined {
    const { requestIdHeader } = this.log.settings
    if (!requestIdHeader) return undefined
    return guard(this.log, 'reading the request id', () => headerText(this.res.getHeader(requestIdHeader)))
  }

  /** Notes an error that passed an inner mount, or that the app emitted. The first one is the cause of the others. */
  noteError(thrown: unknown): void {
    this.error ??= { thrown }
  }

  /** Notes an inner mount, each one once. */
  addMount(ctx: Context, log: ActionLog): void {
    const isKnown = (mount: Mount): boolean => mount.ctx === ctx && mount.log === log
    if (isKnown(this)) return
    this.inner ??= []
    if (this.inner.length < MAX_INNER_MOUNTS && !this.inner.some(isKnown)) this.inner.push({ ctx, log })
  }
}

/** The request target from before an outer framework cut a prefix off. */
function originalUrl(req: IncomingMessage & { originalUrl?: unknown }): string | undefined {
  return typeof req.originalUrl === 'string' ? req.originalUrl : undefined
}

/** A header's value as one text; `undefined` for none. */
export function headerText(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  return Array.isArray(value) ? value.join(', ') : String(value)
}

/** The visit of a response; `null` if it leaves no record, `undefined` if the middleware has not seen it. */
export function visitOf(res: VisitedResponse | undefined): Visit | null | undefined {
  return res?.[VISIT]
}

export function setVisit(res: VisitedResponse, visit: Visit | null): void {
  res[VISIT] = visit
}
