import type { Context } from 'koa'
import { type Layer, MatchedLayers, type RouterState, startOfLayers } from './matched-layers.js'
import { Mount, pathInside } from './mount.js'
import { isByHand, Route, type RouteName, type RoutePattern } from './route.js'

const NOT_FOUND = 404

/** A Koa context, with what routers and mounts assign to it. */
export type RoutedContext = Context & RouterState & { readonly mountPath?: unknown }

/** What the routers and mounts of one context did so far. */
export class RouteTrail {
  // the values they assigned to the context
  routerName: unknown = undefined
  routePath: unknown = undefined
  route: unknown = undefined
  mountPath: unknown = undefined

  /** That of the context which handed this response on. */
  readonly outer: RouteTrail | undefined

  #route: Route | undefined = undefined
  /** Handed on with a bare 404: an answer, unless another route makes it something else. */
  #notFound: Route | undefined = undefined
  #mount: Mount | undefined
  #entering: Mount | undefined = undefined
  #matched: readonly Layer[] | undefined = undefined
  #seen = 0
  #layers: MatchedLayers | undefined = undefined

  constructor(outer: RouteTrail | undefined) {
    this.outer = outer
    this.#mount = outer ? outer.#mount : undefined
  }

  /** The route that answered, else the last one entered; `undefined` if none was. */
  routeOf(ctx: RoutedContext): Route | undefined {
    return this.#notFound && ctx.status === NOT_FOUND ? this.#notFound : this.#route
  }

  /** koa-router or @koa/router enters a layer. */
  enterLayer(ctx: RoutedContext): void {
    const { matched } = ctx
    if (!Array.isArray(matched)) return
    if (matched !== this.#matched) this.#seen = 0
    if (matched.length > this.#seen) {
      const start = startOfLayers(matched, this.#seen, ctx.router)
      this.#layers = new MatchedLayers(matched, start, this.#layers)
      this.#matched = matched
      this.#seen = matched.length
    }
    let layers = this.#layers
    while (layers && !layers.enter(ctx)) layers = layers.outer
    if (!layers) return
    this.#layers = layers
    const { route } = layers
    if (route) this.enterRoute(ctx, route.path, route.name, layers.isInRoute)
  }

  /** @param isEntered false if a router only enters middleware before the route */
  enterRoute(ctx: RoutedContext, pattern: RoutePattern, name?: RouteName, isEntered = true): void {
    const last = this.#route
    if (last && !isEntered && (last.isEntered || last.pattern === pattern)) return
    if (last?.isEntered && last.hasAnswered(ctx)) {
      if (ctx.status !== NOT_FOUND || ctx.body != null || isByHand(ctx)) return
      this.#notFound ??= last
    }
    this.#route = new Route(ctx, this.#prefixOf(ctx), pattern, name, isEntered)
  }

  /** koa-mount enters, if the path without its prefix is assigned next. */
  enterMount(ctx: RoutedContext, mountPath: unknown): void {
    const { path } = ctx
    this.followPath(path)
    if (typeof mountPath === 'string' && path.startsWith(mountPath))
      this.#entering = new Mount(mountPath, path, this.#mount)
  }

  /** The path was assigned: a mount is entered or left, or the application rewrites it. */
  followPath(path: string): void {
    const entering = this.#entering
    this.#entering = undefined
    if (entering?.isEnteredBy(path)) this.#mount = entering
    else while (this.#mount?.isLeftBy(path)) this.#mount = this.#mount.parent
  }

  #prefixOf(ctx: RoutedContext): string {
    const { mountPath } = ctx
    // nobody saw it assigned: the mount is around this middleware in the app's first request, or the app has its own
    if (typeof mountPath === 'string' && mountPath !== this.mountPath) {
      const [path = ''] = ctx.originalUrl.split('?', 1)
      return path.startsWith(mountPath) && pathInside(mountPath, path) === ctx.path ? mountPath : ''
    }
    if (this.#mount || this.#entering) this.followPath(ctx.path)
    return this.#mount?.prefix ?? ''
  }
}
