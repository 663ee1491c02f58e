import type { Command } from '../command.js'

/** `actionlog tail`: each request as it comes. */
export const tailCommand: Command = {
  about: 'each request as it comes, one line for a developer',
  async run() {
    throw new Error('not built yet')
  },
}
