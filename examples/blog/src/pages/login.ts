import type { Context } from 'koa'
import type { User } from '../generated/client.js'
import { html } from '../html.js'
import { layout } from './layout.js'

export function loginPage(ctx: Context, users: User[]): string {
  return layout(
    ctx,
    'Who are you?',
    html`<p>This is a demonstration: there are no passwords, pick a name.</p>
<form class="names" method="post" action="/login">${users.map(
      ({ name }) => html`
  <button name="name" value="${name}">${name}</button>`,
    )}
</form>`,
  )
}
