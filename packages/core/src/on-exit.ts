import { messageOf } from './errors.js'
import { escapeControls } from './json.js'

const hooks = new Set<() => void>()

/**
 * Runs `hook` when the process exits: by itself, by `process.exit()` or by an uncaught exception. It must
 * be synchronous. All hooks share one listener, which is there only while a hook is.
 * @returns takes the hook back
 */
export function onExit(hook: () => void): () => void {
  if (hooks.size === 0) process.on('exit', runHooks)
  hooks.add(hook)
  return () => {
    if (hooks.delete(hook) && hooks.size === 0) process.off('exit', runHooks)
  }
}

function runHooks(): void {
  for (const hook of hooks) {
    try {
      hook()
    } catch (error) {
      console.error(`@actionlog/core: a handler failed at exit: ${escapeControls(messageOf(error))}`)
    }
  }
}
