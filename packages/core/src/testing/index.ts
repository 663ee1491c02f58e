export { handlerContract, type TestRunner } from './handler-contract.js'
export { type MemoryHandler, memoryHandler } from './memory-handler.js'
