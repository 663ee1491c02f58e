import { GCProfiler } from 'node:v8'

/** Measures garbage collection from now on. @returns stops, and says the pauses in µs and the bytes allocated */
export function measureGarbage() {
  const profiler = new GCProfiler()
  const before = process.memoryUsage().heapUsed
  profiler.start()
  return () => {
    const { statistics } = profiler.stop()
    let pause = 0
    let bytes = 0
    let used = before
    for (const { cost, beforeGC, afterGC } of statistics) {
      pause += cost
      bytes += Math.max(0, beforeGC.heapStatistics.usedHeapSize - used)
      used = afterGC.heapStatistics.usedHeapSize
    }
    return { pause, bytes: bytes + Math.max(0, process.memoryUsage().heapUsed - used) }
  }
}
