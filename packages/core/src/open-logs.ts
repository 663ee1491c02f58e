import { slot } from './shared.js'
import type { ReportingWriter } from './writer.js'

interface OpenLogs {
  /** In the order in which they were made. */
  readonly logs: Set<ReportingWriter>
  /** What `actionlog` means while none is open: one made from the environment, or the last that was closed. */
  fallback: ReportingWriter | undefined
}

const open = slot<OpenLogs>('logs', () => ({ logs: new Set(), fallback: undefined }))

export function addOpenLog(log: ReportingWriter): void {
  open.logs.add(log)
}

/** The last one that closes remains what `actionlog` means: its records count as dropped, none goes elsewhere. */
export function removeOpenLog(log: ReportingWriter): void {
  if (open.logs.delete(log) && open.logs.size === 0) open.fallback = log
}

/** Of the action logs that are open, the one made first. */
export function firstOpenLog(): ReportingWriter | undefined {
  return open.logs.values().next().value
}

/** The one to use while no action log is open; `make` makes it, if none was open before. */
export function fallbackLog(make: () => ReportingWriter): ReportingWriter {
  open.fallback ??= make()
  return open.fallback
}

/** Every action log of the process that may still have records to deliver. */
export function allLogs(): ReportingWriter[] {
  return open.fallback ? [...open.logs, open.fallback] : [...open.logs]
}
