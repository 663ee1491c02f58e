import { requests } from './schema.js'

/**
 * A footprint as a line of JSON that the table `requests` takes: fields that are no column move into `other`.
 * @param record plain data, without a field `other` of its own
 */
export function requestLine(record: Readonly<Record<string, unknown>>): string {
  let other: Record<string, unknown> | undefined
  const row: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record)) {
    if (name === 'label_name') continue
    if (name !== 'id' && name !== 'other' && Object.hasOwn(requests, name)) row[name] = value
    else {
      other ??= Object.create(null) as Record<string, unknown>
      other[name] = value
    }
  }
  return other ? `${JSON.stringify({ ...row, other })}\n` : `${JSON.stringify(row)}\n`
}
