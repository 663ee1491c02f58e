export { type ExpectedQueries, expectQueries } from './expect-queries.js'
export { handlerContract, type TestRunner } from './handler-contract.js'
export { type MemoryHandler, memoryHandler } from './memory-handler.js'
