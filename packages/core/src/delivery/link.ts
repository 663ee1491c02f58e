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
  /**
   * Resolves when the server has answered a message without records. Servers usually answer in the order of the messages.
   * @throws the same errors as `send()`
   */
  ping(): Promise<void>
}

/** The servers, of which one is used at a time. */
export interface Sink {
  /** The server in use, as errors name it. */
  readonly address: string
  /** Returns the open connection, or opens one. @throws Error if that fails */
  connect(): Promise<Link>
  /** Closes the connection, so that the next one is a new one. */
  disconnect(): void
  /** Uses the next server from now on, if there are several. */
  useNext(): void
  /** Closes all connections, for good. */
  close(): void
}

/** The server keeps the connection open, but has not answered in time. */
export class NoAnswerError extends Error {}

/** The server closed the connection. */
export class ConnectionClosedError extends Error {}
