import type { Context } from 'koa'
import { html } from '../html.js'
import { layout } from './layout.js'

export function slowPage(ctx: Context, sum: bigint): string {
  return layout(
    ctx,
    'A slow page',
    html`<p>The database added up the numbers from 1 to 1,000,000 (${sum}), then Node slept for 200 ms.</p>
<p>The footprint tells the two apart: <code>sql_time</code> and <code>node_time</code>.</p>`,
  )
}
