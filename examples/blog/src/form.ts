import type { Context } from 'koa'

/** A field of the submitted form, as trimmed text; 400 if it is missing or empty. */
export function field(ctx: Context, name: string): string {
  const value = (ctx.request.body as Record<string, unknown> | undefined)?.[name]
  const text = typeof value === 'string' ? value.trim() : ''
  return text || ctx.throw(400, `Please fill in the ${name}`)
}
