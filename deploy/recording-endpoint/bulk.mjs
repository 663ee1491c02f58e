// @ts-check
import { readFileSync } from 'node:fs'
import { refusal } from './refusal.mjs'

/**
 * @typedef {Record<string, any>} Json
 * @typedef {Map<string, Map<string, Json>>} Documents by index and id
 * @typedef {object} BulkOptions
 * @property {string | undefined} [index] the index of actions that name none
 * @property {boolean | undefined} [streams] whether all indices are data streams
 * @property {((position: number) => Json | undefined) | undefined} [refuse] the item of a document that is refused,
 *   whatever it holds
 * @property {boolean} [takesAll] whether no document is refused for what it holds
 * @property {((index: string, document: Json, id: string) => void) | undefined} [onStored]
 */

/** Answers recorded from a real OpenSearch. @type {Json} */
export const answers = JSON.parse(readFileSync(new URL('answers.json', import.meta.url), 'utf8'))

let lastId = 0

/**
 * Stores the documents of a bulk request, and answers as an engine does.
 * @param {string} body
 * @param {Documents} documents
 * @param {BulkOptions} options
 * @returns {{ status: number, answer: Json }}
 */
export function bulk(body, documents, { index, streams = false, refuse, onStored, takesAll = false } = {}) {
  const lines = body.split('\n').slice(0, -1)
  const actions = lines.filter((_, at) => at % 2 === 0).map((line) => JSON.parse(line))
  if (actions.some(({ create, index }) => Buffer.byteLength(String((create ?? index)._id ?? '')) > 512)) {
    return { status: 400, answer: answers.longId }
  }
  const items = actions.map((action, at) => {
    const [operation, meta] = /** @type {[string, Json]} */ (Object.entries(action)[0])
    const target = meta._index ?? index
    const refused =
      refuse?.(at) ?? (streams && operation === 'index' ? answers.items.indexIntoStream : undefined)
    return { [operation]: refused ?? store(target, meta._id, operation, lines[2 * at + 1] ?? '') }
  })
  const errors = items.some((item) => Object.values(item)[0].status >= 300)
  return { status: 200, answer: { took: 1, errors, items } }

  /** @param {string} target @param {string | undefined} id @param {string} operation @param {string} source */
  function store(target, id = `own-${++lastId}`, operation, source) {
    const inIndex = documents.get(target) ?? new Map()
    if (operation === 'create' && inIndex.has(id)) return { ...answers.items.again, _index: target, _id: id }
    const refused = takesAll ? undefined : refusal(source, streams)
    if (refused) return { ...answers.items[refused], _index: target, _id: id }
    const document = JSON.parse(source)
    documents.set(target, inIndex.set(id, document))
    onStored?.(target, document, id)
    return { ...answers.items.created, _index: target, _id: id }
  }
}
