import { createRequire } from 'node:module'
import { isAbsolute, join, resolve } from 'node:path'
import { messageOf } from '../errors.js'
import { didYouMean } from '../settings/options.js'
import type { HandlerFactory } from './handler.js'
import { nullHandler } from './null.js'
import { stdoutHandler } from './stdout.js'

const BUILT_IN: Record<string, HandlerFactory<object>> = { stdout: stdoutHandler, null: nullHandler }
const KNOWN = [...Object.keys(BUILT_IN), 'file', 'fluentd']

/**
 * The factory for a `handlerType`. Handler packages are looked up from the application (its main module, the
 * working directory, the files on the way to this call), since under pnpm this package cannot see them.
 * @returns what is wrong, as the end of a sentence, if there is none
 */
export function loadHandlerFactory(handlerType: string): HandlerFactory<object> | string {
  if (Object.hasOwn(BUILT_IN, handlerType)) return BUILT_IN[handlerType] as HandlerFactory<object>
  const candidates = specifiers(handlerType)
  const bases = applicationFiles()
  for (const specifier of candidates) {
    try {
      const path = resolveFrom(bases, specifier)
      if (path) return importFactory(path, specifier)
    } catch (error) {
      return `names ${specifier}, which cannot be loaded: ${messageOf(error)}`
    }
  }
  return notFound(handlerType, candidates)
}

function specifiers(handlerType: string): string[] {
  if (/^\.{0,2}\//.test(handlerType)) return [resolve(handlerType)]
  const plain = /^[a-z0-9][\w.-]*$/i.test(handlerType)
  return plain
    ? [`@actionlog/handler-${handlerType}`, `actionlog-handler-${handlerType}`, handlerType]
    : [handlerType]
}

function applicationFiles(): string[] {
  const files = [process.argv[1], join(process.cwd(), 'index.js'), ...callerFiles()]
  return [...new Set(files)].filter((file) => file?.startsWith('file:') || isAbsolute(file ?? '')) as string[]
}

/** Every file on the call stack, the nearest first: the application's own is among them. */
function callerFiles(): (string | undefined)[] {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = 50
    Error.prepareStackTrace = (_, calls) => calls.map((call) => call.getFileName() ?? undefined)
    return new Error().stack as unknown as (string | undefined)[]
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit })
  }
}

function resolveFrom(bases: readonly string[], specifier: string): string | undefined {
  for (const base of bases) {
    try {
      return createRequire(base).resolve(specifier)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return undefined
}

function importFactory(path: string, specifier: string): HandlerFactory<object> | string {
  // from the handler's own place, Node prints no warning about loading an ES module this way
  const module = createRequire(isAbsolute(path) ? path : process.execPath)(path) as { default?: unknown }
  const factory = module.default ?? module
  return typeof factory === 'function'
    ? (factory as HandlerFactory<object>)
    : `names ${specifier}, which exports no handler factory by default`
}

function notFound(handlerType: string, candidates: readonly string[]): string {
  const looked = `"${handlerType}" was not found (looked for ${candidates.join(', ')} from the application)`
  if (isAbsolute(candidates[0] as string)) return looked
  const manager = process.env.npm_config_user_agent?.match(/^(pnpm|yarn|bun)\//)?.[1]
  const install = `; install it: ${manager ? `${manager} add` : 'npm install'} ${candidates[0]}`
  return looked + ((!KNOWN.includes(handlerType) && didYouMean(handlerType, KNOWN)) || install)
}
