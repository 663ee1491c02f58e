import type { Context } from 'koa'
import type { Post, User } from '../generated/client.js'
import { html } from '../html.js'
import { layout } from './layout.js'

export function authorsPage(ctx: Context, authors: (User & { latest?: Post | null | undefined })[]): string {
  return layout(
    ctx,
    'Authors',
    html`<ul class="list">${authors.map(
      ({ name, latest }) => html`
  <li>${name} ${latest && html`<span class="note">wrote <a href="/posts/${latest.id}">${latest.title}</a></span>`}</li>`,
    )}
</ul>`,
  )
}
