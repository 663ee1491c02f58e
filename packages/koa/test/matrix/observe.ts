import { createActionLog, type Footprint, recordFormat } from '@actionlog/core'
import { type MemoryHandler, memoryHandler } from '@actionlog/core/testing'
import { actionLogMiddleware } from '@actionlog/koa'
import type Koa from 'koa'
import type { Outcome } from './case.js'
import type { Stack } from './stacks.js'
import { type OpenStage, openStage } from './stage.js'

/** A stage whose logger is actionlog. */
export interface Observed extends OpenStage {
  readonly handler: MemoryHandler
  /** The messages that `onError` got. */
  readonly problems: readonly string[]
  /** The footprints, in order of their urls, once every connection is closed; fails if one is not sound. */
  footprints(): Promise<Footprint[]>
}

const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** Opens a stage for the length of a test. */
export function observe(stack: Stack, above?: (app: Koa) => unknown): Observed {
  const handler = memoryHandler()
  const problems: string[] = []
  const log = createActionLog({ handler, onError: (error) => problems.push(error.message) })
  const logger = { middleware: actionLogMiddleware(log), count: () => handler.footprints.length }
  const stage = openStage(stack, logger, above)
  ends.push(stage.close, log.close.bind(log))
  const footprints = async (): Promise<Footprint[]> => {
    await stage.close()
    handler.footprints.forEach(isSound)
    return handler.footprints.toSorted((a, b) => (a.url < b.url ? -1 : 1))
  }
  return { ...stage, handler, problems, footprints }
}

export function outcomeOf({ status_code, aborted, ex_type, ex_message }: Footprint): Outcome {
  return JSON.parse(JSON.stringify({ status_code, aborted, ex_type, ex_message }))
}

function isSound(record: Footprint): void {
  const { status_code, ex_type, ex_stack, sql_time, node_time, total_time } = record
  expect(sql_time + node_time).toBeCloseTo(total_time, 3)
  if (!ex_type || status_code < 500) expect(ex_stack).toBeUndefined()
  expect(recordFormat('json')(record)).toMatch(/^\P{Cc}*\n$/u)
  expect(recordFormat('text')(record)).toMatch(/^(\P{Cc}|\n)*$/u)
}
