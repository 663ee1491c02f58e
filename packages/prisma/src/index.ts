export type { AdapterFactory } from './adapter.js'
export type { Extension } from './extension.js'
export { type QueryTimer, queryTimer } from './query-timer.js'
