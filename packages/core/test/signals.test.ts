import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createActionLog } from '../src/action-log.js'
import { onHangup } from '../src/signals.js'
import { memoryHandler } from '../src/testing/index.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const counts = (): number[] =>
  [...SIGNALS, 'newListener', 'removeListener'].map((event) => process.listenerCount(event))
const newLog = (): ReturnType<typeof createActionLog> => createActionLog({ handler: memoryHandler() })

describe('the listeners for signals', () => {
  test('exist only while an action log is open, one for all logs', async () => {
    const before = counts()
    const logs = [newLog(), newLog()]
    expect(counts()).toEqual(before.map((count) => count + 1))
    await logs[0]?.close()
    expect(counts()).toEqual(before.map((count) => count + 1))
    await Promise.all(logs.map((log) => log.close()))
    expect(counts()).toEqual(before)
  })

  test('exist for SIGHUP while a handler reopens at it', () => {
    const before = process.listenerCount('SIGHUP')
    const forget = [onHangup(() => {}), onHangup(() => {})]
    expect(process.listenerCount('SIGHUP')).toBe(before + 1)
    for (const each of forget) each()
    expect(process.listenerCount('SIGHUP')).toBe(before)
  })

  test.each([
    ['are removed', () => process.removeAllListeners('SIGTERM')],
    ['have others before them', () => process.prependOnceListener('SIGTERM', ignore)],
  ])('come back to the front where they %s', async (_, change) => {
    const log = newLog()
    const [ours] = process.listeners('SIGTERM')
    change()
    expect(process.listeners('SIGTERM')[0]).not.toBe(ours)
    await null
    await null
    expect(process.listeners('SIGTERM')[0]).toBe(ours)
    process.off('SIGTERM', ignore)
    await log.close()
  })
})

function ignore(): void {}

/** Runs a program, sends it signals as soon as it says "ready", and collects how it ends. */
function endBy(
  signals: readonly NodeJS.Signals[],
  source: string,
): Promise<{ code: number | null; signal: string | null; out: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
    if (text.includes('ready')) for (const signal of signals) child.kill(signal)
  })
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, out })))
}

/** A handler whose flush() takes a while, as one over a network. */
const SLOW = `
  import { setTimeout as sleep } from 'node:timers/promises'
  import { Account, createActionLog } from '@actionlog/core'
  const account = new Account()
  const handler = {
    closeTimeoutMs: 300,
    emit: () => account.countDelivered(account.countEmitted()),
    flush: async () => { await sleep(100); console.log('flushed') },
    close: async () => {},
    stats: () => account.stats(),
  }
  const log = createActionLog({ handler })
  log.log({})
  const ready = () => { console.log('ready'); setInterval(() => {}, 1000) }`

describe('a signal that nobody else listens to', () => {
  test.each(SIGNALS)('%s ends the process after the delivery', async (signal) => {
    expect(await endBy([signal], `${SLOW}; ready()`)).toEqual({ code: null, signal, out: 'ready\nflushed\n' })
  })

  test('ends it after closeTimeoutMs where a handler does not finish', async () => {
    const source = `${SLOW}; handler.flush = () => new Promise(() => {}); ready()`
    expect(await endBy(['SIGTERM'], source)).toEqual({ code: null, signal: 'SIGTERM', out: 'ready\n' })
  })

  test('ends it where a handler fails in every way', async () => {
    const source = `${SLOW}
      handler.flush = () => { throw new Error('no') }
      handler.stats = () => { throw new Error('no') }
      ready()`
    expect(await endBy(['SIGTERM'], source)).toMatchObject({ code: null, signal: 'SIGTERM' })
  })

  test('ends it once, by the first, where others follow', async () => {
    const ended = await endBy(['SIGINT', 'SIGINT', 'SIGTERM'], `${SLOW}; ready()`)
    expect(ended).toMatchObject({ code: null, out: 'ready\nflushed\n' })
  })

  test('ends it once, by one listener, where several copies of the package have action logs', async () => {
    const copies = [
      `await import('${new URL('../dist/index.js?copy', import.meta.url).href}')`,
      `(await import('node:module')).createRequire('/')('${fileURLToPath(new URL('../dist/cjs/index.js', import.meta.url))}')`,
    ]
    const source = `${SLOW}
      const before = process.listenerCount('SIGTERM')
      for (const copy of [${copies}])
        copy.createActionLog({ handler: { ...handler, flush: async () => { console.log('flushed by the copy') } } })
      console.log(process.listenerCount('SIGTERM') - before)
      ready()`
    const { signal, out } = await endBy(['SIGTERM'], source)
    expect(signal).toBe('SIGTERM')
    expect(out.trimEnd().split('\n').sort()).toEqual([
      '0',
      'flushed',
      'flushed by the copy',
      'flushed by the copy',
      'ready',
    ])
  })

  test('runs the exit hooks before the end', async () => {
    const source = `${SLOW}
      import { writeSync } from 'node:fs'
      import { onExit } from '@actionlog/core'
      onExit(() => writeSync(1, 'exit hook\\n'))
      ready()`
    expect((await endBy(['SIGTERM'], source)).out).toBe('ready\nflushed\nexit hook\n')
  })
})

describe('a signal that somebody else listens to', () => {
  test('starts the delivery and is not raised again', async () => {
    const source = `${SLOW}; process.once('SIGTERM', async () => { await sleep(400); process.exit(9) }); ready()`
    expect(await endBy(['SIGTERM'], source)).toEqual({ code: 9, signal: null, out: 'ready\nflushed\n' })
  })

  test('ends the process as if nobody listened, if only signal-exit listens', async () => {
    // what signal-exit 4 does, which ends the process only if all listeners are its own
    const source = `${SLOW}
      const emitter = globalThis[Symbol.for('signal-exit emitter')] = { count: 1 }
      const listener = () => {
        if (process.listeners('SIGTERM').length !== emitter.count) return
        process.off('SIGTERM', listener)
        console.log('signal-exit ends')
        process.kill(process.pid, 'SIGTERM')
      }
      process.on('SIGTERM', listener)
      ready()`
    const ended = await endBy(['SIGTERM'], source)
    expect(ended).toEqual({ code: null, signal: 'SIGTERM', out: 'ready\nflushed\nsignal-exit ends\n' })
  })

  test('SIGHUP where a handler reopens its file: the process goes on', async () => {
    const source = `${SLOW}
      import { onHangup } from '@actionlog/core'
      onHangup(() => { console.log('reopened'); setTimeout(() => process.exit(7), 300) })
      ready()`
    expect(await endBy(['SIGHUP'], source)).toEqual({ code: 7, signal: null, out: 'ready\nreopened\n' })
  })
})

describe('a signal that the app itself emits', () => {
  test.each([
    ['without arguments', "process.emit('SIGTERM')"],
    ['with its name', "process.emit('SIGTERM', 'SIGTERM')"],
  ])('%s starts the delivery and ends nothing, as without an action log', async (_, emit) => {
    const source = `${SLOW}; ${emit}; await sleep(300); console.log('alive')`
    expect(await endBy([], source)).toEqual({ code: 0, signal: null, out: 'flushed\nalive\n' })
  })

  test('reaches the listeners of the app', async () => {
    const source = `${SLOW}; process.on('SIGINT', () => console.log('heard')); process.emit('SIGINT'); await sleep(300)`
    expect(await endBy([], source)).toEqual({ code: 0, signal: null, out: 'heard\nflushed\n' })
  })
})

test('an open action log keeps no process alive', async () => {
  expect(await endBy([], `${SLOW}; console.log('done')`)).toMatchObject({ code: 0, signal: null })
})

test('in a worker thread an action log adds no listener for signals', async () => {
  const source = `
    import { Worker } from 'node:worker_threads'
    const code = \`
      import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)}).then(({ createActionLog }) => {
        createActionLog({ handlerType: 'null' })
        console.log(process.listenerCount('SIGTERM'))
      })\`
    new Worker(code, { eval: true })`
  expect((await endBy([], source)).out).toBe('0\n')
})
