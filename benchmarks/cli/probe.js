// Loaded into the measured process by --import: answers its parent's questions about the event loop and the heap.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
process.on('message', () => {
  globalThis.gc?.()
  process.send({ blockedMs: delay.max / 1e6, heapMB: process.memoryUsage().heapUsed / 1e6 })
  delay.reset()
})
process.channel?.unref()
