import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { messageOf } from './errors.js'
import type { HandlerFactory } from './handler.js'
import { nullHandler } from './handlers/null.js'
import { stdoutHandler } from './handlers/stdout.js'
import { didYouMean } from './options.js'

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
  for (const specifier of candidates) {
    const path = resolveFromApp(specifier)
    if (path) return importFactory(path, specifier)
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

function resolveFromApp(specifier: string): string | undefined {
  for (const base of applicationFiles()) {
    try {
      return createRequire(base).resolve(specifier)
    } catch {
      // not visible from there
    }
  }
  return undefined
}

function applicationFiles(): string[] {
  return [process.argv[1], join(process.cwd(), 'index.js'), ...callerFiles()].filter(
    (file) => file !== undefined,
  )
}

/** Every file on the call stack, the nearest first: the application's own is among them. */
function callerFiles(): string[] {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  const { stack = '' } = new Error()
  Error.stackTraceLimit = limit
  return [...stack.matchAll(/((?:file:\/\/|\/|[A-Za-z]:\\)[^\n]*?):\d+:\d+\)?$/gm)].map(
    ([, file]) => file as string,
  )
}

function importFactory(path: string, specifier: string): HandlerFactory<object> | string {
  let module: { default?: unknown }
  try {
    module = createRequire(import.meta.url)(path)
  } catch (error) {
    return `names ${specifier}, which cannot be loaded: ${messageOf(error)}`
  }
  const factory = module.default ?? module
  if (typeof factory === 'function') return factory as HandlerFactory<object>
  return `names ${specifier}, which exports no handler factory by default`
}

function notFound(handlerType: string, candidates: readonly string[]): string {
  const install = process.env.npm_config_user_agent?.match(/^(pnpm|yarn|bun)\//)?.[1]
  const command = `${install ? `${install} add` : 'npm install'} ${candidates[0]}`
  const hint = didYouMean(handlerType, KNOWN) || `; install it: ${command}`
  const known = KNOWN.includes(handlerType) ? `; install it: ${command}` : hint
  return `"${handlerType}" was not found (looked for ${candidates.join(', ')} from the application)${known}`
}
