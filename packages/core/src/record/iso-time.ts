let second = Number.NaN
let prefix = ''

/** The time as `Date.toISOString()` writes it; only once a second in full. */
export function isoTime(ms: number): string {
  const whole = Math.floor(ms / 1000)
  if (whole !== second) {
    prefix = new Date(whole * 1000).toISOString().slice(0, -4)
    second = whole
  }
  return `${prefix}${String(ms - whole * 1000).padStart(3, '0')}Z`
}
