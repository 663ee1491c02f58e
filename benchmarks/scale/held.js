// Memory that a statement, a route and an instance hold, beside bare Koa and pino-http: pnpm --filter benchmarks run held
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess } from '../lib/child-process.js'
import { quick } from '../lib/quick.js'
import { printMachine, printTable } from '../lib/report.js'

const ALL = ['bare', 'pino-http', 'actionlog, null handler', 'actionlog, file handler']
const kinds = {
  statement: { counts: [10, 200], variants: ['actionlog, null handler'] },
  route: { counts: quick ? [100] : [100, 5_000], variants: ALL },
  instance: { counts: [10, 100], variants: ALL.slice(1) },
}

async function bytesHeld(variant, kind, count) {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-held-'))
  const child = await startProcess(new URL('held-process.js', import.meta.url), [variant, folder], {
    execArgv: ['--expose-gc'],
  })
  const bytes = await child.ask([kind, count])
  await child.stop()
  rmSync(folder, { recursive: true })
  return bytes
}

printMachine()
for (const [kind, { counts, variants }] of Object.entries(kinds)) {
  const rows = []
  for (const variant of variants) {
    const row = [variant]
    for (const count of counts) row.push((await bytesHeld(variant, kind, count)).toFixed(0))
    rows.push(row)
  }
  console.log(`\nper ${kind}\n`)
  printTable(['variant', ...counts.map((count) => `bytes, of ${count}`)], rows)
}
