import { createRequire } from 'node:module'
import { didYouMean } from '@actionlog/core'
import { inertLines } from './terminal/inert.js'
import { Output } from './terminal/output.js'
import { UsageError } from './usage-error.js'

/** Runs one command, and gives its exit code. @throws UsageError, InputError */
export type RunCommand = (args: readonly string[], output: Output, signal: AbortSignal) => Promise<number>

interface Command {
  readonly about: string
  /** Loads its code: the others' is not needed. */
  readonly load: () => Promise<RunCommand>
}

const COMMANDS: Readonly<Record<string, Command>> = {
  report: {
    about: 'what the log says: what is slow, what failed, what to fix',
    load: async () => (await import('./report/report.js')).runReport,
  },
  dashboard: {
    about: 'the log as a page in your browser, live',
    load: async () => (await import('./dashboard/dashboard.js')).runDashboard,
  },
  tail: {
    about: 'each request as it comes, one line for a developer',
    load: async () => (await import('./tail/tail.js')).runTail,
  },
}

const USAGE = 2
const INTERRUPTED = 130
const INTERRUPT_MS = 700

/**
 * Runs `actionlog COMMAND …` and gives the exit code: 0, 1 for a crossed threshold, 2 for usage and unreadable input,
 * 130 after Ctrl-C.
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  const output = new Output()
  const interrupt = new AbortController()
  process.once('SIGINT', () => {
    interrupt.abort()
    setTimeout(() => process.exit(INTERRUPTED), INTERRUPT_MS).unref() // where something does not listen to the signal
  })
  const signal = AbortSignal.any([interrupt.signal, output.gone])
  try {
    return await choose(args, output, signal)
  } catch (error) {
    if (interrupt.signal.aborted) return INTERRUPTED
    if (output.gone.aborted) return 0
    process.stderr.write(`${inertLines(explain(error))}\n`)
    return USAGE
  }
}

async function choose(
  [name, ...args]: readonly string[],
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  if (name === undefined) throw new UsageError(help())
  if (name === '--help' || name === '-h' || name === 'help') {
    const about = args[0]
    if (about !== undefined && Object.hasOwn(COMMANDS, about))
      return choose([about, '--help'], output, signal)
    output.write(help())
    return 0
  }
  if (name === '--version' || name === '-v') {
    output.write(`${createRequire(import.meta.url)('../package.json').version}\n`)
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command) return (await command.load())(args, output, signal)
  const names = Object.keys(COMMANDS)
  throw new UsageError(
    `actionlog: there is no command ${JSON.stringify(name)}${didYouMean(name, names) || '.'} Commands: ${names.join(', ')}. See \`actionlog --help\`.`,
  )
}

/** What the user can put right is a sentence; anything else is a fault of ours, with all that we know about it. */
function explain(error: unknown): string {
  const { message, stack } = error as Error
  const isOfSystem = typeof (error as NodeJS.ErrnoException).syscall === 'string' // a disk that cannot be read
  const isForUser = error instanceof UsageError || isOfSystem || message.startsWith('@actionlog/')
  if (!isForUser) return `actionlog: unexpected ${stack}`
  return /^@?actionlog/.test(message) ? message : `actionlog: ${message}`
}

function help(): string {
  const commands = Object.entries(COMMANDS).map(
    ([name, { about }]) => `  actionlog ${name.padEnd(9)}  ${about}`,
  )
  return `actionlog looks at the action log of an application: files with one JSON record a line.

${commands.join('\n')}

Examples:
  actionlog report my_action.log              one screen: what shall I fix?
  actionlog report trail ada my_action.log    what did this user do?
  actionlog dashboard --open my_action.log    the same as a page, live
  actionlog tail my_action.log                each request as it comes
  node app.js | actionlog tail

\`actionlog COMMAND --help\` says more. https://github.com/actionlog-js/actionlog
`
}
