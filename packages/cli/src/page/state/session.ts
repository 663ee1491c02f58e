import { connection, follow } from './live.js'
import { go } from './place.js'

/**
 * Exchanges the key that the address brings for a cookie, and removes it from the address, so that it is in no
 * bookmark, no history and no link that somebody copies.
 * @param back what the address is to be instead
 */
export async function openSession(back = '#/'): Promise<void> {
  if (!location.hash.startsWith('#key=')) return
  const key = location.hash.slice('#key='.length)
  go(back, true)
  const body = JSON.stringify({ key })
  await fetch('session', { method: 'POST', body }).catch(() => {}) // follow() says that nobody answers
}

// The address of a dashboard that was started again differs in its key alone, so the browser does not load the page anew
addEventListener('hashchange', async ({ oldURL }) => {
  if (!location.hash.startsWith('#key=')) return
  await openSession(new URL(oldURL).hash || '#/')
  if (connection.value !== 'open') void follow()
})
