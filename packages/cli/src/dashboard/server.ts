import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { Access } from './access.js'
import { createApp } from './app.js'
import type { DashboardLog } from './log.js'
import { readPageFiles } from './page-files.js'

export interface DashboardOptions {
  readonly log: DashboardLog
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Default: a free one. */
  readonly port?: number
  /** The IANA name of the zone that the page begins with. */
  readonly timeZone: string
  /** A file for the action log of the dashboard's own requests. */
  readonly selfLog?: string
}

export interface Dashboard {
  /** The address with the key for the next browser: each key opens one. */
  readonly url: string
  /** Ends all connections. */
  close(): Promise<void>
}

/** A question's address holds its filters: room for the longest text, three encoded bytes for each character. */
const MAX_ADDRESS_BYTES = 1e6

/** Serves the dashboard until it is closed. Rejects where it cannot listen. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { log, host = '127.0.0.1', port = 0, timeZone, selfLog } = options
  const access = new Access()
  const page = await readPageFiles()
  const names = new Set<string>() // known with the port
  const app = createApp({
    log,
    access,
    page,
    isOurHost: (host) => names.has(host.toLowerCase()),
    timeZone,
    ...(selfLog !== undefined && { selfLog }),
  })
  const server = createServer({ maxHeaderSize: MAX_ADDRESS_BYTES }, app.callback()).listen(port, host)
  await once(server, 'listening')
  const own = (server.address() as AddressInfo).port
  for (const name of hostNames(host)) names.add(own === 80 ? name : `${name}:${own}`)
  return {
    get url() {
      return `http://${hostNames(host)[0]}:${own}/#key=${access.key}`
    },
    close: () => close(server),
  }
}

async function close(server: Server): Promise<void> {
  const closed = once(server.close(), 'close')
  server.closeAllConnections() // the events of open pages never end by themselves
  await closed
}

/** What the Host header may say, without the port; the first is the one to print. */
function hostNames(host: string): string[] {
  if (isLoopback(host)) return [inUrl(host), '127.0.0.1', 'localhost']
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const reachable = addresses.filter(({ internal }) => !internal).map(({ address }) => inUrl(address))
  const isAny = host === '0.0.0.0' || host === '::'
  const given = isAny ? [hostname().toLowerCase(), ...reachable] : [inUrl(host)]
  return [...given, '127.0.0.1', 'localhost']
}

function inUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host.toLowerCase()
}

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
