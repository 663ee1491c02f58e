import { stripVTControlCharacters } from 'node:util'
import { parseText } from '@actionlog/core'

/** What a line, or several of the text format, are. */
export type Recognized =
  | { readonly kind: 'record'; readonly record: Readonly<Record<string, unknown>> }
  | { readonly kind: 'other'; readonly text: string }

// The text format's title; its colours, if it was meant for a terminal, are taken off
const TITLE = /^(?:={18} Footprint|-{18} Action) Log [=-]{18}$/
const MOST_LINES = 1_000

/** Finds the records in an application's output: JSON, one a line, and the text format's blocks. All else is other. */
export class Recognizer {
  #block: string[] = []

  push(line: string): Recognized[] {
    if (this.#block.length === 0) {
      if (TITLE.test(stripVTControlCharacters(line))) this.#block.push(line)
      else return [recognizeLine(line)]
      return []
    }
    this.#block.push(line)
    return line === '' || this.#block.length > MOST_LINES ? this.end() : []
  }

  /** What the lines so far are, if no more come. */
  end(): Recognized[] {
    const block = this.#block
    this.#block = []
    if (block.length === 0) return []
    const { records, rejected } = parseText(`${stripVTControlCharacters(block.join('\n'))}\n`)
    return [
      ...records.map((record) => ({ kind: 'record', record: withoutNulls(record) }) as const),
      ...rejected.map((text) => ({ kind: 'other', text }) as const),
    ]
  }
}

function recognizeLine(line: string): Recognized {
  if (line.startsWith('{')) {
    try {
      const record: unknown = JSON.parse(line)
      if (typeof record === 'object' && record !== null)
        return { kind: 'record', record: record as Record<string, unknown> }
    } catch {
      // it only looks like one
    }
  }
  return { kind: 'other', text: line }
}

/** The text format writes what is missing as `null`. */
function withoutNulls(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== 'null'))
}
