/** Part of a line: a JSON object, or text that is none. */
export type LinePart =
  | { readonly object: Record<string, unknown> }
  | { readonly text: string; readonly reason: string }

/** Beginnings that are tried in a line that is no JSON as a whole; a bound, since each try reads to the line's end. */
const MAX_TRIES = 16

// what other programs write before a line: journald and syslog, docker compose and pm2, a time
const PREFIX =
  /^(?:[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \S+ [^\s:]{1,128}: |<\d{1,3}>\d? ?\S{1,64} \S{1,255} [^{]{0,255}|[\w.-]{1,128} *\| |\d{4}-\d{2}-\d{2}T[\d:.,]{8,24}(?:Z|[+-][\d:]{4,5}):? )$/

/** Finds all JSON objects of a line, also behind and before other text. */
export function objectsOf(line: string): LinePart[] {
  const whole = parse(line)
  if (whole.value !== undefined)
    return isObject(whole.value)
      ? [{ object: whole.value }]
      : [{ text: line, reason: `is no JSON object: ${kindOf(whole.value)}` }]
  const parts: LinePart[] = []
  let from = 0 // up to here the line is dealt with
  let start = line.indexOf('{')
  for (let tries = 0; start >= 0 && tries < MAX_TRIES; ) {
    const end = endOfObject(line, start)
    const { value, error } =
      end < 0 ? { value: undefined, error: 'ends too early' } : parse(line.slice(start, end))
    if (isObject(value)) {
      addText(parts, line.slice(from, start), 'is text before a record')
      parts.push({ object: value })
      from = end
    } else {
      tries++
      if (end >= 0) {
        addText(parts, line.slice(from, start), 'is text before a record')
        parts.push({ text: line.slice(start, end), reason: `is not valid JSON: ${error}` })
        from = end
      }
    }
    start = end < 0 ? line.indexOf('{"', start + 1) : line.indexOf('{', end)
  }
  const hasObject = parts.some((part) => 'object' in part)
  const isCut = line.trimStart().startsWith('{') && from === 0
  addText(
    parts,
    line.slice(from),
    hasObject ? 'is text after a record' : isCut ? `is not valid JSON: ${whole.error}` : 'is no JSON',
  )
  return parts
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function addText(parts: LinePart[], text: string, reason: string): void {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed === ',' || PREFIX.test(text)) return
  parts.push({ text: trimmed, reason })
}

function parse(text: string): { value: unknown; error?: string } {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    return { value: undefined, error: ruleOf((error as Error).message) }
  }
}

/** Without the text and the place, which differ from line to line: equal faults are counted together. */
function ruleOf(message: string): string {
  return message.split(/, (?:\.\.\.)?"| in JSON at position/, 1)[0] as string
}

/** The index after the brace that closes the one at `start`; -1 if none does. */
function endOfObject(text: string, start: number): number {
  let depth = 0
  let isInString = false
  for (let i = start; i < text.length; i++) {
    const char = text[i]
    if (isInString) {
      if (char === '\\') i++
      else if (char === '"') isInString = false
    } else if (char === '"') isInString = true
    else if (char === '{') depth++
    else if (char === '}' && --depth === 0) return i + 1
  }
  return -1
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`
}
