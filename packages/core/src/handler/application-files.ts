import { realpathSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Files from which the application's packages can be resolved: the program's main module, then the files that are calling
 * now, the nearest first. Never the working directory, which may be anybody's.
 */
export function applicationFiles(): string[] {
  return [...new Set([...programFile(), ...callingFiles()])]
}

/** Whether this package's code was bundled into another file. */
export function isBundled(): boolean {
  return !/[\\/]application-files\.[cm]?[jt]s$/.test(callingFiles()[0] ?? '')
}

/** The real path of the program, which may have been started through a link. */
function programFile(): string[] {
  const { argv, _eval: source } = process as typeof process & { _eval?: string }
  const [, path] = argv
  if (path === undefined || source !== undefined || !isAbsolute(path)) return [] // of node -e it is an argument
  try {
    return [realpathSync(path)]
  } catch {
    return []
  }
}

function callingFiles(): string[] {
  return stackFiles().flatMap((name) => {
    try {
      const path = name.startsWith('file:') ? fileURLToPath(name) : name
      const isSource = /[\\/]\[[^\\/]*$/.test(path) // [eval1], which lies in the working directory
      return isAbsolute(path) && !isSource ? [path] : []
    } catch {
      return []
    }
  })
}

/** Of an app that formats stack traces in its own way, only this gives the files. */
function stackFiles(): string[] {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = 50
    Error.prepareStackTrace = (_, calls) => calls.map((call) => call.getFileName() ?? '')
    return new Error().stack as unknown as string[]
  } catch {
    return [] // frozen
  } finally {
    if (Error.prepareStackTrace !== prepareStackTrace) Error.prepareStackTrace = prepareStackTrace
    if (Error.stackTraceLimit !== stackTraceLimit) Error.stackTraceLimit = stackTraceLimit
  }
}
