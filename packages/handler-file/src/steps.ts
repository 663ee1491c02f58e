/** An operation on the file: the thread pool does it while the process runs, this thread does it at exit. */
export interface Operation<T> {
  start(): Promise<T>
  now(): T
  /** Its result, where `start()` was called but the process exits; `now()` by default. @param until at the latest */
  takeOver?(until: number): T
}

/** A procedure that is the same in both cases: it yields each operation and gets its result. */
export type Steps<T> = Generator<Operation<unknown>, T, unknown>

/** Waits for an operation within steps: `const bytes = yield* wait(file.write(…))`. */
export function* wait<T>(operation: Operation<T>): Steps<T> {
  return (yield operation as Operation<unknown>) as T
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
      const resume = await operation.start().then(
        (value) => () => steps.next(value),
        (error) => () => steps.throw(error),
      )
      if (this.#steps !== steps) return // finish() has taken them over
      this.#started = undefined
      next = resume()
    }
  }

  /** The operation that was started does not end: `finish()` does not wait for it. */
  abandon(): void {
    this.#started = undefined
  }

  /** @param begin makes new steps, if none wait. @param until when to stop waiting for the started operation */
  finish(begin: () => Steps<void>, until: number): void {
    if (this.#isFinishing) return // what was added meanwhile is part of the same steps
    this.#isFinishing = true
    const started = this.#started
    // steps that do not wait are running: they called somebody who ended the process
    const steps = started ? (this.#steps as Steps<void>) : begin()
    this.#started = undefined
    this.#steps = undefined
    const resume = (result: () => unknown): IteratorResult<Operation<unknown>, void> => {
      let value: unknown
      try {
        value = result()
      } catch (error) {
        return steps.throw(error)
      }
      return steps.next(value)
    }
    try {
      let next = resume(() => (started?.takeOver ? started.takeOver(until) : started?.now()))
      while (!next.done) {
        const operation = next.value
        next = resume(() => operation.now())
      }
    } finally {
      this.#isFinishing = false
    }
  }
}
