export {
  type ActionFields,
  type ActionLog,
  type ActionLogWriter,
  createActionLog,
} from './action-log.js'
export { atOnce } from './at-once.js'
export {
  currentRequest,
  currentScope,
  currentSql,
  type RequestContext,
  runInRequest,
  runInScope,
  type Scope,
} from './context.js'
export { actionlog } from './current-log.js'
export { ActionLogError, type ActionLogErrorCode, messageOf } from './errors.js'
export { type RecordFormat, recordFormat } from './format.js'
export { defineHandler, type Handler, type HandlerFactory, type HandlerStats } from './handler.js'
export { nullHandler } from './handlers/null.js'
export { type StdoutHandlerOptions, stdoutHandler } from './handlers/stdout.js'
export { toJson, toPlain } from './json.js'
export { defaultMaskQuery } from './mask-query.js'
export { onExit } from './on-exit.js'
export {
  boolean,
  type Checked,
  callback,
  integer,
  type OptionRule,
  type OptionRules,
  oneOf,
  text,
} from './options.js'
export type { ActionLogRecord, ActionRecord, Footprint, RequestFacts } from './record.js'
export { type Batch, RecordQueue } from './record-queue.js'
export { type OnError, tell } from './report.js'
export {
  type ActionLogSettings,
  type CommonSettings,
  type ResolvedSettings,
  settingsFromEnv,
} from './settings.js'
export type { SqlAccount, SqlOperation, SqlStatement, SqlSummary } from './sql-account.js'
