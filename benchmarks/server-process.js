import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Starts koa-server.js with that variant, in a process of its own. */
export async function startServer(nodePath, name) {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-benchmark-'))
  const logfile = join(folder, 'log')
  const child = fork(new URL('koa-server.js', import.meta.url), [name, logfile], {
    execPath: nodePath,
    stdio: ['ignore', openSync(logfile, 'a'), 'inherit', 'ipc'], // koa-logger prints
  })
  const [port] = await once(child, 'message')
  return {
    name,
    port,
    /** Microseconds of CPU so far: user and system, all threads. */
    async cpuTime() {
      child.send('cpu')
      const [{ user, system }] = await once(child, 'message')
      return user + system
    },
    /** Ends it, counts the records in its log. */
    async stop(record) {
      child.disconnect()
      await once(child, 'exit')
      const lines = readFileSync(logfile, 'utf8').split('\n')
      rmSync(folder, { recursive: true })
      return lines.filter((line) => record?.test(line)).length
    },
  }
}
