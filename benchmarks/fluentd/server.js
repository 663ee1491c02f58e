import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../packages/handler-fluentd/test/fixtures/free-port.js'

/** Starts a fluentd that counts what it gets, and keeps none of it. */
export async function startFluentd() {
  const folder = mkdtempSync(join(tmpdir(), 'actionlog-benchmark-'))
  const port = await freePort()
  const [conf, log] = ['fluentd.conf', 'fluentd.log'].map((name) => join(folder, name))
  writeFileSync(
    conf,
    `<source>
@type forward
bind 127.0.0.1
port ${port}
</source>
<match fluent.**>
@type null
</match>
<match **>
@type tally
folder ${folder}
</match>`,
  )
  const output = openSync(log, 'a')
  const plugins = fileURLToPath(new URL('plugin', import.meta.url))
  const child = spawn('fluentd', ['--no-supervisor', '-c', conf, '-p', plugins], {
    stdio: ['ignore', output, output],
    env: { ...process.env, SERVERENGINE_SOCKETMANAGER_SOCK_DIR: folder },
  })
  const ended = once(child, 'exit') // rejects if there is no such program
  process.on('exit', () => child.kill('SIGKILL'))
  while (!readFileSync(log, 'utf8').includes('fluentd worker is now running')) {
    await Promise.race([sleep(50), ended])
    if (child.exitCode !== null) throw new Error(`fluentd ended:\n${readFileSync(log, 'utf8')}`)
  }
  return {
    port,
    folder,
    async stop() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/** Tells how many footprints of a tag have come, and how many of them for the first time. */
export function tallyOf(folder, tag) {
  const numbers = new BigUint64Array(2)
  let fd
  return () => {
    try {
      fd ??= openSync(join(folder, tag), 'r')
    } catch {
      return { came: 0, first: 0 } // none yet
    }
    readSync(fd, numbers, 0, 16, 0)
    return { came: Number(numbers[0]), first: Number(numbers[1]) }
  }
}
