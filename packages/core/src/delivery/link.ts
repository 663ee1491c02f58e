import type { Part } from './chunk.js'

/** A connection that records can be sent over. */
export interface Link {
  /** Whether the server has acknowledged any records over this connection. */
  readonly hasWorked: boolean
  /**
   * Resolves when the server has acknowledged the records.
   * @throws NoAnswerError if it keeps the connection open, but does not answer in time
   * @throws ConnectionClosedError if the server closed the connection
   * @throws Error if the connection failed otherwise
   */
  send(part: Part): Promise<void>
  /** Resolves when the server has answered a message without records. It answers in the order of the messages. */
  ping(): Promise<void>
}

/** The servers, of which one is used at a time. */
export interface Sink {
  /** The server in use, as errors name it. */
  readonly address: string
  /** The open connection, or else a new one. Rejects if there is none. */
  connect(): Promise<Link>
  /** Closes the connection: the next one is a fresh one. */
  disconnect(): void
  /** Uses another server from now on, if there is one. */
  useNext(): void
  /** Closes all connections, for good. */
  close(): void
}

/** The server keeps the connection open, but has not answered in time. */
export class NoAnswerError extends Error {}

/** The server closed the connection. */
export class ConnectionClosedError extends Error {}
