import { prisma } from './db.js'

const BATCH = 10

/** All posts as CSV, read in batches while they are sent, so that memory holds only one. */
export async function* postsAsCsv(): AsyncGenerator<string> {
  yield row(['id', 'published', 'author', 'title'])
  for (let lastId = 0, full = true; full; ) {
    const posts = await prisma.post.findMany({
      where: { id: { gt: lastId } },
      orderBy: { id: 'asc' },
      take: BATCH,
      include: { author: true },
    })
    for (const post of posts) {
      yield row([post.id, post.publishedAt.toISOString(), post.author.name, post.title])
      lastId = post.id
    }
    full = posts.length === BATCH
  }
}

function row(cells: (string | number)[]): string {
  return `${cells.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(',')}\r\n`
}
