import type { Middleware } from 'koa'

// Nothing runs or loads but the page's own files, and no text becomes markup
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

/**
 * Refuses what another web site could send: a name that it made point here (421), and requests from its pages (403).
 * @param isOurHost whether a Host header names this server
 */
export function guard(isOurHost: (host: string) => boolean): Middleware {
  return async (ctx, next) => {
    ctx.set(HEADERS)
    const host = ctx.get('Host')
    if (!isOurHost(host)) return refuse(421, 'Host is not the address of this dashboard')
    const origin = ctx.get('Origin')
    if (origin !== '' && origin !== `http://${host}`) return refuse(403, 'Origin is another site')
    const site = ctx.get('Sec-Fetch-Site')
    if (
      site !== '' &&
      site !== 'same-origin' &&
      site !== 'none' &&
      !isLink(ctx.path, ctx.get('Sec-Fetch-Mode'))
    )
      return refuse(403, 'Sec-Fetch-Site is another site')
    await next()

    function refuse(status: number, reason: string): void {
      ctx.status = status
      ctx.body = `${reason}\n`
    }
  }
}

/** Somebody follows a link to the page itself, which holds no data: a link in a chat may lead here. */
function isLink(path: string, mode: string): boolean {
  return path === '/' && mode === 'navigate'
}
