import { openActionLog } from './action-log.js'
import { messageOf } from './errors.js'
import { allLogs, fallbackLog, firstOpenLog } from './open-logs.js'
import { printError } from './print-error.js'
import { currentRequest } from './request/context.js'
import type { ActionLogWriter, ReportingWriter } from './writer.js'

/** The current action log, and the id of the request that this code runs in. */
export interface CurrentActionLog extends ActionLogWriter {
  /** The id of the request this code runs in, for error pages and other loggers; `undefined` outside of one. */
  readonly requestId: string | undefined
}

/** The request's action log; outside requests the one configured first; before any is, one made from the environment. */
function current(): ActionLogWriter {
  return currentRequest()?.log ?? firstOpenLog() ?? fallbackLog(fromEnvironment)
}

function fromEnvironment(): ReportingWriter {
  try {
    return openActionLog().deliverAtEnd()
  } catch (error) {
    for (const line of messageOf(error).split('\n')) printError(line) // each problem has its own
    return openActionLog({}).deliverAtEnd()
  }
}

/** The logs that `flush` and `close` reach: inside a request its app's, outside all of the process. */
function reached(): ActionLogWriter[] {
  const request = currentRequest()
  return request ? [request.log] : allLogs()
}

/**
 * The application's action log, wherever the code runs. Inside a request it is the one of that request's app; outside,
 * the one configured first. Before any is configured, records go where the environment variable `ACTION_LOG_SETTING`
 * says, else to stdout. Outside requests `flush()` and `close()` reach every action log of the process.
 */
export const actionlog: CurrentActionLog = {
  get requestId() {
    return currentRequest()?.requestId
  },
  log: (fields) => current().log(fields),
  set: (fields) => current().set(fields),
  stats: () => current().stats(),
  flush: async () => {
    await Promise.all(reached().map((log) => log.flush()))
  },
  close: async () => {
    await Promise.all(reached().map((log) => log.close()))
  },
}
