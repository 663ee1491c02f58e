import { isIP } from 'node:net'

/** Where a server listens. */
export type Endpoint = { readonly host: string; readonly port: number } | { readonly path: string }

/** The endpoint of `name`, `name:port` or `[IPv6]:port`; `undefined` if the text is none of them. */
export function parseHost(text: string, port: number): Endpoint | undefined {
  const [, ipv6, name, own] = /^(?:\[([\da-f:.]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const host = ipv6 ?? name
  const number = own === undefined ? port : Number(own)
  return host !== undefined && number >= 1 && number <= 65_535 ? { host, port: number } : undefined
}

/** The servers of options that keep their rules. */
export function endpointsOf(host: string | readonly string[], port: number, path?: string): Endpoint[] {
  if (path !== undefined) return [{ path }]
  return [host].flat().map((text) => parseHost(text, port) as Endpoint)
}

/** The endpoint as errors name it. */
export function addressOf(endpoint: Endpoint): string {
  return 'path' in endpoint ? endpoint.path : `${endpoint.host}:${endpoint.port}`
}

/** The name to ask the server for (SNI), which Node does not set by itself; an IP address is none. */
export function servernameOf(endpoint: Endpoint): { servername?: string } {
  return 'host' in endpoint && !isIP(endpoint.host) ? { servername: endpoint.host } : {}
}
