import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileHandler } from '@actionlog/handler-file'
import { type ActionLogSettings, settingsFromEnv, stdoutHandler } from '@actionlog/koa'

const logfile = process.env.LOGFILE ?? fileURLToPath(new URL('../data/action.log', import.meta.url))
const fromEnv = settingsFromEnv()

/** Where the records go: as text to the terminal and as JSON to a file, unless the environment says otherwise. */
export function sinkSettings(): ActionLogSettings {
  if (Object.keys(fromEnv).length > 0) return fromEnv
  return { handler: [stdoutHandler(), fileHandler({ logfile })] }
}

/** The same in words. */
export function sinkInWords(): string {
  const { handlerType, logfile: other = '/tmp/koa_action.log' } = fromEnv
  if (handlerType === undefined || handlerType === 'stdout') return 'above'
  return handlerType === 'file' ? `in ${other}` : `with the handler "${handlerType}"`
}

/** The file that `actionlog report` can read, if there is one. */
export function jsonLogfile(): string | undefined {
  if (Object.keys(fromEnv).length === 0) return relative(process.cwd(), logfile)
  const { handlerType, format, logfile: other = '/tmp/koa_action.log' } = fromEnv
  return handlerType === 'file' && format !== 'text' ? String(other) : undefined
}
