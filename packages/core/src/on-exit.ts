import { messageOf } from './errors.js'
import { escapeControls } from './record/json.js'

type End = 'exit' | 'beforeExit'

const hooks = { exit: new Set<() => void>(), beforeExit: new Set<() => void>() }
const listeners = { exit: () => run('exit'), beforeExit: () => run('beforeExit') }

/**
 * Runs `hook` when the process exits: by itself, by `process.exit()` or by an uncaught exception. It must
 * be synchronous. All hooks share one listener, which is there only while a hook is.
 * @param end `'beforeExit'`: when nothing is left to do instead. What the hook starts then is waited for, and
 * the hook runs again when that is done
 * @returns takes the hook back
 */
export function onExit(hook: () => void, end: End = 'exit'): () => void {
  if (hooks[end].size === 0) listen(end)
  hooks[end].add(hook)
  return () => {
    if (hooks[end].delete(hook) && hooks[end].size === 0) process.off(end, listeners[end])
  }
}

function listen(end: End): void {
  if (end === 'beforeExit') process.on(end, listeners[end])
  else process.prependListener(end, listeners[end]) // one of the app that throws or exits is the last to run
}

function run(end: End): void {
  for (const hook of hooks[end]) {
    try {
      hook()
    } catch (error) {
      console.error(`@actionlog/core: a handler failed at exit: ${escapeControls(messageOf(error))}`)
    }
  }
}
