import type { Server as HttpServer, RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import type Router from '@koa/router'
import type Koa from 'koa'

/** What a record says of how its request ended. What is not in here must not be in the record. */
export interface Outcome {
  readonly status_code: number
  readonly aborted?: true
  readonly ex_type?: string
  readonly ex_message?: string
}

/** One request, whose client waits for its end: it is made by every client, and the status is what the client sees. */
export interface Exchange {
  readonly title: string
  /** Mounted above the logger. */
  readonly above?: (app: Koa) => unknown
  /** Mounted below it. */
  readonly app: (app: Koa, stage: Stage) => unknown
  readonly request?: Ask
  /** What the record must say; `body` is what the client must get. */
  readonly outcome: Outcome & { readonly body?: string }
}

export interface Ask {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What client and server do, step by step. */
export interface Scene {
  readonly title: string
  /** The records it must leave, in order of their urls. */
  readonly outcomes: readonly Outcome[]
  readonly play: (stage: Stage) => Promise<void>
}

/** What a case is played on. */
export interface Stage {
  readonly Koa: typeof Koa
  readonly Router: typeof Router
  /** Starts an HTTP/1.1 server for the app that `build` makes, the logger above it. */
  serve(build: (app: Koa) => unknown, configure?: (server: HttpServer) => void): Promise<number>
  /** The same over HTTP/2, in the clear. */
  serve2(build: (app: Koa) => unknown): Promise<number>
  /** Starts a server that has nothing to do with the app. */
  upstream(listener: RequestListener): Promise<number>
  /** A connection that speaks in bytes. */
  connect(port: number): Promise<RawClient>
  /** Resolves when so many records were written. */
  recorded(count: number): Promise<void>
  /** Runs when the play is over. */
  onEnd(end: () => unknown): void
}

export interface RawClient {
  readonly socket: Socket
  send(bytes: string): void
  /** All that came so far, once it contains `text`. */
  received(text: string): Promise<string>
  /** All that came, once the connection is closed. */
  closed: Promise<string>
}

/** A point one side waits at until the other opens it. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

export function gate(): Gate {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

/** Whether Koa answers the request at all: not HEAD over HTTP/2 in Koa 2, nor, with an error, in Koa 3. */
export function answers({ request, outcome }: Exchange, stack: string, protocol: string): boolean {
  if (protocol !== 'HTTP/2' || request?.method !== 'HEAD') return true
  return !stack.startsWith('Koa 2') && outcome.ex_type === undefined
}
