import { fileURLToPath } from 'node:url'
import { runNode } from './run-node.js'

// A test clock that stands still, put in place before actionlog is loaded: as Jest's "enableGlobally" does, or a setup
// file of vitest.

const FAKE = `
  const still = () => ({ ref() { return this }, unref() { return this }, hasRef: () => false })
  for (const name of ['setTimeout', 'setInterval', 'setImmediate']) globalThis[name] = still
  for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) globalThis[name] = () => {}
  globalThis.queueMicrotask = () => {}
  Object.defineProperty(globalThis, 'performance', { value: { now: () => 0, timeOrigin: 0 } })
  process.nextTick = () => {}`

const dist = (file: string): string => fileURLToPath(new URL(`../dist/${file}`, import.meta.url))

test.each([
  ['the ESM build', `await import(${JSON.stringify(dist('index.js'))})`],
  [
    'the CommonJS build',
    `(await import('node:module')).createRequire('/')(${JSON.stringify(dist('cjs/index.js'))})`,
  ],
])('%s writes all records, and close() ends, under timers faked before it is loaded', async (_, load) => {
  const ended = await runNode(`${FAKE}
    const { createActionLog } = ${load}
    const log = createActionLog({ format: 'json' })
    for (let n = 0; n < 3; n++) log.log({ n })
    await log.flush()
    log.log({ n: 3 })
    await log.close()
    console.error(JSON.stringify(log.stats()))`)
  expect(ended.stderr).toBe('{"emitted":4,"delivered":4,"dropped":0,"pending":0}\n')
  expect(
    ended.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).n),
  ).toEqual([0, 1, 2, 3])
})

test('a slow reader gets all records under faked timers, too', async () => {
  const { stdout } = await runNode(`${FAKE}
    const { createActionLog } = await import(${JSON.stringify(dist('index.js'))})
    const log = createActionLog({ format: 'json' })
    for (let n = 0; n < 5000; n++) log.log({ n, filling: 'x'.repeat(200) })
    await log.close()`)
  expect(stdout.split('\n')).toHaveLength(5001)
})
