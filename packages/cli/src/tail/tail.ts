import type { Command } from '../command.js'
import { parseDuration, parseLimit } from '../options/amounts.js'
import { helpText } from '../options/help.js'
import { parseOptions } from '../options/options.js'
import { scopeOf } from '../options/scope-options.js'
import { UsageError } from '../usage-error.js'
import { tailFilter } from './filter.js'
import { Printer } from './printer.js'
import { recordsOf } from './source.js'
import { TAIL_HELP, TAIL_OPTIONS } from './tail-options.js'

const OVERDUE_MS = 500
const LINES = 10

/** `actionlog tail`: each request as it comes. */
export const tailCommand: Command = {
  about: 'each request as it comes, one line for a developer',
  async run(args, output, signal) {
    const { values, positionals } = parseOptions('tail', args, TAIL_OPTIONS)
    if (values.help) {
      output.write(helpText(TAIL_HELP, output.width))
      return 0
    }
    const files = positionals.length > 0 ? positionals : ['-']
    if (files.includes('-') && process.stdin.isTTY)
      throw new UsageError(
        'actionlog tail needs a log file, or the output of an application: node app.js | actionlog tail\nSee `actionlog tail --help`.',
      )
    const scope = scopeOf(values, Date.now())
    const filter = tailFilter(scope, parseDuration('--slow', values.slow))
    const lines = values.lines === 'all' ? Number.POSITIVE_INFINITY : parseLimit('--lines', values.lines)
    const printer = new Printer(output, filter, scope.timeZone, values.full === true)
    const overdue = setInterval(() => printer.printOverdue(Date.now()), OVERDUE_MS)
    try {
      for await (const found of recordsOf(files, {
        lines: lines ?? LINES,
        isFollowed: !values['no-follow'],
        signal,
      })) {
        if (found.kind === 'record') printer.print(found.record)
        else printer.printOther(found.text)
      }
    } finally {
      clearInterval(overdue)
      printer.printOverdue()
    }
    signal.throwIfAborted()
    return 0
  },
}
