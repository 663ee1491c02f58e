export { type ActionLog, createActionLog } from './action-log.js'
export { actionlog, type CurrentActionLog } from './actionlog.js'
export { ActionLogError, type ActionLogErrorCode, messageOf } from './errors.js'
export { Account, type Receipt } from './handler/account.js'
export { Failures } from './handler/failures.js'
export {
  type RecordFormat,
  recordFormat,
  type SizedRecord,
  type SizedRecordFormat,
  sizedRecordFormat,
} from './handler/format.js'
export { defineHandler, type Handler, type HandlerFactory, type HandlerStats } from './handler/handler.js'
export { nullHandler } from './handler/null.js'
export { Batch, RecordQueue } from './handler/record-queue.js'
export { jsonShapeRule, type RecordShape, recordShaper, shapeRule } from './handler/shape.js'
export { type StdoutHandlerOptions, stdoutHandler } from './handler/stdout.js'
export { onExit } from './on-exit.js'
export type { RequestFacts } from './record/footprint.js'
export { toJson, toPlain } from './record/json.js'
export { type ParsedText, parseText } from './record/parse-text.js'
export type { ActionLogRecord, ActionRecord, Footprint } from './record/record.js'
export { defaultMaskQuery } from './record/sensitive-key.js'
export { callOnError, type OnError } from './report.js'
export {
  currentRequest,
  currentScope,
  currentSql,
  enterRequest,
  type RequestContext,
  runInRequest,
  runInScope,
  type Scope,
} from './request/context.js'
export type { SqlDialect } from './request/fingerprint/dialect.js'
export type { SqlAccount, SqlOperation, SqlStatement, SqlSummary } from './request/sql-account.js'
export { requireSync } from './require-sync.js'
export { settingsFromEnv } from './settings/environment.js'
export { type Checked, checkOptions, type OptionRules } from './settings/options.js'
export type { OptionRule } from './settings/rule.js'
export * as rule from './settings/rule.js'
export type {
  ActionLogSettings,
  CommonSettings,
  ResolvedSettings,
} from './settings/settings.js'
export { didYouMean } from './settings/spelling.js'
export { onHangup, processEnding } from './signals.js'
export { textOf } from './text-of.js'
export type { ActionFields, ActionLogWriter, ReportingWriter } from './writer.js'
