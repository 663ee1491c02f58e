import type { ActionLog } from '@actionlog/core'
import { guard } from './guard.js'
import { type RoutedContext, RouteTrail } from './route-trail.js'

const TRAIL: unique symbol = Symbol.for('@actionlog/koa/v1/trail')
const TRACKED: unique symbol = Symbol.for('@actionlog/koa/v1/tracked')

interface Trailed {
  [TRAIL]?: RouteTrail
}

type Tracked = RoutedContext & Trailed & { readonly [TRACKED]?: true; readonly res?: Trailed }

type Follow = (trail: RouteTrail, ctx: RoutedContext, value: unknown) => void

/** The properties that routers and mounts assign to a context while they run. */
const FOLLOWED: Readonly<Record<string, Follow>> = {
  // koa-router and @koa/router, for each layer
  routerName: (trail, ctx) => trail.enterLayer(ctx),
  // koa-route
  routePath: (trail, ctx, pattern) => {
    if (typeof pattern === 'string' || pattern instanceof RegExp || Array.isArray(pattern))
      trail.enterRoute(ctx, pattern)
  },
  // koa-better-router and koa-rest-router
  route: (trail, ctx, value) => {
    const { path, middlewares } = (value ?? {}) as { path?: unknown; middlewares?: unknown }
    if (typeof path === 'string' && Array.isArray(middlewares)) trail.enterRoute(ctx, path)
  },
  // koa-mount
  mountPath: (trail, ctx, mountPath) => trail.enterMount(ctx, mountPath),
}

export function isTracked(ctx: Tracked): boolean {
  return TRACKED in ctx
}

/**
 * Follows the routers of the context's app from its first request on. Afterwards it cannot be told which
 * route answered: routers overwrite what they assigned, the last match is not always the one that was called,
 * and koa-mount takes its prefix back. So their assignments are seen by setters, where the app has no property
 * of that name.
 */
export function trackRoutes(ctx: Tracked, log: ActionLog): void {
  const { context } = ctx.app
  Reflect.defineProperty(context, TRACKED, { value: true })
  for (const [name, follow] of Object.entries(FOLLOWED)) {
    if (!(name in context)) followAssignments(context, name, follow, ctx, log)
  }
  followPath(context, log)
}

/** That of the context, else of one that its response was handed on to. */
export function trackedViewName(ctx: Tracked): string | undefined {
  let viewName = ctx[TRAIL]?.viewName
  if (viewName !== undefined) return viewName
  // the one made first has the last word
  for (let trail = ctx.res?.[TRAIL]; trail; trail = trail.outer) viewName = trail.viewName ?? viewName
  return viewName
}

/** An assignment still makes an enumerable property of the context's own, as it does without this. */
function followAssignments(
  context: object,
  name: string,
  follow: Follow,
  first: Tracked,
  log: ActionLog,
): void {
  const own: PropertyDescriptor = {
    configurable: true,
    enumerable: true,
    get(this: Tracked) {
      return this[TRAIL]?.assigned[name]
    },
    set(this: Tracked, value: unknown) {
      const trail = this[TRAIL] as RouteTrail
      trail.assigned[name] = value
      try {
        follow(trail, this, value)
      } catch (error) {
        report(log, error)
      }
    },
  }
  Reflect.defineProperty(context, name, {
    configurable: true,
    set(this: Tracked, value: unknown) {
      if (this.res === undefined) {
        // no request's context, but a prototype of them: from now on the app has a property of that name
        Reflect.defineProperty(this, name, { configurable: true, enumerable: true, writable: true, value })
      } else if (Object.isExtensible(this)) {
        startTrail(this)
        Object.defineProperty(this, name, own)
        this[name] = value
      }
    },
  })
  // a router around this middleware has assigned it already
  if (name === 'mountPath' || !Object.hasOwn(first, name)) return
  const value = first[name]
  startTrail(first)
  if (Reflect.defineProperty(first, name, own)) first[name] = value
}

/** koa-mount assigns the path when it is entered and left. */
function followPath(context: object, log: ActionLog): void {
  const inherited = Object.hasOwn(context, 'path') ? undefined : descriptorOf(context, 'path')
  const { get, set } = inherited ?? {}
  if (!get || !set) return
  Reflect.defineProperty(context, 'path', {
    configurable: true,
    get,
    set(this: Tracked, path: string) {
      set.call(this, path)
      try {
        this[TRAIL]?.followPath(path)
      } catch (error) {
        report(log, error)
      }
    },
  })
}

function startTrail(ctx: Tracked): void {
  const { res } = ctx
  if (ctx[TRAIL] === undefined) ctx[TRAIL] = res[TRAIL] = new RouteTrail(res[TRAIL])
}

function report(log: ActionLog, error: unknown): void {
  guard(log, 'following the router', () => {
    throw error
  })
}

function descriptorOf(object: object, name: string): PropertyDescriptor | undefined {
  for (let owner = object; owner; owner = Object.getPrototypeOf(owner)) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name)
    if (descriptor) return descriptor
  }
  return undefined
}
