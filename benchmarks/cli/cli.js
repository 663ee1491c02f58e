// How long `actionlog report` takes, beside a script by hand and GoAccess. Usage: node cli/cli.js [RECORDS] [ROUNDS]
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGzip } from 'node:zlib'
import { printMachine, printTable } from '../lib/report.js'
import { lines } from './generate.js'
import { inBlocks } from './in-blocks.js'
import { runProcess } from './run-process.js'

const records = Number(process.argv[2] ?? 1_000_000)
const rounds = Number(process.argv[3] ?? 5)
const GOACCESS_ROUNDS = 1 // one takes longer than all others together

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const report = [process.execPath, here('../../packages/cli/dist/bin.js'), 'report']
const folder = mkdtempSync(join(tmpdir(), 'actionlog-benchmark-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const clean = join(folder, 'clean.log')
const dirty = join(folder, 'dirty.log')
const compressed = join(folder, 'compressed.log.gz')
await pipeline(Readable.from(inBlocks(lines({ records }))), createWriteStream(clean))
await pipeline(Readable.from(inBlocks(lines({ records, dirtShare: 0.01 }))), createWriteStream(dirty))
await pipeline(
  Readable.from(inBlocks(lines({ records }))),
  createGzip({ level: 1 }),
  createWriteStream(compressed),
)

const commands = {
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
    `--output=${join(folder, 'goaccess.json')}`,
  ],
}

const results = new Map(Object.keys(commands).map((name) => [name, []]))
for (let round = 0; round < rounds; round++) {
  for (const [name, command] of Object.entries(commands)) {
    if (name === 'goaccess' && round >= GOACCESS_ROUNDS) continue
    try {
      results.get(name).push(await runProcess(command))
    } catch (error) {
      if (round === 0) console.error(`${name}: ${error.message}`)
    }
  }
}

printMachine()
const best = (name, figure) => Math.min(...results.get(name).map((result) => result[figure])) // noise only adds
const base = best('actionlog report', 'seconds')
printTable(
  [`${records} records`, 'seconds', 'CPU seconds', 'memory, MB', 'of report'],
  Object.keys(commands)
    .filter((name) => results.get(name).length > 0)
    .map((name) => [
      name,
      best(name, 'seconds').toFixed(2),
      best(name, 'cpu').toFixed(2),
      best(name, 'memory').toFixed(0),
      (best(name, 'seconds') / base).toFixed(2),
    ]),
)
