import type { Context } from 'koa'
import { type Html, html } from '../html.js'
import { style } from './style.js'

const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><text y="13" font-size="13">👣</text></svg>',
)}`

/** A whole page around its content. */
export function layout(ctx: Context, title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Footpaths</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<header>
  <a class="brand" href="/">👣 Footpaths</a>
  <nav>
    <a href="/authors">Authors</a>
    ${ctx.state.user && html`<a href="/posts/new">Write</a>`}
    ${visitor(ctx)}
  </nav>
</header>
<main>
<h1>${title}</h1>
${content}
</main>
<footer>
  <p>Every page leaves a footprint. Compare those of the <a href="/authors">authors</a> and the same page
  asked <a href="/authors/one-by-one">one by one</a>, a <a href="/slow">slow</a> and a
  <a href="/broken">broken</a> page, and a <a href="/posts.csv">streamed download</a>.</p>
  <p>This page’s: <code>request_id ${ctx.response.get('X-Request-Id')}</code></p>
</footer>
</body>
</html>
`.toString()
}

function visitor(ctx: Context): Html {
  const { user } = ctx.state
  if (!user) return html`<a href="/login">Log in</a>`
  return html`<form method="post" action="/logout"><button class="link">Log out ${user.name}</button></form>`
}
