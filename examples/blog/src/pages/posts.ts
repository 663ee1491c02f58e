import type { Context } from 'koa'
import type { Comment, Post, User } from '../generated/client.js'
import { type Html, html } from '../html.js'
import { layout } from './layout.js'
import { searchBox } from './search-box.js'

type Listed = Post & { author: User; _count: { comments: number } }
type Shown = Post & { author: User; comments: (Comment & { author: User })[] }

export function postListPage(ctx: Context, posts: Listed[], page: number, pages: number): string {
  return layout(
    ctx,
    'Notes from people who walk',
    html`${searchBox}
<ul class="list">${posts.map(
      (post) => html`
  <li><a href="/posts/${post.id}">${post.title}</a>
    <span class="note">${byline(post)} · ${comments(post._count.comments)}</span></li>`,
    )}
</ul>
<p>${page > 1 && html`<a href="/?page=${page - 1}">Newer</a> `}
${page < pages && html`<a href="/?page=${page + 1}">Older</a>`}</p>`,
  )
}

export function postPage(ctx: Context, post: Shown): string {
  const { user } = ctx.state
  return layout(
    ctx,
    post.title,
    html`<p class="note">${byline(post)}</p>
${post.body.split(/(?:\r?\n){2,}/).map((paragraph) => html`<p>${paragraph}</p>`)}
${user?.id === post.authorId && html`<form method="post" action="/posts/${post.id}/delete"><button>Delete</button></form>`}
<h2>${comments(post.comments.length)}</h2>
<ul class="list">${post.comments.map(
      ({ body, author, createdAt }) => html`
  <li>${body} <span class="note">${author.name}, ${date(createdAt)}</span></li>`,
    )}
</ul>
${user ? commentForm(post) : html`<p class="note"><a href="/login">Log in</a> to add yours.</p>`}`,
  )
}

export function newPostPage(ctx: Context): string {
  return layout(
    ctx,
    'Write a post',
    html`<form method="post" action="/posts">
  <label>Title <input name="title" maxlength="100" required></label>
  <label>Text <textarea name="text" required></textarea></label>
  <button>Publish</button>
</form>`,
  )
}

function commentForm(post: Post): Html {
  return html`<form method="post" action="/posts/${post.id}/comments">
  <label>Your comment <input name="comment" maxlength="500" required></label>
  <button>Send</button>
</form>`
}

function byline({ author, publishedAt }: { author: User; publishedAt: Date }): string {
  return `${author.name}, ${date(publishedAt)}`
}

function date(date: Date): string {
  return date.toLocaleDateString('en-GB', { dateStyle: 'long' })
}

function comments(count: number): string {
  return count === 0 ? 'No comments' : count === 1 ? '1 comment' : `${count} comments`
}
