// the time that toString() takes grows faster than the number of digits
const MAX_BIGINT = 10n ** 1_000n

/** A value that is no object as text. Unlike String(), it never takes long. */
export function primitiveText(value: unknown): string {
  const isLarge = typeof value === 'bigint' && (value >= MAX_BIGINT || value <= -MAX_BIGINT)
  return isLarge ? '[BigInt]' : String(value)
}

/**
 * A value as text. Unlike `String()` it never throws: it returns `undefined` for an object that has no text of its own,
 * or whose text cannot be read. It does so for arrays and bytes too, because these may be of any length.
 */
export function textOf(value: unknown): string | undefined {
  try {
    if (typeof value !== 'object' || value === null) return primitiveText(value)
    if (Array.isArray(value) || ArrayBuffer.isView(value)) return undefined
    const text = String(value)
    return text.startsWith('[object ') ? undefined : text
  } catch {
    return undefined
  }
}

/** The text of an error's message, or of anything else that was thrown; `undefined` if it has none. Never throws. */
export function messageText(thrown: unknown): string | undefined {
  let message: unknown
  try {
    message = (thrown as Error | undefined)?.message ?? thrown
  } catch {
    return 'an error whose message cannot be read'
  }
  return textOf(message)
}
