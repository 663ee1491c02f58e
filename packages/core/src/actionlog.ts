import { type ActionLog, type ActionLogWriter, HandlerActionLog } from './action-log.js'
import { messageOf } from './errors.js'
import { currentRequest, shared } from './request/context.js'
import { resolveSettings } from './settings/settings.js'

/** The request's action log; outside requests the one configured first; before any is, one made from the environment. */
function current(): ActionLog {
  const log = currentRequest()?.log ?? shared.logs.values().next().value
  if (log) return log
  shared.fallback ??= fromEnvironment()
  return shared.fallback
}

function fromEnvironment(): ActionLog {
  try {
    return new HandlerActionLog(resolveSettings())
  } catch (error) {
    console.error(messageOf(error))
    return new HandlerActionLog(resolveSettings({}))
  }
}

/** All that `flush` and `close` mean: inside a request its app's, outside all of the process. */
function reached(): ActionLog[] {
  const request = currentRequest()
  return request ? [request.log] : [...shared.logs, ...(shared.fallback ? [shared.fallback] : [])]
}

/**
 * The application's action log, wherever the code runs: inside a request that of the request's app, outside
 * the one configured first. Before any is configured, records go where the environment variable
 * `ACTION_LOG_SETTING` says, else to stdout. Outside requests `flush()` and `close()` mean every action log
 * of the process.
 */
export const actionlog: ActionLogWriter = {
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
