import { messageOf } from './errors.js'
import { escapeControls } from './record/escape.js'

type Phase = 'beforeExit' | 'exit' | 'afterExit'
type Hook = () => void

const hooks: Record<Phase, Set<Hook>> = { beforeExit: new Set(), exit: new Set(), afterExit: new Set() }
const runBeforeExit = (): void => run('beforeExit')
const runExit = (): void => {
  run('exit')
  run('afterExit')
}

/**
 * Runs `hook` when the process exits: by itself, by `process.exit()` or by an uncaught exception. It must
 * be synchronous. All hooks share one listener, which is there only while a hook is.
 * @param phase `'beforeExit'`: when nothing is left to do instead. What the hook starts then is waited for, and
 * the hook runs again when that is done. `'afterExit'`: after all other hooks, for what they reported
 * @returns removes the hook
 */
export function onExit(hook: Hook, phase: Phase = 'exit'): () => void {
  hooks[phase].add(hook)
  listen()
  return () => {
    hooks[phase].delete(hook)
    listen()
  }
}

function listen(): void {
  process.off('beforeExit', runBeforeExit)
  process.off('exit', runExit)
  if (hooks.beforeExit.size > 0) process.on('beforeExit', runBeforeExit)
  // a listener of the app that throws or exits runs after it
  if (hooks.exit.size + hooks.afterExit.size > 0) process.prependListener('exit', runExit)
}

function run(phase: Phase): void {
  for (const hook of [...hooks[phase]]) {
    try {
      if (hooks[phase].has(hook)) hook()
    } catch (error) {
      console.error(`@actionlog/core: a handler failed at exit: ${escapeControls(messageOf(error))}`)
    }
  }
}
