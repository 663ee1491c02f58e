import { type Operation, StepRunner, type Steps, wait } from '../src/steps.js'

/** An operation whose asynchronous end the test decides on. */
function operation(name: string, log: string[]): Operation<string> & { end(error?: Error): void } {
  let end = (_error?: Error): void => {}
  const ended = new Promise<string>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve(`${name} ended`))
  })
  return {
    start: () => (log.push(`start ${name}`), ended),
    now: () => (log.push(`now ${name}`), `${name} ended`),
    takeOver: () => (log.push(`take over ${name}`), `${name} ended`),
    end: (error) => end(error),
  }
}

function* procedure(log: string[], operations: readonly Operation<string>[]): Steps<void> {
  for (const each of operations) log.push(yield* wait(each))
}

describe('steps', () => {
  test('run asynchronously, each operation after the one before', async () => {
    const log: string[] = []
    const [a, b] = [operation('a', log), operation('b', log)]
    const running = new StepRunner().run(procedure(log, [a, b]))
    a.end()
    b.end()
    await running
    expect(log).toEqual(['start a', 'a ended', 'start b', 'b ended'])
  })

  test('are taken over at exit where they are, and end synchronously', async () => {
    const log: string[] = []
    const [a, b] = [operation('a', log), operation('b', log)]
    const runner = new StepRunner()
    const running = runner.run(procedure(log, [a, b]))
    runner.finish(() => assert.fail('steps wait already'), 0)
    const expected = ['start a', 'take over a', 'a ended', 'now b', 'b ended']
    expect(log).toEqual(expected)
    a.end(new Error('nobody waits for it'))
    await running
    expect(log).toEqual(expected)
  })

  test('begin at exit if none wait, and wait for no operation that was abandoned', () => {
    const log: string[] = []
    const runner = new StepRunner()
    void runner.run(procedure(log, [operation('stalled', log)]))
    runner.abandon()
    runner.finish(() => procedure(log, [operation('a', log)]), 0)
    expect(log).toEqual(['start stalled', 'now a', 'a ended'])
  })
})
