import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileHandler } from '../src/index.js'
import { emit, ids, logfile, logfiles, range, run, sorted } from './log-folder.js'

describe('the end of the process', () => {
  it.each([
    ['natural end', 0, 1000],
    ['process.exit()', 3, 1000],
    ['process.exit() during a write', 0, 6000],
    ['process.exit() during a write, with a few records behind it', 0, 20],
    ['process.exit() with a busy thread pool', 0, 1000],
    ['uncaught exception', 1, 2000],
    ['unhandled rejection', 1, 1000],
    ['exit listeners', 0, 1200],
  ])('%s loses no line, keeps their order and the exit code', async (scenario, exitCode, lines) => {
    const { code, out } = await run(scenario)
    expect(ids()).toEqual(range(lines))
    expect(out).toEqual([])
    expect(code).toBe(exitCode)
  })

  // a rotation calls open() for its lock, a new name and the new file
  it.each([
    'open 1',
    'open 2',
    'open 3',
    'rename 1',
    'rm 1',
    'stat 2',
    'lstat 3',
    'fstat 2',
    'close 1',
    'close 3',
    'write 3',
  ])('process.exit() during %s of a rotation loses no line, and writes none twice', async (call) => {
    const options = { rotateBytes: 5_000 }
    await run('process.exit() during a call', { options, shell: `export CALL='${call}'; exec "$@"` })
    const written = logfiles().flatMap((file) => ids(file))
    expect(written.length).toBeGreaterThan(0)
    expect(sorted(written)).toEqual(range(written.length))
    expect(written.length % 100).toBe(0)
  })

  it.each([
    ['natural end', 0, 1000],
    ['process.exit()', 3, 1000],
    ['process.exit() during a write', 0, 6000],
    ['process.exit() with a busy thread pool', 0, 1000],
    ['uncaught exception', 1, 2000],
  ])('%s of a worker thread loses no line and keeps their order', async (scenario, exitCode, lines) => {
    const { out } = await run(`worker: ${scenario}`)
    expect(ids()).toEqual(range(lines))
    expect(out).toEqual([`worker ${exitCode}`])
  })

  it('SIGTERM and close() loses no line', async () => {
    const { out } = await run('SIGTERM and close()', { onReady: (pid) => process.kill(pid) })
    const stats = JSON.parse(out.at(-1) ?? '')
    expect(stats).toEqual({ emitted: stats.delivered, delivered: stats.delivered, dropped: 0, pending: 0 })
    expect(ids()).toEqual(range(stats.delivered))
  })

  it('a file that was deleted a moment ago: the lines from then on are in a new one', async () => {
    const { out } = await run('process.exit() after a deletion')
    expect(ids()).toEqual(range(1100).slice(1000))
    expect(out).toEqual(['records_dropped'])
    const handler = fileHandler({ logfile })
    rmSync(logfile)
    emit(handler, 0, 10)
    await handler.close()
    expect(ids()).toEqual(range(10))
  })

  it('SIGKILL: its incomplete line is ended, and the next line is whole', async () => {
    await run('on and on', { onReady: (pid) => process.kill(pid, 'SIGKILL') })
    const content = readFileSync(logfile)
    writeFileSync(logfile, content.subarray(0, -5)) // as if it had been in the middle of a write
    const handlers = [1, 2, 3].map(() => fileHandler({ logfile }))
    for (const handler of handlers) emit(handler, 0, 1)
    for (const handler of handlers) await handler.close()
    const lines = readFileSync(logfile, 'utf8').split('\n')
    expect(lines.slice(-4)).toEqual([...Array(3).fill('{"time":0,"label_name":"line","id":0}'), ''])
    expect(() => JSON.parse(lines.at(-5) as string)).toThrow()
  })
})
