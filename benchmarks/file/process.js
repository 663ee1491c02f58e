// One file sink: writes footprints on request, and reports what that cost.
import { openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { footprints } from '../lib/footprints.js'
import { measure } from '../lib/measure.js'
import { logfiles } from './logfiles.js'
import { fileSinks } from './sinks.js'

const HELD_BYTES = 4_096 // sonic-boom holds that much back until more comes
const GIVE_UP_MS = 5_000 // without another line: it has lost some

const [name, folder] = process.argv.slice(2)
const write = await fileSinks[name](join(folder, 'log'))
const source = footprints()
let lineBytes = 0 // all lines of a sink are equally long

/** Resolves when the file has all lines, but for what is held back, with the time of that. */
async function settled() {
  const writes = fileSinks[name].length > 0
  let size = 0
  let last = performance.now()
  for (;;) {
    const now = writes ? bytes() : 0
    if (now > size) last = performance.now()
    size = now
    lineBytes ||= size > 0 ? firstLineBytes() : 0
    const missing = source.made * lineBytes - size
    const isDone = lineBytes > 0 ? missing < HELD_BYTES : !writes
    if (isDone || performance.now() - last > GIVE_UP_MS) return last
    await sleep(5)
  }
}

function bytes() {
  return logfiles(folder).reduce((sum, file) => sum + statSync(file).size, 0)
}

function firstLineBytes() {
  const start = Buffer.alloc(HELD_BYTES)
  readSync(openSync(logfiles(folder)[0], 'r'), start)
  return start.indexOf('\n') + 1
}

process.on('message', async (load) => {
  const figures = await measure(load, source, write, settled)
  process.send({ ...figures, made: source.made })
})
process.on('disconnect', () => process.exit()) // all that buffer here write out at exit what they still hold
process.send('ready')
