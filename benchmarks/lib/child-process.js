import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Starts that module, in a process of its own; resolves with what it says first. */
export async function startProcess(module, args, options) {
  const child = fork(module, args, { serialization: 'advanced', ...options })
  const ended = once(child, 'exit')
  const answer = async () => {
    const died = ended.then(([code, signal]) => {
      throw new Error(`${module} ${args} ended: ${signal ?? code}`)
    })
    const [message] = await Promise.race([once(child, 'message'), died])
    return message
  }
  return {
    hello: await answer(),
    ask(question) {
      child.send(question)
      return answer()
    },
    /** Ends it; it may still write out what it holds. */
    async stop() {
      child.disconnect()
      await ended
    },
  }
}
