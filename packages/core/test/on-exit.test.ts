import { onExit } from '../src/on-exit.js'
import { runNode } from './run-node.js'

const program = (then: string): string => `
  import { onExit } from '@actionlog/core'
  onExit(() => console.log('first'))
  onExit(() => { throw new Error('bro\\nken') })
  const forget = onExit(() => console.log('forgotten'))
  onExit(() => console.log('last'))
  forget()
  ${then}`

describe('onExit', () => {
  it.each([
    ['the end of the program', '', 0],
    ['process.exit()', 'process.exit(3)', 3],
    ['an uncaught exception', 'throw new Error("uncaught")', 1],
  ])('runs every hook at %s, also after one that fails, and keeps the exit code', async (_, then, code) => {
    const ended = await runNode(program(then))
    expect(ended).toMatchObject({ code, stdout: 'first\nlast\n' })
    expect(ended.stderr).toContain('@actionlog/core: a handler failed at exit: bro\\nken\n')
  })

  it.each([
    ['throws', 'throw new Error("broken")', 1],
    ['exits', 'process.exit(3)', 3],
  ])('runs every hook where an exit listener of the app %s', async (_, listener, code) => {
    const ended = await runNode(`
      import { onExit } from '@actionlog/core'
      process.on('exit', () => { ${listener} })
      onExit(() => console.log('first'))
      onExit(() => console.log('last'))`)
    expect(ended).toMatchObject({ code, stdout: 'first\nlast\n' })
  })

  it('waits for work that a beforeExit hook starts, and calls the hook again after that', async () => {
    const ended = await runNode(`
      import { onExit } from '@actionlog/core'
      let times = 0
      onExit(() => {
        console.log('nothing left')
        if (++times === 1) setTimeout(() => console.log('waited'), 5)
      }, 'beforeExit')
      onExit(() => console.log('exit'))`)
    expect(ended).toMatchObject({ code: 0, stdout: 'nothing left\nwaited\nnothing left\nexit\n' })
  })

  it('has one listener, and only while there is a hook', () => {
    const before = process.listenerCount('exit')
    const [first, second] = [onExit(() => {}), onExit(() => {})]
    expect(process.listenerCount('exit')).toBe(before + 1)
    first()
    first()
    expect(process.listenerCount('exit')).toBe(before + 1)
    second()
    expect(process.listenerCount('exit')).toBe(before)
  })
})
