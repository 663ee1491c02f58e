import type { ServerResponse } from 'node:http'

/** Runs `set` just before the response's headers go out, whoever sends them. */
export function onHeaders(res: ServerResponse, set: () => void): void {
  const { writeHead } = res
  res.writeHead = function (this: ServerResponse, ...args: unknown[]) {
    if (!res.headersSent) set()
    return Reflect.apply(writeHead, this, args)
  } as typeof writeHead
}
