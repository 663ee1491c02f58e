import { actionLogMiddleware, createActionLog, type Footprint } from '@actionlog/koa'
import type { Middleware } from 'koa'
import koaLogger from 'koa-logger'
import morgan from 'koa-morgan'
import koaPinoLogger from 'koa-pino-logger'

/** What one record says, read for all that its logger can say. */
export interface Reading {
  /** `undefined` where it claims none. */
  readonly status: number | undefined
  readonly aborted: boolean
  /** The whole record. */
  readonly text: string
}

interface Logger {
  readonly middleware: Middleware
  readonly readings: readonly Reading[]
}

/** Each with its default settings; what it writes on arrival, before there is an outcome, is no record. */
export const loggers: Readonly<Record<string, () => Logger>> = {
  '@actionlog/koa': () => {
    const readings: Reading[] = []
    const emit = (record: unknown): void => {
      const { status_code: status, aborted = false } = record as Footprint
      readings.push({ status, aborted, text: JSON.stringify(record) })
    }
    const settled = async (): Promise<void> => {}
    const stats = () => ({ emitted: 0, delivered: 0, dropped: 0, pending: 0 })
    const log = createActionLog({ handler: { emit, flush: settled, close: settled, stats } })
    return { readings, middleware: actionLogMiddleware(log) }
  },

  'koa-logger': () => {
    const readings: Reading[] = []
    const print = (text: string, [format, , , status]: [string, string, string, number?]): void => {
      // "<--" is the arrival; of the others "-x-" is a response that was closed, "xxx" an error
      if (status !== undefined) readings.push({ status, aborted: format.includes('-x-'), text })
    }
    return { readings, middleware: koaLogger(print) }
  },

  'koa-pino-logger': () => {
    const readings: Reading[] = []
    const write = (text: string): void => {
      const { res, msg } = JSON.parse(text)
      readings.push({ status: res?.statusCode ?? undefined, aborted: msg === 'request aborted', text })
    }
    return { readings, middleware: koaPinoLogger({}, { write }) }
  },

  'koa-morgan': () => {
    const readings: Reading[] = []
    const write = (text: string): void => {
      // ":status" is "-" where no header was sent: the only mark it has
      const status = /" (\d{3}|-) /.exec(text)?.[1]
      readings.push({ status: status === '-' ? undefined : Number(status), aborted: status === '-', text })
    }
    return { readings, middleware: morgan('combined', { stream: { write } }) }
  },
}
