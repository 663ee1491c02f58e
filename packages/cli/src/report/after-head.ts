import type { RequestRow } from '../questions/request-row.js'

const FEWEST_MS = 100

/** The milliseconds after the response head, if they are most of a request: streaming and the client's network. */
export function mostlyAfterHead({ total_time, head_time }: RequestRow): number | undefined {
  if (total_time === null || head_time === null) return undefined
  const ms = total_time - head_time
  return ms >= FEWEST_MS && ms > total_time / 2 ? ms : undefined
}
