/** A koa-mount around the running code: it cuts its prefix off `ctx.path`, and restores the path when it is left. */
export class Mount {
  /** With the prefixes of the mounts around it. */
  readonly prefix: string
  readonly parent: Mount | undefined
  readonly #outside: string
  readonly #inside: string

  /** @param mountPath its own prefix, which it assigns to `ctx.mountPath` before it cuts it off `path` */
  constructor(mountPath: string, path: string, parent: Mount | undefined) {
    this.prefix = (parent?.prefix ?? '') + mountPath
    this.parent = parent
    this.#outside = path
    this.#inside = pathInside(mountPath, path)
  }

  isEnteredBy(path: string): boolean {
    return path === this.#inside
  }

  isLeftBy(path: string): boolean {
    return path === this.#outside
  }
}

/** The path that koa-mount sets for a path that starts with its prefix. */
export function pathInside(mountPath: string, path: string): string {
  return path.slice(mountPath.length) || '/'
}
