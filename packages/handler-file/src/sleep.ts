const clock = new Int32Array(new SharedArrayBuffer(4))

/** Holds the thread up: only while the process starts or exits. */
export function sleep(ms: number): void {
  Atomics.wait(clock, 0, 0, ms)
}
