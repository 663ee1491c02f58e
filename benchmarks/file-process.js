// One file sink; writes footprints when it is told to, and tells what that cost.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileSinks } from './file-sinks.js'
import { footprints } from './footprints.js'
import { measure } from './measure.js'

const QUIET_MS = 120 // longer than any sink here waits for more

const [name, folder] = process.argv.slice(2)
const write = await fileSinks[name](join(folder, 'log'))
const source = footprints()

/** Resolves when the file has not grown for a while, with the time at which it last did. */
async function settled() {
  let size = -1
  let last = performance.now()
  while (performance.now() - last < QUIET_MS) {
    const now = bytes()
    if (now !== size) last = performance.now()
    size = now
    await sleep(5)
  }
  return last
}

function bytes() {
  const files = readdirSync(folder).filter((file) => file.startsWith('log'))
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
}

process.on('message', async (load) => {
  const figures = await measure(load, source, write, settled)
  process.send({ ...figures, made: source.made })
})
process.on('disconnect', () => process.exit()) // all that buffer here write out at exit what they still hold
process.send('ready')
