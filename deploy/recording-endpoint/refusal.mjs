// @ts-check
const KNOWN_NUMBERS = ['status_code', 'sql_count', 'sql_time', 'node_time', 'total_time', 'head_time']
const METADATA = ['_id', '_source', '_index', '_routing', '_field_names', '_version']
const MAX_DEPTH = 20

/**
 * Why OpenSearch refuses a document, under a mapping with `dynamic: false` and explicit types: the name of a recorded
 * answer.
 * @param {string} source
 * @param {boolean} needsTimestamp of a data stream
 * @returns {string | undefined}
 */
export function refusal(source, needsTimestamp) {
  let document
  try {
    document = JSON.parse(source)
  } catch {
    return 'brokenJson'
  }
  const time = document['@timestamp']
  if (time === undefined ? needsTimestamp : Number.isNaN(Date.parse(time))) return 'noTimestamp'
  const keys = Object.keys(document)
  if (keys.some((key) => METADATA.includes(key))) return 'ownId'
  if (keys.some((key) => key.split('.').some((part) => part.trim() === ''))) return 'emptyKey'
  if (KNOWN_NUMBERS.some((key) => key in document && !Number.isFinite(Number(document[key]))))
    return 'badNumber'
  if (!isFlatEnough(document, MAX_DEPTH)) return 'tooDeep'
  return longestText(document.extra) > 32_766 ? 'tooLong' : undefined
}

/** @param {unknown} value @param {number} levels @returns {boolean} */
function isFlatEnough(value, levels) {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((inner) => isFlatEnough(inner, levels - 1))
}

/** @param {unknown} value @returns {number} bytes */
function longestText(value) {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (typeof value !== 'object' || value === null) return 0
  return Math.max(0, ...Object.values(value).map(longestText))
}
