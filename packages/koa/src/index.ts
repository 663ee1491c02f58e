export {
  type ActionFields,
  type ActionLog,
  ActionLogError,
  type ActionLogErrorCode,
  type ActionLogRecord,
  type ActionLogSettings,
  type ActionLogWriter,
  type ActionRecord,
  actionlog,
  createActionLog,
  defaultMaskQuery,
  type Footprint,
  type Handler,
  type HandlerStats,
  settingsFromEnv,
  stdoutHandler,
} from '@actionlog/core'
export { actionLogMiddleware } from './middleware.js'
