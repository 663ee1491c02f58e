import * as nodeModule from 'node:module' // webpack would take `createRequire` by name for its own, and warn
import { isAbsolute } from 'node:path'
import { messageOf } from '../errors.js'
import { shortName } from '../settings/options.js'
import { didYouMean } from '../settings/spelling.js'
import { applicationFiles, isBundled } from './application-files.js'
import type { HandlerFactory } from './handler.js'
import { nullHandler } from './null.js'
import { stdoutHandler } from './stdout.js'

const BUILT_IN: Record<string, HandlerFactory<object>> = { stdout: stdoutHandler, null: nullHandler }
const MAX_PATH = 4_096
const KNOWN = [...Object.keys(BUILT_IN), 'file', 'fluentd']

/**
 * Finds the factory of a `handlerType`. Handler packages are resolved from the application's files, because under pnpm this
 * package cannot see them.
 * @returns the factory, or else what is wrong, as the end of a sentence
 */
export function loadHandlerFactory(handlerType: string): HandlerFactory<object> | string {
  if (Object.hasOwn(BUILT_IN, handlerType)) return BUILT_IN[handlerType] as HandlerFactory<object>
  const candidates = specifiers(handlerType)
  if (handlerType.length > MAX_PATH) return notFound(handlerType, candidates)
  const files = applicationFiles()
  for (const specifier of candidates) {
    try {
      const path = resolveFrom(files, specifier)
      if (path) return loadFactory(path, specifier)
    } catch (error) {
      return `names ${specifier}, which cannot be loaded: ${messageOf(error)}`
    }
  }
  return notFound(handlerType, candidates)
}

function specifiers(handlerType: string): string[] {
  const isPlainName = /^[a-z0-9][\w.-]*$/i.test(handlerType)
  return isPlainName
    ? [`@actionlog/handler-${handlerType}`, `actionlog-handler-${handlerType}`, handlerType]
    : [handlerType]
}

function resolveFrom(files: readonly string[], specifier: string): string | undefined {
  for (const file of files) {
    try {
      return nodeModule.createRequire(file).resolve(specifier)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return undefined
}

function loadFactory(path: string, specifier: string): HandlerFactory<object> | string {
  if (nodeModule.isBuiltin(path))
    return `names ${specifier}, a module of Node itself, which exports no handler factory`
  // from the handler's own place, Node prints no warning about loading an ES module this way
  const module = nodeModule.createRequire(path)(path) as { default?: unknown }
  const factory = module.default ?? module
  return typeof factory === 'function'
    ? (factory as HandlerFactory<object>)
    : `names ${specifier}, whose default export is not a handler factory`
}

function notFound(handlerType: string, candidates: readonly string[]): string {
  const [first] = candidates as [string]
  const sought = candidates.map(shortName)
  const looked = `"${shortName(handlerType)}" was not found (looked for ${sought.join(', ')} from the application)`
  const meant = KNOWN.includes(handlerType) ? '' : didYouMean(handlerType, KNOWN)
  if (meant) return looked + meant
  if (isAbsolute(first) || first.startsWith('.')) return looked
  if (isBundled())
    return `${looked}; in a bundle, import the handler and give it as ACTION_LOG_SETTING.handler`
  const manager = process.env.npm_config_user_agent?.match(/^(pnpm|yarn|bun)\//)?.[1]
  return `${looked}; install it: ${manager ? `${manager} add` : 'npm install'} ${shortName(first)}`
}
