import { once } from 'node:events'
import type { RunCommand } from '../command.js'
import { helpText } from '../options/help.js'
import { memoryLimit, recordOptions } from '../options/input-options.js'
import { type OptionValues, parseOptions } from '../options/options.js'
import { parseTimeZone } from '../options/time-zone.js'
import { openStore } from '../store/open.js'
import { UsageError } from '../usage-error.js'
import { DASHBOARD_HELP, DASHBOARD_OPTIONS } from './dashboard-options.js'
import { openBrowser } from './open-browser.js'
import { Reading } from './reading.js'
import { type Dashboard, isLoopback, startDashboard } from './server.js'

const LOOK_MS = 250

/** `actionlog dashboard`: the log as a page, live. */
export const runDashboard: RunCommand = async (args, output, signal) => {
  const { values, positionals } = parseOptions('dashboard', args, DASHBOARD_OPTIONS)
  if (values.help) {
    output.write(helpText(DASHBOARD_HELP, output.width))
    return 0
  }
  if (positionals.length === 0)
    throw new UsageError('actionlog dashboard needs a log file\nSee `actionlog dashboard --help`.')
  const options = serverOptions(values)
  const input = recordOptions(values)
  const store = await openStore(memoryLimit(values))
  const end = endOf(signal)
  try {
    const log = await Reading.of(store, positionals)
    const dashboard = await listen({ ...options, log })
    const reading = log.run(input, end)
    const printing = printAddresses(dashboard, (text) => output.write(text))
    if (values.open) await openPage(dashboard.url, (text) => output.write(text))
    if (!end.aborted) await once(end, 'abort')
    clearInterval(printing)
    await dashboard.close()
    await reading
    return 0
  } finally {
    await store.close()
  }
}

type Values = OptionValues<typeof DASHBOARD_OPTIONS>

function serverOptions(values: Values): Omit<Parameters<typeof startDashboard>[0], 'log'> {
  const { host, port, 'self-log': selfLog } = values
  if (host !== undefined && !isLoopback(host) && !values['allow-remote'])
    throw new UsageError(
      `--host ${host} lets other machines read the log over a connection that is not encrypted; if you want that, add --allow-remote`,
    )
  return {
    timeZone: parseTimeZone(values.tz),
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port: parsePort(port) }),
    ...(selfLog !== undefined && { selfLog }),
  }
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new UsageError(`--port must be an integer from 0 to 65535; got ${JSON.stringify(text)}`)
}

async function listen(options: Parameters<typeof startDashboard>[0]): Promise<Dashboard> {
  try {
    return await startDashboard(options)
  } catch (error) {
    const { code, message, syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error
    const why = code === 'EADDRINUSE' ? 'another program listens there' : message
    throw new UsageError(`actionlog dashboard cannot listen on port ${options.port ?? 0}: ${why}`)
  }
}

/** Without a browser the dashboard goes on: its address is printed. */
async function openPage(url: string, write: (text: string) => void): Promise<void> {
  try {
    await openBrowser(url)
  } catch (error) {
    write(`No browser could be opened: ${(error as Error).message}\n`)
  }
}

/** Ctrl-C, or SIGTERM. */
function endOf(signal: AbortSignal): AbortSignal {
  const terminated = new AbortController()
  process.once('SIGTERM', () => terminated.abort())
  return AbortSignal.any([signal, terminated.signal])
}

/** Prints the address, and the one for the next browser when a key is used. */
function printAddresses(dashboard: Dashboard, write: (text: string) => void): NodeJS.Timeout {
  let printed = dashboard.url
  write(`The dashboard is at ${printed}\n`)
  return setInterval(() => {
    if (dashboard.url === printed) return
    printed = dashboard.url
    write(`A browser opened it. For another one: ${printed}\n`)
  }, LOOK_MS)
}
