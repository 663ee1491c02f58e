export type { AdapterFactory } from './adapter.js'
export type { Extension } from './extension.js'
export { type QueryTimer, type QueryTimerOptions, queryTimer } from './query-timer.js'
