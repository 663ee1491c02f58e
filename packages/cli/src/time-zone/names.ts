/** The IANA name of this machine's zone. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
}

/** The zone as DuckDB knows it; undefined if there is none of that name. */
export function canonicalZone(name: string): string | undefined {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
    return /^[+-]/.test(timeZone) ? undefined : timeZone // newer Nodes know offsets, DuckDB does not
  } catch {
    return undefined
  }
}
