import { printError } from './print-error.js'
import { slot } from './shared.js'

type Phase = 'beforeExit' | 'exit' | 'afterExit'

/** @param msLeft how many milliseconds it may take; without a limit if `undefined` */
type Hook = (msLeft?: number) => void

const { hooks, onBeforeExit, onProcessExit } = slot('exit', () => ({
  hooks: { beforeExit: new Set<Hook>(), exit: new Set<Hook>(), afterExit: new Set<Hook>() },
  onBeforeExit: () => run('beforeExit'),
  onProcessExit: () => runExitHooks(),
}))

/**
 * Runs `hook` when the process exits: by itself, by `process.exit()`, by an uncaught exception, or by a signal that nobody
 * else listens to. The hook must be synchronous. All hooks share one listener, which exists only while a hook does.
 * @param phase `'exit'` by default. `'beforeExit'`: when the process has nothing left to do; work that the hook starts is
 * awaited, and then the hook runs again. `'afterExit'`: after all other hooks, to report what they reported
 * @returns a function that removes the hook
 */
export function onExit(hook: Hook, phase: Phase = 'exit'): () => void {
  hooks[phase].add(hook)
  listen()
  return () => {
    hooks[phase].delete(hook)
    listen()
  }
}

/** Runs the hooks of `'exit'` and `'afterExit'`: the process is about to end. */
export function runExitHooks(msLeft?: number): void {
  run('exit', msLeft)
  run('afterExit', msLeft)
}

function listen(): void {
  process.off('beforeExit', onBeforeExit)
  process.off('exit', onProcessExit)
  if (hooks.beforeExit.size > 0) process.on('beforeExit', onBeforeExit)
  // a listener of the app that throws or exits runs after it
  if (hooks.exit.size + hooks.afterExit.size > 0) process.prependListener('exit', onProcessExit)
}

function run(phase: Phase, msLeft?: number): void {
  for (const hook of [...hooks[phase]]) {
    try {
      if (hooks[phase].has(hook)) hook(msLeft)
    } catch (error) {
      printError(error, '@actionlog/core: a handler failed at exit: ')
    }
  }
}
