import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { drain, entry, leftIn, openSpool, range } from './fixtures/drain.js'

const SCENARIO = fileURLToPath(new URL('fixtures/scenario.js', import.meta.url))

let folder: string
const running = new Set<ChildProcess>()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'actionlog-'))
})
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

interface Run {
  readonly child: ChildProcess
  readonly lines: string[]
  /** Resolves once it has said so many lines. */
  said(lines: number): Promise<void>
  readonly ended: Promise<unknown>
}

function start(scenario: string, first = 0, last = 0, shell = 'exec "$@"'): Run {
  const command = [process.execPath, SCENARIO, scenario, folder, String(first), String(last)]
  const child = spawn('sh', ['-c', shell, 'sh', ...command], { stdio: ['pipe', 'pipe', 'inherit'] })
  running.add(child)
  const lines: string[] = []
  const output = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  output.on('line', (line) => lines.push(line))
  const ended = once(child, 'close').then(() => running.delete(child))
  const said = async (count: number): Promise<void> => {
    while (lines.length < count) await Promise.race([once(output, 'line'), ended])
  }
  return { child, lines, said, ended }
}

/** The numbers of all lines that begin with the word. */
function numbers(lines: readonly string[], word: string): number[] {
  return lines.filter((line) => line.startsWith(`${word} `)).map((line) => Number(line.slice(word.length)))
}

async function kill({ child, ended }: Run): Promise<void> {
  child.kill('SIGKILL')
  await ended
}

describe('a spool after SIGKILL', () => {
  it('has all that was appended, in order, whenever and however often the process is killed', async () => {
    const kept: number[] = []
    for (const round of range(0, 8)) {
      const run = start('append until killed', (kept.at(-1) ?? -1) + 1)
      await run.said(3 + ((round * 13) % 40))
      await kill(run)
      // the one whose write was under way may be there too
      const got = await leftIn(folder)
      const reported = numbers(run.lines, 'kept')
      expect(got.slice(0, reported.length)).toEqual(reported)
      expect(got.length - reported.length).toBeLessThanOrEqual(1)
      kept.push(...got)
    }
    expect(readdirSync(folder)).toEqual([])
  })

  it('is taken over by the next process, which sends at most one entry again', async () => {
    const kept = new Set<number>()
    const sent: number[] = []
    const rounds = 6
    for (const round of range(0, rounds)) {
      const run = start('adopt, send, append until killed', round * 1_000_000)
      await run.said(5 + ((round * 17) % 60))
      await kill(run)
      for (const id of numbers(run.lines, 'kept')) kept.add(id)
      sent.push(...new Set(numbers(run.lines, 'sent')))
    }
    sent.push(...(await leftIn(folder)))
    const ids = new Set(sent)
    expect([...kept].filter((id) => !ids.has(id))).toEqual([])
    expect([...ids]).toEqual([...ids].toSorted((a, b) => a - b))
    expect(sent.length - ids.size).toBeLessThanOrEqual(rounds)
  })
})

describe('a spool at exit', () => {
  it.each(['exit, all appended again', 'exit, only closed', 'uncaught exception'])(
    'has all entries once, in order, with an unfinished append (%s)',
    async (scenario) => {
      for (const [first, last] of [
        [0, 8], // the threads that write are busy
        [8, 16],
      ] as const) {
        const run = start(scenario, first, last, 'exec "$@" 2>/dev/null')
        await run.ended
        if (first === 0) expect(run.lines).toEqual([]) // none was kept before
        expect(await leftIn(folder)).toEqual(range(first, last))
      }
    },
  )

  it('keeps no process alive', async () => {
    const run = start('end by itself', 0, 3)
    await run.ended
    expect(run.child.exitCode).toBe(0)
    expect(await leftIn(folder)).toEqual(range(0, 3))
  })
})

describe('a spool that has an owner', () => {
  it('is not taken over while the owner runs or is stopped, and is taken over when it has ended', async () => {
    const run = start('append, stay', 0, 3)
    await run.said(1)
    const { spool, reported } = openSpool(folder)
    expect(await spool.adopt()).toBe(0)
    run.child.kill('SIGSTOP')
    // more often than it could answer later
    for (const _ of range(0, 600)) expect(await spool.adopt()).toBe(0)
    run.child.kill('SIGCONT')
    expect(await spool.adopt()).toBe(0)
    run.child.kill('SIGSTOP')
    await kill(run)
    expect(await spool.adopt()).toBe(3)
    expect(await drain(spool)).toEqual([0, 1, 2])
    spool.close()
    expect(reported).toEqual({ dropped: 0, failures: [] })
    expect(readdirSync(folder)).toEqual([])
  })

  it('is not taken over by another spool of the same process', async () => {
    const [one, two] = [openSpool(folder).spool, openSpool(folder).spool]
    await one.append(entry(0))
    expect(await two.adopt()).toBe(0)
    one.close()
    expect(await two.adopt()).toBe(1)
    two.close()
  })

  it('is taken over by one of 8 processes that all try at once: each record is sent once', async () => {
    for (const writer of range(0, 10)) {
      const { spool } = openSpool(folder, { maxBytes: 80_000 }) // about 8 segments
      for (const id of range(0, 60)) await spool.append(entry(writer * 60 + id, 1_000))
      spool.close()
    }
    const runs = range(0, 8).map(() => start('adopt when reported, send'))
    await Promise.all(runs.map((run) => run.said(1)))
    for (const { child } of runs) child.stdin?.end('go')
    await Promise.all(runs.map(({ ended }) => ended))
    const sent = runs.map(({ lines }) => numbers(lines, 'sent'))
    for (const ids of sent) {
      for (const writer of range(0, 10)) {
        const its = ids.filter((id) => Math.floor(id / 60) === writer)
        expect(its).toEqual(its.toSorted((a, b) => a - b))
      }
    }
    expect(sent.flat().toSorted((a, b) => a - b)).toEqual(range(0, 600))
    expect(runs.flatMap(({ lines }) => lines.filter((line) => !/^(sent|ready)/.test(line)))).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  it('is not taken over while other processes start and end', async () => {
    const owner = start('append, stay', 0, 3)
    await owner.said(1)
    for (const _ of range(0, 2)) {
      const runs = range(0, 4).map(() => start('adopt when reported, send'))
      for (const { child } of runs) child.stdin?.end('go')
      await Promise.all(runs.map(({ ended }) => ended))
      expect(runs.flatMap(({ lines }) => lines)).toEqual(Array(4).fill('ready'))
    }
    await kill(owner)
    expect(await leftIn(folder)).toEqual(range(0, 3))
  })

  it('is taken over when a worker of a cluster ends, not before', async () => {
    const run = start('cluster', 0, 3)
    await run.ended
    expect(run.lines).toEqual([...Array(3).fill('all live 0'), 'one killed 1'])
    expect((await leftIn(folder)).toSorted()).toEqual([0, 1, 2])
  })

  it('is taken over when a worker thread ends, not before', async () => {
    const run = start('worker threads', 0, 3)
    await run.ended
    expect(run.lines).toEqual([
      'ready',
      'while it runs 0',
      'when it is gone 3',
      ...range(0, 3).map((id) => `sent ${id}`),
    ])
  })
})

describe('a large spool', () => {
  it('of 200 MB is written, taken over and sent in little memory', async () => {
    const run = start('large file', 0, 2_000)
    await run.ended
    expect(run.lines.slice(0, 2)).toEqual(['records 2000', 'left undefined'])
    expect(numbers(run.lines, 'peak')[0]).toBeLessThan(80 * 1_048_576)
  })

  it('stops at a file size limit, and sends the entries that were written', async () => {
    const run = start('limited file size', 0, 100, 'ulimit -S -f 64; exec "$@"')
    await run.ended
    const kept = numbers(run.lines, 'kept')
    expect(kept.length).toBeGreaterThan(10)
    expect(run.lines.filter((line) => line === 'refused EFBIG').length).toBe(101 - kept.length)
    expect(run.lines.some((line) => line.startsWith('failure'))).toBe(false)
    expect(numbers(run.lines, 'sent')).toEqual(kept)
  })
})
