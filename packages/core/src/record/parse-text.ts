import { ACTION_TITLE, CAUSE, FOOTPRINT_TITLE, INDENT, REPEAT, STACK_FIELD } from './text.js'

/** What was read back from a log in the text format. */
export interface ParsedText {
  /** The fields of each whole record: its names, and its values as they were written. */
  readonly records: readonly Readonly<Record<string, string>>[]
  /** Lines that belong to no whole record, empty lines aside. */
  readonly rejected: readonly string[]
}

/**
 * Reads back what `format: 'text'` wrote, without colours. The text does not say what type a value had: numbers,
 * booleans, `null`, lists and objects come as their JSON, the time in the writer's time zone without
 * milliseconds.
 */
export function parseText(text: string): ParsedText {
  const records: Record<string, string>[] = []
  const rejected: string[] = []
  let block: string[] = []
  const endBlock = (record: Record<string, string> | undefined): void => {
    if (record) records.push(record)
    else for (const line of block) rejected.push(line)
    block = []
  }
  const lines = text.split('\n')
  const cut = lines.pop() // of a line whose end is missing
  for (const line of lines) {
    if (line === '') endBlock(parseRecord(block))
    else if (line === FOOTPRINT_TITLE || line === ACTION_TITLE) endBlock(undefined)
    if (line !== '') block.push(line)
  }
  if (cut) block.push(cut)
  endBlock(undefined) // its empty line is missing: more of it may follow
  return { records, rejected }
}

/** A title and what follows it, up to the empty line. */
function parseRecord([title, ...lines]: readonly string[]): Record<string, string> | undefined {
  const isFootprint = title === FOOTPRINT_TITLE
  if (!isFootprint && title !== ACTION_TITLE) return undefined
  const fields = new Map<string, string>()
  let last = ''
  for (const line of lines) {
    if (isFootprint && line.startsWith(REPEAT)) continue
    if (isFootprint && last === STACK_FIELD && line.startsWith(INDENT)) {
      const more = line.startsWith(INDENT + CAUSE) ? line.slice(INDENT.length) : line
      fields.set(last, `${fields.get(last)}\n${more}`)
      continue
    }
    const field = parseField(line)
    if (!field) return undefined
    fields.set(...field)
    last = field[0]
  }
  return Object.fromEntries(fields)
}

const QUOTED = /"(?:[^"\\]|\\.)*"/y

function parseField(line: string): [name: string, value: string] | undefined {
  QUOTED.lastIndex = 0
  const [quoted] = QUOTED.exec(line) ?? []
  const end = quoted?.length ?? line.search(/[ :]/)
  const separator = line.indexOf(':', end)
  const isField =
    end > 0 && separator > end && line.slice(end, separator).trim() === '' && line[separator + 1] === ' '
  if (!isField) return undefined
  return [unquote(line.slice(0, end)), unquote(line.slice(separator + 2))]
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}
