// @ts-check
import { once } from 'node:events'
import { answers } from './bulk.mjs'

/**
 * @typedef {import('./bulk.mjs').Json} Json
 * @typedef {object} Visit
 * @property {import('node:http').IncomingMessage} request
 * @property {import('node:http').ServerResponse} response
 * @property {(status: number, answer: unknown) => void} answer
 * @property {(refuse?: (position: number) => Json | undefined) => { status: number, answer: Json }} store
 * @typedef {keyof typeof faults} Fault
 */

/** What can happen to a bulk request instead of its answer. @satisfies {Record<string, (visit: Visit) => unknown>} */
export const faults = {
  /** Every other document is refused since the engine is overloaded. */
  itemsOverloaded: (/** @type {Visit} */ { store, answer }) => {
    const result = store((at) => (at % 2 === 0 ? answers.items.overloaded : undefined))
    answer(result.status, result.answer)
  },
  /** The disk is full: no document is taken. */
  itemsBlocked: (/** @type {Visit} */ { store, answer }) => {
    const result = store(() => answers.items.blocked)
    answer(result.status, result.answer)
  },
  overloaded: (/** @type {Visit} */ { answer }) => answer(429, answers.overloaded),
  unavailable: (/** @type {Visit} */ { answer }) => answer(503, { error: 'no master', status: 503 }),
  /** A proxy's page. */
  page: (/** @type {Visit} */ { response }) => {
    response.setHeader('content-type', 'text/html')
    response.end('<html>We will be back soon.</html>')
  },
  empty: (/** @type {Visit} */ { response }) => response.end(),
  /** JSON that breaks off. */
  brokenOff: (/** @type {Visit} */ { response }) => response.end('{"took":1,"errors":false,"items":[{"crea'),
  /** JSON that is no bulk answer. */
  otherJson: (/** @type {Visit} */ { answer }) => answer(200, { status: 'ok' }),
  /** All documents are stored, and no answer comes while the client waits. */
  late: (/** @type {Visit} */ { response, store }) => {
    store()
    return once(response, 'close')
  },
  /** The connection is cut, and nothing is stored. */
  cutBefore: (/** @type {Visit} */ { request }) => request.socket.destroy(),
  /** The connection is cut after all documents were stored. */
  cutAfter: (/** @type {Visit} */ { request, store }) => {
    store()
    request.socket.destroy()
  },
}

export const allFaults = /** @type {Fault[]} */ (Object.keys(faults))
