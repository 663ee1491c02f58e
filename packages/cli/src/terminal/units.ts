/** `12,310`; `4.23` for what is no whole number. */
export function formatCount(count: number): string {
  return Number.isInteger(count) ? count.toLocaleString('en-US') : threeDigits(count)
}

const LARGER = [
  [1_000, 's'],
  [60_000, 'min'],
  [3_600_000, 'h'],
  [86_400_000, 'd'],
] as const

/** Three digits and the unit that suits them: `0.42 ms`, `412 ms`, `1.84 s`, `31.2 min`, `1.21 h`, `3.4 d`. */
export function formatMs(ms: number): string {
  // what would be rounded up to the next unit is in the next unit already: no "1000 ms", no "60.0 s"
  const [size, unit] = LARGER.findLast(([size]) => Math.abs(ms) >= size * 0.9995) ?? [1, 'ms']
  return Number.isFinite(ms) ? `${threeDigits(ms / size)} ${unit}` : '–'
}

/** A length of time that is known and round: `15 min`, `1.5 h`. */
export function formatSpan(ms: number): string {
  const [amount = '', unit] = formatMs(ms).split(' ')
  return `${Number(amount.replaceAll(',', ''))} ${unit}`
}

/** `43%`, `2.4%`, `0.61%`, `<0.01%` of a share between 0 and 1. */
export function formatShare(share: number): string {
  const percent = share * 100
  if (!Number.isFinite(percent)) return '–'
  if (percent === 0) return '0%'
  if (Math.abs(percent) < 0.01) return '<0.01%'
  if (percent > 99 && percent < 100) return `${Math.floor(percent * 10) / 10}%` // not all of them
  return `${Number(percent.toFixed(percent < 1 ? 2 : percent < 9.95 ? 1 : 0))}%`
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB']

/** `438 MB`; a kB is 1,000 bytes. */
export function formatBytes(bytes: number): string {
  let size = bytes
  let unit = 0
  for (; size >= 999.5 && unit < BYTES.length - 1; unit++) size /= 1_000
  return `${unit === 0 ? size : threeDigits(size)} ${BYTES[unit]}`
}

function threeDigits(value: number): string {
  const size = Math.abs(value)
  if (!(size < 1e12)) return Number.isFinite(value) ? value.toExponential(2) : '–'
  if (size >= 99.95) return Math.round(value).toLocaleString('en-US')
  if (size >= 9.995) return value.toFixed(1)
  return value.toFixed(2)
}
