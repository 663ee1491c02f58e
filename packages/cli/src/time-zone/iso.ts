/** `2026-11-22T09:00:12.345Z`; null for no time, and for one that a Date cannot hold. */
export function isoTime(ms: number | null | undefined): string | null {
  return typeof ms === 'number' && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null
}
