/** Visits the blog as a reader would, over real HTTP, so that there are footprints of all kinds to look at. */
export async function visit(blog: string): Promise<void> {
  let cookie = ''

  const go = async (path: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(blog + path, {
      headers: { cookie, 'user-agent': 'a first visitor' },
      redirect: 'manual',
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    const cookies = response.headers.getSetCookie().map((line) => line.split(';', 1)[0])
    if (cookies.length > 0) cookie = cookies.join('; ')
    await response.arrayBuffer()
    return response
  }

  await go('/')
  await go('/login')
  await go('/login', { name: 'Ada' })
  await go('/posts/24')
  await go('/api/posts?q=map')
  await go('/authors')
  await go('/authors/one-by-one')
  await go('/posts/new')
  const published = await go('/posts', { title: 'First footprints', text: 'Fresh snow, and nobody up yet.' })
  const post = published.headers.get('location')
  await go(`${post}/comments`, { comment: 'Not for long!' })
  await go(`${post}/delete`, {})
  await go('/posts.csv')
  await go('/healthz')
  await go('/no/such/page')
  await go('/slow')
  await go('/broken')
  await go('/logout', {})
}
