// @ts-check
import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { answers, bulk } from './bulk.mjs'
import { faults } from './faults.mjs'

/**
 * @typedef {import('./faults.mjs').Fault} Fault
 * @typedef {import('./bulk.mjs').BulkOptions} BulkOptions
 * @typedef {import('./bulk.mjs').Json} Json
 * @typedef {object} EndpointOptions
 * @property {'opensearch' | 'elasticsearch'} [engine]
 * @property {boolean} [streams] whether all indices are data streams
 * @property {number} [maxBodyBytes] a larger request is answered with 413
 * @property {BulkOptions['onStored']} [onStored] is given each document that is stored
 */

/**
 * Takes the bulk requests of fluentd's outputs, and answers as OpenSearch and Elasticsearch do. It keeps documents in
 * memory, and finds nothing in them: it is no search engine.
 */
export class Endpoint {
  /** What was stored, by index and id. @type {import('./bulk.mjs').Documents} */
  documents = new Map()
  /** What happens to the next bulk requests, one each. @type {Fault[]} */
  faults = []
  /** Whether it takes documents that an engine refuses, as after a change of its mapping. */
  takesAll = false
  /** How many bulk requests came. */
  requests = 0

  /** @type {EndpointOptions} */
  #options
  #server = createServer((request, response) => void this.#serve(request, response))

  /** @param {EndpointOptions} [options] */
  constructor(options = {}) {
    this.#options = options
  }

  /** @param {number} port @param {string} [host] */
  async listen(port, host = '127.0.0.1') {
    this.#server.listen(port, host)
    await once(this.#server, 'listening')
  }

  /** Cuts all connections; it can listen again. */
  async close() {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  /** All documents of the indices whose name starts so. @param {string} [prefix] @returns {Json[]} */
  stored(prefix = '') {
    return [...this.documents]
      .filter(([index]) => index.startsWith(prefix))
      .flatMap(([, byId]) => [...byId.values()])
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async #serve(request, response) {
    const { url = '/', method } = request
    const isElasticsearch = this.#options.engine === 'elasticsearch'
    response.setHeader('content-type', 'application/json; charset=UTF-8')
    if (isElasticsearch) response.setHeader('x-elastic-product', 'Elasticsearch')
    /** @param {number} status @param {unknown} answer */
    const answer = (status, answer) => {
      response.statusCode = status
      // Elasticsearch's names for the same
      const json = JSON.stringify(answer)
      response.end(isElasticsearch ? json.replaceAll('"rejected_exec', '"es_rejected_exec') : json)
    }
    try {
      if (/\/_bulk(?:\?|$)/.test(url)) {
        this.requests++
        const body = await bodyOf(request)
        const fault = this.faults.shift()
        const index = decodeURIComponent(url.split('/_bulk')[0]?.slice(1) ?? '') || undefined
        const { streams, onStored } = this.#options
        const store = (/** @type {BulkOptions['refuse']} */ refuse = undefined) =>
          bulk(body, this.documents, { index, streams, refuse, onStored, takesAll: this.takesAll })
        if (body.length > (this.#options.maxBodyBytes ?? Number.POSITIVE_INFINITY)) answer(413, {})
        else if (fault) await faults[fault]({ request, response, answer, store })
        else {
          const { status, answer: result } = store()
          answer(status, result)
        }
      } else if (url === '/') answer(200, this.#version())
      else if (url.startsWith('/_data_stream') && method === 'GET') answer(200, answers.stream)
      else answer(200, { acknowledged: true })
    } catch (error) {
      if (!response.destroyed)
        answer(400, { error: { type: 'endpoint', reason: String(error) }, status: 400 })
    }
  }

  #version() {
    if (this.#options.engine !== 'elasticsearch') return answers.version
    return { ...answers.version, version: { number: '9.5.0' }, tagline: 'You Know, for Search' }
  }
}

/** @param {import('node:http').IncomingMessage} request */
async function bodyOf(request) {
  if (request.headers['content-encoding'] !== 'gzip') return text(request)
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return gunzipSync(Buffer.concat(chunks)).toString()
}
