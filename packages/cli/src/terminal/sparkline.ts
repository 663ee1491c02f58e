const BARS = '▁▂▃▄▅▆▇█'

/** `▁▂▅█▃`: the values as bars between 0 and the largest; a space where there is none. */
export function sparkline(values: readonly (number | null)[]): string {
  const most = Math.max(...values.map((value) => value ?? 0), 0)
  return values
    .map((value) => {
      if (value === null || most === 0) return ' '
      return BARS[Math.min(BARS.length - 1, Math.floor((value / most) * BARS.length))]
    })
    .join('')
}

/** The values in fewer steps: the mean of neighbours. */
export function narrow(values: readonly (number | null)[], steps: number): readonly (number | null)[] {
  if (values.length <= steps) return values
  return Array.from({ length: steps }, (_, step) => {
    const [from, to] = [step, step + 1].map((edge) => Math.round((edge * values.length) / steps))
    const known = values.slice(from, to).filter((value) => value !== null)
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
  })
}
