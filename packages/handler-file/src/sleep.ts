const clock = new Int32Array(new SharedArrayBuffer(4))

/** Blocks the thread. Only for the start and the exit of the process. */
export function sleep(ms: number): void {
  Atomics.wait(clock, 0, 0, ms)
}
