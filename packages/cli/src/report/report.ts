import type { RunCommand } from '../command.js'
import { parseLimit } from '../options/amounts.js'
import { helpText } from '../options/help.js'
import { parseOptions } from '../options/options.js'
import { scopeOf } from '../options/scope-options.js'
import { parseThreshold } from '../questions/thresholds.js'
import { explainFailure } from '../questions/user-condition.js'
import type { Output } from '../terminal/output.js'
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

/** `actionlog report`: what the log says. All options are checked before a file is read. */
export const runReport: RunCommand = async (args, output, signal) => {
  const { values, positionals } = parseOptions('report', args, REPORT_OPTIONS)
  if (values.help) return print(output, helpText(REPORT_HELP, output.width))
  const { name, operands, files } = findList(positionals, values)
  if (name === 'schema') return print(output, schemaText(output))
  const now = Date.now()
  const scope = scopeOf(values, now)
  const limit = parseLimit('--limit', values.limit)
  const limits = (values['fail-if'] ?? []).map(parseThreshold)
  checkListOptions(name, values)
  checkOutputs(name, values)
  const log = await openLog(files, values, parseMask(values.mask), signal)
  try {
    const { store, mask } = log
    const asking = { store, scope: mask.scope(scope), signal, ...(limit !== undefined && { limit }) }
    const shownOperands = name === 'trail' ? operands.map((user) => mask.user(user)) : operands
    const answers = await ask({ name, operands: shownOperands, values, asking, limits, now }).catch(
      async (error) => {
        throw scope.where === undefined ? error : await explainFailure(store, scope.where, error)
      },
    )
    const head = { ...log, ...answers, scope: asking.scope }
    writeAnswers(output, values, ['report', name].filter(Boolean).join(' '), head, answers)
    return answers.failed ? 1 : 0
  } finally {
    await log.close()
  }
}

function print(output: Output, text: string): number {
  output.write(text)
  return 0
}

function schemaText({ width, paint }: Output): string {
  const tables = schemaSection().panels.map((panel) => panelLines(panel, width, 'UTC', paint).join('\n'))
  return `${tables.join('\n\n')}\n`
}

function checkOutputs(
  name: string | undefined,
  { json, csv, strict, 'fail-if': limits, sql, rejects }: ReportValues,
): void {
  if (json && csv) throw new UsageError('--json and --csv exclude each other: give one')
  if (strict && !limits) throw new UsageError('--strict belongs to --fail-if')
  if (sql !== undefined && rejects) throw new UsageError('--sql and --rejects exclude each other: give one')
  if (name !== undefined && (sql !== undefined || rejects))
    throw new UsageError(
      `--${sql !== undefined ? 'sql' : 'rejects'} is a list of its own: leave out ${JSON.stringify(name)}`,
    )
}
