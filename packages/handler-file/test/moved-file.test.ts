import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type FileHandler, fileHandler } from '../src/index.js'
import {
  emit,
  folder,
  hasCommand,
  ids,
  isRoot,
  listen,
  logfile,
  names,
  onLinux,
  range,
  run,
  sh,
  sorted,
  until,
} from './log-folder.js'

const A_SECOND = 1_000

/** Emits a record every few milliseconds until some are written, while `work` goes on, and for another second. */
async function emitting(handler: FileHandler, work: () => unknown): Promise<number> {
  let next = 0
  const timer = setInterval(() => emit(handler, next++, next), 5)
  await until(() => handler.stats().delivered > 0)
  await work()
  await pause(A_SECOND)
  clearInterval(timer)
  await handler.flush()
  return next
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

describe('a logfile that others move', () => {
  it('renamed: within a second the lines go to a new file, and none is lost', async () => {
    const handler = fileHandler({ logfile })
    const reports = listen(handler)
    const end = await emitting(handler, () => renameSync(logfile, `${logfile}.1`))
    expect(sorted([...ids(`${logfile}.1`), ...ids()])).toEqual(range(end))
    expect(ids().length).toBeGreaterThan(0)
    await handler.close()
    expect(reports.codes).toEqual([])
  })

  it('renamed at any moment of the start: it starts, and no line is lost', async () => {
    const mover = new Worker(
      `const { renameSync } = require('node:fs')
      for (let i = 0; ; i++) try { renameSync('${logfile}', '${logfile}.' + i) } catch {}`,
      { eval: true },
    )
    await once(mover, 'online')
    for (let id = 0; id < 300; id++) {
      const handler = fileHandler({ logfile, rotateBytes: 1_000 })
      emit(handler, id, id + 1)
      await handler.close()
    }
    await mover.terminate()
    expect(sorted(names().flatMap((name) => ids(join(folder, name))))).toEqual(range(300))
  })

  it('copied and truncated: goes on at its start, and its size counts from there', async () => {
    const handler = fileHandler({ logfile, rotateBytes: 10_000 })
    emit(handler, 0, 200)
    await handler.flush()
    copyFileSync(logfile, `${logfile}.1`)
    truncateSync(logfile)
    await pause(300)
    emit(handler, 200, 400)
    await handler.close()
    expect(names()).toEqual(['action.log', 'action.log.1'])
    expect([...ids(`${logfile}.1`), ...ids()]).toEqual(range(400))
  })

  it('deleted with its folder: both are made again, and it is reported how many lines went with them', async () => {
    const file = join(folder, 'logs/action.log')
    const handler = fileHandler({ logfile: file })
    const reports = listen(handler)
    const end = await emitting(handler, () => rmSync(dirname(file), { recursive: true }))
    expect(ids(file)).toEqual(range(end).slice(-ids(file).length))
    expect(reports.messages).toEqual([expect.stringMatching(/was deleted, and up to \d+ records/)])
    const lost = Number(/up to (\d+)/.exec(reports.messages[0] as string)?.[1])
    expect(lost).toBeGreaterThan(0)
    expect(ids(file).length).toBeGreaterThanOrEqual(end - lost - 100)
    await handler.close()
  })

  it('replaced by a symbolic link: follows it, and rotates the file behind it', async () => {
    const other = join(folder, 'disk2/other.log')
    mkdirSync(dirname(other))
    const handler = fileHandler({ logfile, rotateBytes: 2_000 })
    const end = await emitting(handler, async () => {
      renameSync(logfile, join(folder, 'old.log'))
      symlinkSync(other, logfile)
      await until(() => readdirSync(dirname(other)).length > 1)
    })
    await handler.close()
    const first = ids(join(folder, 'old.log'))
    const behind = readdirSync(dirname(other)).sort()
    expect(behind.length).toBeGreaterThan(1)
    expect(behind.at(-1)).toBe('other.log')
    expect(lstatSync(logfile).isSymbolicLink()).toBe(true)
    expect([...first, ...behind.flatMap((name) => ids(join(dirname(other), name)))]).toEqual(range(end))
  })

  it('replaced by a folder: that is reported, and the lines go on into the old file until it is gone', async () => {
    const handler = fileHandler({ logfile })
    const reports = listen(handler)
    let next = 0
    const write = async (): Promise<void> => {
      emit(handler, next++, next)
      await handler.flush()
      await pause(300)
    }
    await write()
    renameSync(logfile, `${logfile}.1`)
    mkdirSync(logfile)
    await write()
    await write()
    rmSync(logfile, { recursive: true })
    await write()
    await write()
    await handler.close()
    expect([...ids(`${logfile}.1`), ...ids()]).toEqual(range(5))
    expect(ids()).toEqual([3, 4])
    expect(reports.messages).toEqual([expect.stringContaining('cannot be opened: ')])
  })

  it('deleted while it cannot be made again: the records wait', async () => {
    const handler = fileHandler({ logfile })
    const reports = listen(handler)
    emit(handler, 0, 1)
    await handler.flush()
    await pause(1_100) // the line is nobody's concern any more
    unlinkSync(logfile)
    mkdirSync(logfile)
    emit(handler, 1, 2)
    await until(() => reports.codes.length > 0)
    expect(handler.stats()).toMatchObject({ delivered: 1, pending: 1 })
    rmSync(logfile, { recursive: true })
    await handler.close()
    expect(ids()).toEqual([1])
    expect(reports.codes).toEqual(['handler_failed'])
  })

  it.runIf(onLinux)('renamed while no file can be opened: goes on in the old one until one can', async () => {
    const { out } = await run('too many open files', { shell: 'ulimit -n 64; exec "$@"' })
    expect(out).toEqual(['EMFILE', 'handler_failed'])
    expect(ids(`${logfile}.1`)).toEqual(range(20))
    expect(ids()).toEqual(range(30).slice(20))
  })

  it.runIf(onLinux && isRoot)('its rights taken away: goes on in the open file', async () => {
    const asNobody = 'chown 65534 "$(dirname "$4")"; exec setpriv --reuid 65534 --clear-groups "$@"'
    const onReady = async (pid: number): Promise<void> => {
      chmodSync(logfile, 0)
      await pause(400)
      chmodSync(folder, 0)
      await pause(400)
      process.kill(pid, 'SIGTERM')
    }
    const { out } = await run('SIGTERM and close()', { shell: asNobody, onReady })
    chmodSync(folder, 0o700)
    const stats = JSON.parse(out.at(-1) ?? '')
    expect(stats.dropped).toBe(0)
    expect(ids()).toEqual(range(stats.delivered))
  })
})

describe.runIf(onLinux && hasCommand('logrotate'))('logrotate', () => {
  async function logrotate(rules: string): Promise<void> {
    const config = join(folder, 'logrotate.conf')
    writeFileSync(config, `"${logfile}" {\n${rules}\n}\n`, { mode: 0o644 })
    await sh('logrotate', '--force', '--state', join(folder, 'state'), config)
  }

  /** The snippet of the README, for this logfile. */
  function readmeRules(): string {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    return (
      /^\/var\/log\/my-app\/action\.log \{\n([\s\S]*?)^\}/m.exec(readme)?.[1] ?? assert.fail('no snippet')
    )
  }

  it('with the rules of the README: no line is lost, the compressed file has those before', async () => {
    const handler = fileHandler({ logfile })
    const end = await emitting(handler, async () => {
      await logrotate(readmeRules())
      await pause(A_SECOND)
      await logrotate(readmeRules())
    })
    await handler.close()
    const files = [`${logfile}.2.gz`, `${logfile}.1`, logfile]
    expect(files.map((file) => ids(file).length > 0)).toEqual([true, true, true])
    expect(sorted(files.flatMap((file) => ids(file)))).toEqual(range(end))
  })

  it('with copytruncate: goes on at the start of the file', async () => {
    const handler = fileHandler({ logfile })
    emit(handler, 0, 100)
    await handler.flush()
    await logrotate('copytruncate\nrotate 2')
    emit(handler, 100, 200)
    await handler.close()
    expect(ids(`${logfile}.1`)).toEqual(range(100))
    expect(ids()).toEqual(range(200).slice(100))
  })
})

if (!hasCommand('logrotate')) console.warn('left out, as there is no logrotate: its two tests')
