import { defineHandler, type Handler, nullHandler } from '../src/index.js'
import { handlerContract, memoryHandler } from '../src/testing/index.js'
import { runNode } from './run-node.js'

handlerContract('memoryHandler', memoryHandler)
handlerContract('nullHandler', nullHandler)

describe('memoryHandler', () => {
  it('keeps the records as JSON would carry them, and finds them by kind', () => {
    const handler = memoryHandler()
    handler.emit({ time: new Date(0), label_name: 'a', big: 1n })
    handler.emit({ time: 0, label_name: 'footprint' })
    handler.emit({ time: 1 })
    expect(handler.labelled('a')).toEqual([{ time: '1970-01-01T00:00:00.000Z', label_name: 'a', big: '1' }])
    expect(handler.footprints).toEqual([{ time: 0, label_name: 'footprint' }])
    expect(handler.records).toHaveLength(3)
    handler.clear()
    expect(handler.records).toEqual([])
    expect(handler.stats()).toEqual({ emitted: 3, delivered: 3, dropped: 0, pending: 0 })
  })
})

/** The titles of the contract's tests that this handler fails. */
async function broken(makeHandler: () => Handler): Promise<string[]> {
  const tests: [string, () => Promise<void>][] = []
  handlerContract('x', makeHandler, {
    describe: (_, body) => body(),
    it: (title, body) => tests.push([title, body]),
  })
  const failed: string[] = []
  for (const [title, body] of tests) await body().catch(() => failed.push(title))
  return failed
}

describe('handlerContract', () => {
  it('passes for a handler that keeps its promises', async () => {
    expect(await broken(() => nullHandler())).toEqual([])
  })

  const good = (): Handler => memoryHandler()
  it.each<[string, () => Handler, string]>([
    [
      'forgets to count',
      () => ({ ...good(), stats: () => ({ emitted: 0, delivered: 0, dropped: 0, pending: 0 }) }),
      'delivers all',
    ],
    [
      'has an account that does not add up',
      () => ({ ...good(), stats: () => ({ emitted: 0, delivered: 1, dropped: 0, pending: 0 }) }),
      'starts with nothing',
    ],
    [
      'throws for what JSON.stringify cannot write',
      () => {
        const handler = good()
        return {
          ...handler,
          emit: (record) => {
            JSON.stringify(record)
            handler.emit(record)
          },
        }
      },
      'throws for no record',
    ],
    [
      'keeps the record',
      () => {
        const handler = good()
        const kept: object[] = []
        return {
          ...handler,
          emit: (record) => {
            kept.push(record)
            handler.emit(record)
          },
          flush: async () => {
            JSON.stringify(kept)
          },
        }
      },
      'keeps no reference',
    ],
    [
      'rejects the second close()',
      () => {
        const handler = good()
        let closed = false
        return {
          ...handler,
          close: async () => {
            if (closed) throw new Error('closed')
            closed = true
            await handler.close()
          },
        }
      },
      'close() is idempotent',
    ],
    [
      'takes records after close()',
      () => ({ ...good(), close: async () => {} }),
      'counts records emitted after close()',
    ],
    [
      'leaves a listener',
      () => {
        process.setMaxListeners(30)
        process.on('SIGUSR2', () => {})
        return good()
      },
      'leaves no listener',
    ],
  ])('finds a handler that %s', async (_, makeHandler, title) => {
    expect(await broken(makeHandler)).toContainEqual(expect.stringContaining(title))
    process.removeAllListeners('SIGUSR2')
  })

  it('runs with any runner, and says so where it finds none', async () => {
    const source = (runner: string): string => `
      import { describe, it } from 'node:test'
      import { handlerContract, memoryHandler } from '@actionlog/core/testing'
      handlerContract('memoryHandler', memoryHandler${runner})`
    const ended = await runNode(source(', { describe, it }'))
    expect(ended.stdout).toMatch(/[#ℹ] pass 12\n[#ℹ] fail 0/)
    expect((await runNode(source(''))).stderr).toContain(
      'TypeError: @actionlog/core/testing: handlerContract needs describe and it: turn the test globals on, or pass { describe, it }',
    )
  })

  it('takes what defineHandler makes', () => {
    handlerContract(
      'x',
      defineHandler('x', {}, () => nullHandler()),
      { describe: () => {}, it: () => {} },
    )
  })
})
