/** An operation on the file. The thread pool runs it while the process runs; this thread runs it at exit. */
export interface Operation<T> {
  start(): Promise<T>
  now(): T
  /**
   * Returns the result of an operation that was started before the process began to exit. By default, `now()` is called.
   * @param until when to stop waiting for it, a time of `performance.now()`
   */
  takeOver?(until: number): T
}

/** A procedure that runs in both ways. It yields each operation and gets its result. */
export type Steps<T> = Generator<Operation<unknown>, T, unknown>

type Next<T> = IteratorResult<Operation<unknown>, T>

/** Waits for an operation within steps: `const bytes = yield* wait(file.write(…))`. */
export function* wait<T>(operation: Operation<T>): Steps<T> {
  return (yield operation as Operation<unknown>) as T
}

/** Runs steps synchronously: while the process starts or exits. */
export function runNow<T>(steps: Steps<T>): T {
  return endNow(steps, steps.next())
}

function endNow<T>(steps: Steps<T>, first: Next<T>): T {
  let next = first
  while (!next.done) {
    const operation = next.value
    next = resume(steps, () => operation.now())
  }
  return next.value
}

function resume<T>(steps: Steps<T>, result: () => unknown): Next<T> {
  let value: unknown
  try {
    value = result()
  } catch (error) {
    return steps.throw(error)
  }
  return steps.next(value)
}

/** Runs steps asynchronously; at exit it takes them over where they are, and ends them synchronously. */
export class StepRunner {
  #steps: Steps<void> | undefined
  /** What the steps wait for. */
  #started: Operation<unknown> | undefined
  #isFinishing = false

  async run(steps: Steps<void>): Promise<void> {
    for (let next = steps.next(); !next.done; ) {
      const operation = next.value
      this.#steps = steps
      this.#started = operation
      const proceed = await operation.start().then(
        (value) => () => steps.next(value),
        (error) => () => steps.throw(error),
      )
      if (this.#steps !== steps) return // finish() has taken them over
      this.#started = undefined
      next = proceed()
    }
  }

  /** Records that the started operation does not end, so that `finish()` does not wait for it. */
  abandon(): void {
    this.#started = undefined
  }

  /** @param begin makes new steps, if none wait. @param until when to stop waiting for the started operation */
  finish(begin: () => Steps<void>, until: number): void {
    if (this.#isFinishing) return // records that were added meanwhile are part of the same steps
    this.#isFinishing = true
    const started = this.#started
    // steps that wait for nothing are running now: they called code that ended the process
    const steps = started ? (this.#steps as Steps<void>) : begin()
    this.#started = undefined
    this.#steps = undefined
    try {
      endNow(
        steps,
        resume(steps, () => (started?.takeOver ? started.takeOver(until) : started?.now())),
      )
    } finally {
      this.#isFinishing = false
    }
  }
}
