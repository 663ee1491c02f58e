import { existsSync } from 'node:fs'
import type { RunCommand } from '../command.js'
import { followRecords } from '../input/follow/follow-records.js'
import { checkFollowable } from '../input/followable.js'
import { expandLive } from '../input/sources.js'
import { parseDuration, parseLimit } from '../options/amounts.js'
import { helpText } from '../options/help.js'
import { recordOptions } from '../options/input-options.js'
import { parseOptions } from '../options/options.js'
import { scopeOf } from '../options/scope-options.js'
import { inert } from '../terminal/inert.js'
import { UsageError } from '../usage-error.js'
import { tailFilter } from './filter.js'
import { startOfLast } from './last-records.js'
import { Printer } from './printer.js'
import { TAIL_HELP, TAIL_OPTIONS } from './tail-options.js'

const OVERDUE_MS = 500
const RECORDS = 10

/** `actionlog tail`: each request as it comes. */
export const runTail: RunCommand = async (args, output, signal) => {
  const { values, positionals } = parseOptions('tail', args, TAIL_OPTIONS)
  if (values.help) {
    output.write(helpText(TAIL_HELP, output.width))
    return 0
  }
  const paths = positionals.length > 0 ? positionals : ['-']
  checkPaths(paths)
  checkFollowable(paths)
  for (const path of paths.filter(isMissing)) process.stderr.write(`actionlog: waiting for ${inert(path)}\n`)
  const scope = scopeOf(values, Date.now())
  const filter = tailFilter(scope, parseDuration('--slow', values.slow))
  const from = values.lines === 'all' ? 'start' : await lastOf(paths, parseLimit('--lines', values.lines))
  const printer = new Printer(output, filter, scope.timeZone, values.full === true)
  const overdue = setInterval(() => printer.printOverdue(Date.now()), OVERDUE_MS)
  try {
    for await (const piece of followRecords(paths, { ...recordOptions(values), from, signal })) {
      if (piece.kind === 'record') printer.print(piece.record)
      else if (piece.kind === 'rejected') printer.printOther(piece.text)
    }
  } finally {
    clearInterval(overdue)
    printer.printOverdue()
  }
  signal.throwIfAborted()
  return 0
}

/** Whether there is no such file yet. */
function isMissing(path: string): boolean {
  return path !== '-' && !/[*?[{]/.test(path) && !existsSync(path)
}

function checkPaths(paths: readonly string[]): void {
  if (!paths.includes('-')) return
  if (paths.length > 1)
    throw new UsageError('actionlog tail reads either files or standard input (-), not both')
  if (process.stdin.isTTY)
    throw new UsageError(
      'actionlog tail needs a log file, or the output of an application: node app.js | actionlog tail\nSee `actionlog tail --help`.',
    )
}

/** Where the last records of each file begin. */
async function lastOf(paths: readonly string[], records = RECORDS): Promise<Map<string, number>> {
  const files = paths.includes('-') ? [] : await expandLive(paths)
  return new Map(
    await Promise.all(files.map(async (path) => [path, await startOfLast(path, records)] as const)),
  )
}
