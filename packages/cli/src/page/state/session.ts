/**
 * Exchanges the key that the address brings for a cookie, and removes it from the address, so that it is in no
 * bookmark, no history and no link that somebody copies.
 */
export async function openSession(): Promise<void> {
  const key = /^#key=([\w-]+)$/.exec(location.hash)?.[1]
  if (key === undefined) return
  history.replaceState(null, '', '#/')
  await fetch('session', { method: 'POST', body: JSON.stringify({ key }) })
}
