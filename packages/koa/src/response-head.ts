import type { ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks' // the real one, also where a test replaces the global
import { bindEvents } from './context-binding.js'
import { reportThrown } from './guard.js'
import { serverTiming } from './server-timing.js'
import { headerText, type Visit, type VisitedResponse, visitOf } from './visit.js'

type Head = [statusCode: number, ...rest: unknown[]]

const STATUS_ALONE: Head = [0] // as nearly every head is sent: one for all of them

/**
 * Follows the head of a response, whoever sends it. All responses share one function: a closure for each would cost
 * more than all the rest.
 */
export function followHead(visit: Visit): void {
  const { res } = visit
  visit.writeHead = res.writeHead
  if (res.headersSent) {
    visit.hasHead = true
    visit.headStatus = res.statusCode
  }
  res.writeHead = writeHead as ServerResponse['writeHead']
}

function writeHead(this: VisitedResponse, statusCode: number, ...rest: unknown[]): ServerResponse {
  const visit = visitOf(this) as Visit
  const send = visit.writeHead as (...head: Head) => ServerResponse
  if (visit.hasHead || this.headersSent) return Reflect.apply(send, this, [statusCode, ...rest])
  const { socket } = visit
  const offset = this.socket && socket ? socket.bytesWritten : Number.NaN
  let result: ServerResponse
  if (rest.length === 0) {
    prepare(visit, STATUS_ALONE)
    result = send.call(this, statusCode)
  } else result = Reflect.apply(send, this, prepare(visit, [statusCode, ...rest]))
  visit.hasHead = true
  if (socket?.writable !== false) {
    visit.headStatus = this.statusCode
    visit.headOffset = offset
    visit.headTime = performance.now() - visit.request.start
  }
  return result
}

/** Does what is needed before the head is sent. @returns the head with the middleware's own headers */
function prepare(visit: Visit, head: Head): Head {
  const { request, log } = visit
  const { requestIdHeader, serverTiming: isTimed } = log.settings
  let prepared = head
  try {
    if (!visit.sendsWhole) bindEvents(visit.res, request)
    if (requestIdHeader) prepared = identify(visit, requestIdHeader, prepared)
    if (isTimed) prepared = addServerTiming(visit, prepared)
  } catch (error) {
    reportThrown(log, 'preparing the headers', error)
  }
  return prepared
}

/** Sends the request's id to the client, unless the app has set that header itself. */
function identify(visit: Visit, name: string, head: Head): Head {
  const own = headerText(headerOf(visit.res, name, head))
  visit.request.settleId(own)
  return own === undefined ? withHeader(visit, name, visit.request.requestId as string, head) : head
}

function addServerTiming(visit: Visit, head: Head): Head {
  const own = headerOf(visit.res, 'Server-Timing', head) ?? []
  const value = [own, serverTiming(visit.request)].flat().map(String)
  return withHeader(visit, 'Server-Timing', value, head)
}

/** The position of the headers among the arguments, as Node reads them; -1 if there are none. */
function placeOfHeaders(head: Head): number {
  if (head.length === 1) return -1
  if (head[2] !== undefined && head[2] !== null) return 2
  return typeof head[1] === 'object' && head[1] !== null ? 1 : -1
}

/** The value of a header in what is about to be sent. */
function headerOf(res: ServerResponse, name: string, head: Head): unknown {
  const place = placeOfHeaders(head)
  return (place < 0 ? undefined : findHeader(head[place], name)) ?? res.getHeader(name)
}

function findHeader(headers: unknown, name: string): unknown {
  const lower = name.toLowerCase()
  const entries = !Array.isArray(headers) ? Object.entries(headers as object) : pairsOf(headers)
  return entries.findLast(([key]) => String(key).toLowerCase() === lower)?.[1]
}

function pairsOf(list: readonly unknown[]): (readonly unknown[])[] {
  if (Array.isArray(list[0])) return list as (readonly unknown[])[]
  return list.flatMap((key, i) => (i % 2 === 0 ? [[key, list[i + 1]]] : []))
}

/**
 * The head with one more header, or with another value for it. Node treats the headers given to `writeHead()` differently
 * as soon as any header was set before, so ours goes where the app's are.
 */
function withHeader(visit: Visit, name: string, value: string | string[], head: Head): Head {
  const { res, stream } = visit
  const place = placeOfHeaders(head)
  const isGiven = place >= 0 && findHeader(head[place], name) !== undefined
  if (place < 0 || (!isGiven && (stream || res.getHeaderNames().length > 0))) {
    res.setHeader(name, value)
    return head
  }
  const changed: Head = [...head]
  changed[place] = isGiven ? replaceHeader(head[place], name, value) : addHeader(head[place], name, value)
  return changed
}

function addHeader(headers: unknown, name: string, value: unknown): unknown {
  if (!Array.isArray(headers)) return { ...(headers as object), [name]: value }
  if (Array.isArray(headers[0])) return [...headers, [name, value]]
  return headers.length % 2 === 0 ? [...headers, name, value] : headers // an odd list is refused as it is
}

function replaceHeader(headers: unknown, name: string, value: unknown): unknown {
  const lower = name.toLowerCase()
  const isNamed = (key: unknown): boolean => String(key).toLowerCase() === lower
  if (!Array.isArray(headers)) {
    const others = Object.entries(headers as object).filter(([key]) => !isNamed(key))
    return Object.fromEntries([...others, [name, value]])
  }
  const others = pairsOf(headers).filter(([key]) => !isNamed(key))
  const pairs = [...others, [name, value]]
  return Array.isArray(headers[0]) ? pairs : pairs.flat()
}
