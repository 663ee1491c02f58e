/** These stats as a disk gives them whose file ids begin at `first`: as numbers they are all the same. */
export function withLargeIds<T extends object | undefined>(stats: T, first: bigint): T {
  const found = stats as { ino: number | bigint } | undefined
  if (!found) return stats
  if (typeof found.ino === 'bigint') found.ino += first
  else if (first > 0n) found.ino = Number(first + BigInt(found.ino % 100))
  return stats
}
