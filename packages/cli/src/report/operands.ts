import { existsSync } from 'node:fs'
import { didYouMean } from '@actionlog/core'
import { UsageError } from '../usage-error.js'
import { LISTS, type ReportValues } from './lists.js'

export interface Operands {
  /** Of the list; undefined for the first screen. */
  readonly name: string | undefined
  /** The list's own: USER, VIEW, ranges. */
  readonly operands: readonly string[]
  readonly files: readonly string[]
}

const NAMES = [...Object.keys(LISTS), 'schema']

/**
 * Tells the list, its operands and the files apart. The list may stand before or after the files.
 * @throws UsageError
 */
export function findList(positionals: readonly string[], values: ReportValues): Operands {
  const at = positionals.findIndex((word) => NAMES.includes(word))
  const name = positionals[at]
  if (name === 'schema') return { name, operands: [], files: [] }
  const wanted = (name !== undefined && LISTS[name]?.operands?.(values)) || []
  const operands = at < 0 ? [] : positionals.slice(at + 1, at + 1 + wanted.length)
  const files =
    at < 0 ? positionals : [...positionals.slice(0, at), ...positionals.slice(at + 1 + wanted.length)]
  const isFileMeant = files.length === 0 && (process.stdin.isTTY || operands.some((word) => existsSync(word)))
  if (operands.length < wanted.length || (wanted.length > 0 && isFileMeant))
    throw new UsageError(
      `actionlog report ${name} needs ${wanted.join(' and ')}, then the files: actionlog report ${name} ${wanted.join(' ')} my_action.log`,
    )
  const misspelt =
    at < 0 ? files.find((file) => !existsSync(file) && didYouMean(file, NAMES) !== '') : undefined
  if (misspelt !== undefined)
    throw new UsageError(
      `actionlog report: there is no file or list ${JSON.stringify(misspelt)}${didYouMean(misspelt, NAMES)} Lists: ${NAMES.join(', ')}.`,
    )
  if (files.length > 0) return { name, operands, files }
  if (!process.stdin.isTTY) return { name, operands, files: ['-'] }
  throw new UsageError(
    `actionlog report needs a log file, a folder of log files, or - for standard input: actionlog report my_action.log\nSee \`actionlog report --help\`.`,
  )
}
