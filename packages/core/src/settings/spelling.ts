/** `; did you mean X?` for a name that is nearly one of these, or the same in another case. */
export function didYouMean(name: string, names: readonly string[]): string {
  const bare = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  const written = bare(name.slice(0, MAX_LENGTH))
  const nearest = names
    .map((candidate) => ({ candidate, distance: editDistance(written, bare(candidate)) }))
    .sort((a, b) => a.distance - b.distance)[0]
  return nearest && nearest.distance <= Math.max(1, Math.floor(nearest.candidate.length / 3))
    ? `; did you mean ${nearest.candidate}?`
    : ''
}

const MAX_LENGTH = 100 // no name is that long

/** Levenshtein's distance, one row at a time; letters in another order are one mistake. */
function editDistance(a: string, b: string): number {
  if (a !== b && [...a].sort().join() === [...b].sort().join()) return 1
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const replace = (row[j] as number) + (a[i] === b[j] ? 0 : 1)
      next.push(Math.min(replace, (row[j + 1] as number) + 1, (next[j] as number) + 1))
    }
    row = next
  }
  return row[b.length] as number
}
