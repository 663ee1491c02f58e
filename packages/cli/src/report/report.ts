import type { Command } from '../command.js'
import { parseLimit } from '../options/amounts.js'
import { helpText } from '../options/help.js'
import { parseOptions } from '../options/options.js'
import { scopeOf } from '../options/scope-options.js'
import { parseThreshold, type Threshold } from '../questions/thresholds.js'
import { UsageError } from '../usage-error.js'
import { ask } from './ask.js'
import { REPORT_HELP } from './help.js'
import { checkListOptions, type ReportValues } from './lists.js'
import { parseMask } from './mask.js'
import { openLog } from './open-log.js'
import { findList } from './operands.js'
import { REPORT_OPTIONS } from './report-options.js'
import { schemaSection } from './sections/schema.js'
import { panelLines } from './to-terminal.js'
import { writeAnswers } from './write-answers.js'

/** `actionlog report`: what the log says. */
export const reportCommand: Command = {
  about: 'what the log says: what is slow, what failed, what to fix',
  async run(args, output, signal) {
    const { values, positionals } = parseOptions('report', args, REPORT_OPTIONS)
    if (values.help) {
      output.write(helpText(REPORT_HELP, output.width))
      return 0
    }
    const { name, operands, files } = findList(positionals, values)
    if (name === 'schema') {
      const lines = schemaSection().panels.flatMap((panel) => [
        ...panelLines(panel, output.width, 'UTC', output.paint),
        '',
      ])
      output.write(`${lines.join('\n')}\n`)
      return 0
    }
    const now = Date.now()
    const scope = scopeOf(values, now)
    const limit = parseLimit('--limit', values.limit)
    const limits = parseThresholds(values['fail-if'] ?? [])
    checkListOptions(name, values)
    checkOutputs(values)
    const log = await openLog(files, values, parseMask(values.mask), signal)
    try {
      const asking = {
        store: log.store,
        scope: log.mask.scope(scope),
        signal,
        ...(limit !== undefined && { limit }),
      }
      const answers = await ask({
        name,
        operands: name === 'trail' ? operands.map((user) => log.mask.user(user)) : operands,
        values,
        asking,
        limits,
        now,
      })
      const head = { ...log, scope: asking.scope, summary: answers.summary }
      writeAnswers(output, values, ['report', name].filter(Boolean).join(' '), head, answers)
      return answers.failed ? 1 : 0
    } finally {
      await log.close()
    }
  },
}

function parseThresholds(texts: readonly string[]): Threshold[] {
  return texts.map((text) => {
    try {
      return parseThreshold(text)
    } catch (error) {
      throw new UsageError(`--fail-if: ${(error as Error).message}`)
    }
  })
}

function checkOutputs({ json, csv, strict, 'fail-if': limits, sql, rejects }: ReportValues): void {
  if (json && csv) throw new UsageError('--json and --csv exclude each other: give one')
  if (strict && !limits) throw new UsageError('--strict belongs to --fail-if')
  if (sql !== undefined && rejects) throw new UsageError('--sql and --rejects exclude each other: give one')
}
