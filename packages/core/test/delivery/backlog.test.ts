import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Backlog } from '../../src/delivery/backlog.js'
import { Store } from '../../src/delivery/store.js'
import { Account } from '../../src/handler/account.js'
import { Failures } from '../../src/handler/failures.js'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'actionlog-backlog-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const options = { flushIntervalMs: 1, maxBatchRecords: 1, maxBatchBytes: 1_024, maxBufferBytes: 65_536 }

function open() {
  const account = new Account()
  const failures = new Failures('test', 'the sink', () => undefined)
  const maxBatchBytes = options.maxBatchBytes
  const store = Store.open({
    packageName: 'test',
    name: 'spoolDir',
    directory,
    maxBytes: 1_048_576,
    maxBatchBytes,
    account,
    failures,
  })
  const backlog = new Backlog(options, { account, failures, store, describe: () => '', owns: () => true })
  backlog.open()
  const add = (...streams: string[]): void => {
    for (const stream of streams) backlog.add({ stream, weight: 1, encode: () => [Buffer.from(stream)] })
  }
  return { account, backlog, add }
}

/** Takes and settles all that is left, and returns the streams of what was taken together. */
async function drain(backlog: Backlog): Promise<string[][]> {
  const taken: string[][] = []
  for (let chunks = await backlog.take(64); chunks.length > 0; chunks = await backlog.take(64)) {
    taken.push(chunks.map(({ stream }) => stream))
    for (const chunk of chunks) {
      backlog.outcomes.recordDelivered(chunk, chunk.rest())
      backlog.putBack(chunk)
    }
  }
  return taken
}

describe('Backlog: a spool', () => {
  test('gets each record once, although two callers move all records to it and the process ends meanwhile', async () => {
    const first = open()
    first.add('a', 'b', 'c')
    void first.backlog.spoolAll()
    await first.backlog.spoolAll()
    first.backlog.end('the process ends')
    first.backlog.close()
    expect(first.account.stats()).toMatchObject({ dropped: 0, pending: 3 })

    const next = open()
    expect((await drain(next.backlog)).flat()).toEqual(['a', 'b', 'c'])
    expect(next.account.stats()).toEqual({ emitted: 3, delivered: 3, dropped: 0, pending: 0 })
    next.backlog.close()
  })

  test('gives batches of different streams together, and those of one stream one after the other', async () => {
    const { account, backlog, add } = open()
    add('a', 'b', 'c', 'a', 'd')
    await backlog.spoolAll()
    expect(await drain(backlog)).toEqual([
      ['a', 'b', 'c'],
      ['a', 'd'],
    ])
    expect(account.stats()).toMatchObject({ delivered: 5, pending: 0 })
    backlog.close()
  })
})
