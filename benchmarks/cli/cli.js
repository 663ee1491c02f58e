// How long `actionlog report` takes, beside a script by hand and GoAccess.
// Usage: node cli/cli.js [RECORDS] [ROUNDS] [COMMAND…]
import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGzip } from 'node:zlib'
import { quantile } from '../lib/quantile.js'
import { printMachine, printTable } from '../lib/report.js'
import { lines } from './generate.js'
import { inBlocks } from './in-blocks.js'
import { runProcess } from './run-process.js'

const records = Number(process.argv[2] ?? 1_000_000)
const rounds = Number(process.argv[3] ?? 3)
const only = process.argv.slice(4)
const GOACCESS_ROUNDS = 1 // one takes longer than all others together

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const report = [process.execPath, here('../../packages/cli/bin/actionlog.js'), 'report']
const folder = mkdtempSync(join(tmpdir(), 'actionlog-benchmark-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
process.on('SIGTERM', () => process.exit(143)).on('SIGINT', () => process.exit(130))
const clean = join(folder, 'clean.log')
const dirty = join(folder, 'dirty.log')
const compressed = join(folder, 'compressed.log.gz')

const allCommands = {
  'actionlog report': [...report, clean],
  'actionlog report, 1 % dirt': [...report, dirty],
  'actionlog report, .gz': [...report, compressed],
  'script with JSON.parse': [process.execPath, here('plain.js'), clean],
  goaccess: [
    'goaccess',
    clean,
    '--no-global-config',
    '--date-format=%Y-%m-%d',
    '--time-format=%H:%M:%S',
    '--log-format={"time":"%dT%t.%^","method":"%m","url":"%U","status_code":"%s","remote_ip":"%h","user_agent":"%u","total_time":"%L"}',
    ...goaccessJobs(),
    `--output=${join(folder, 'goaccess.json')}`,
  ],
}
const commands = Object.entries(allCommands).filter(([name]) => only.length === 0 || only.includes(name))
const isRead = (path) => commands.some(([, command]) => command.includes(path))
if (isRead(clean)) await write(clean, { records })
if (isRead(dirty)) await write(dirty, { records, dirtShare: 0.01 })
if (isRead(compressed)) await write(compressed, { records }, createGzip({ level: 1 }))

const results = new Map(commands.map(([name]) => [name, []]))
for (let round = 0; round < rounds; round++) {
  for (const [name, command] of commands) {
    if (name === 'goaccess' && round >= GOACCESS_ROUNDS) continue
    try {
      const result = await runProcess(command)
      results.get(name).push(result)
      console.error(`${name}: ${result.seconds.toFixed(2)} s, ${result.cpu.toFixed(2)} s of CPU`)
    } catch (error) {
      if (round === 0) console.error(`${name}: ${error.message}`)
    }
  }
}

printMachine()
const valuesOf = (name, figure) => results.get(name)?.map((result) => result[figure]) ?? []
const best = (name, figure) => Math.min(...valuesOf(name, figure)) // noise only adds
const ofReport = (name, figure) => (best(name, figure) / best('actionlog report', figure)).toFixed(2)
printTable(
  [`${records} records`, 'seconds', 'median', 'of report', 'CPU seconds', 'of report', 'memory, MB'],
  commands
    .map(([name]) => name)
    .filter((name) => results.get(name).length > 0)
    .map((name) => [
      name,
      best(name, 'seconds').toFixed(2),
      quantile(valuesOf(name, 'seconds'), 0.5).toFixed(2),
      ofReport(name, 'seconds'),
      best(name, 'cpu').toFixed(2),
      ofReport(name, 'cpu'),
      Math.max(...valuesOf(name, 'memory')).toFixed(0),
    ]),
)

function write(path, options, ...through) {
  return pipeline(Readable.from(inBlocks(lines(options))), ...through, createWriteStream(path))
}

/** Its threads, where it has them (from 1.8 on). */
function goaccessJobs() {
  const { stdout } = spawnSync('goaccess', ['--help'], { encoding: 'utf8' })
  return stdout?.includes('--jobs') ? ['--jobs=2'] : []
}
