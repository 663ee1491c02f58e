import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startProcess } from '../lib/child-process.js'

/** Starts koa-server.js with that variant, in a process of its own. */
export async function startServer(nodePath, name, execArgv = []) {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-benchmark-'))
  const logfile = join(folder, 'log')
  const server = await startProcess(new URL('server.js', import.meta.url), [name, logfile], {
    execPath: nodePath,
    execArgv,
    stdio: ['ignore', openSync(logfile, 'a'), 'inherit', 'ipc'], // koa-logger prints
  })
  return {
    name,
    port: server.hello,
    /** Microseconds of CPU so far: user and system, all threads. */
    async cpuTime() {
      const { user, system } = await server.ask('cpu')
      return user + system
    },
    startGarbage: () => server.ask('start garbage'),
    /** The pauses of garbage collection since then in µs, and the bytes that were allocated. */
    stopGarbage: () => server.ask('stop garbage'),
    /** Ends it, counts the records in its log. */
    async stop(record) {
      await server.stop()
      const lines = readFileSync(logfile, 'utf8').split('\n')
      rmSync(folder, { recursive: true })
      return lines.filter((line) => record?.test(line)).length
    },
  }
}
