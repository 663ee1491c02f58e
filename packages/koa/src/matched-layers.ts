/** A route or middleware of koa-router or @koa/router (7 to 15), as `ctx.matched` lists them. */
export interface Layer {
  readonly path: string | RegExp
  readonly name?: string | symbol | null | undefined
  /** Empty for the middleware of a `router.use()`. */
  readonly methods: readonly string[]
}

/** The properties of a context that those routers assign, for each layer they enter. */
export interface RouterState {
  readonly method: string
  readonly matched?: unknown
  readonly router?: { readonly stack?: unknown } | undefined
  readonly routerPath?: string | RegExp | undefined
  readonly routerName?: string | symbol | null | undefined
}

/**
 * The layers that one router matched, and how far the request has come in them.
 * It only moves forward, so a request costs one walk over the layers that matched.
 */
export class MatchedLayers {
  /** The router whose handler called this one, or that handed on to it. */
  readonly outer: MatchedLayers | undefined
  readonly #layers: readonly Layer[]
  readonly #end: number
  #next: number
  #route: number
  /** Versions from 9 on assign the path of each layer; 7 and 8 only its name. */
  #hasPaths: boolean | undefined = undefined

  constructor(layers: readonly Layer[], start: number, outer: MatchedLayers | undefined) {
    this.outer = outer
    this.#layers = layers
    this.#end = layers.length
    this.#next = start
    this.#route = start
  }

  /** Moves to the layer that the router has just entered. False if it belongs to another router. */
  enter(state: RouterState): boolean {
    const entered = this.#find(state)
    if (entered < 0) return false
    this.#next = entered + 1
    if (this.#route < entered) this.#route = entered
    while (this.#route < this.#end && !isRoute(this.#layers[this.#route], state.method)) this.#route++
    return true
  }

  /** The route that was entered, else the one behind the middleware that was entered. */
  get route(): Layer | undefined {
    return this.#route < this.#end ? this.#layers[this.#route] : undefined
  }

  /** False while only middleware before the route was entered. */
  get isInRoute(): boolean {
    return this.#route < this.#next
  }

  #find({ method, routerPath, routerName }: RouterState): number {
    let first = -1
    for (let i = this.#next; i < this.#end; i++) {
      const layer = this.#layers[i] as Layer
      if (!isCallable(layer, method)) continue
      const isNamedSo = (layer.name || undefined) === (routerName || undefined)
      if (isNamedSo && layer.path === routerPath) {
        this.#hasPaths ??= true
        return i
      }
      if (first < 0) first = isNamedSo ? i : this.#end
      if (this.#hasPaths === false) break
    }
    if (this.#hasPaths) return -1
    this.#hasPaths = false
    return first < this.#end ? first : -1
  }
}

/** Where in `matched` the layers begin that the router has just added, behind those that were seen before. */
export function startOfLayers(
  matched: readonly Layer[],
  seen: number,
  router: RouterState['router'],
): number {
  const stack: unknown = router?.stack
  if (!Array.isArray(stack) || stack.includes(matched[seen])) return seen
  // routers without a matching route have added theirs in between; each adds them in the order of its stack
  let start = matched.length
  for (let i = stack.length - 1; i >= 0 && start > seen; i--) if (stack[i] === matched[start - 1]) start--
  return start
}

function isCallable({ methods }: Layer, method: string): boolean {
  return methods.length === 0 || methods.includes(method)
}

function isRoute(layer: Layer | undefined, method: string): boolean {
  return layer !== undefined && layer.methods.length > 0 && layer.methods.includes(method)
}
