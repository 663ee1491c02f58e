import { performance } from 'node:perf_hooks'
import { setImmediate, setTimeout } from 'node:timers'
import { isMainThread } from 'node:worker_threads'
import { runExitHooks } from './on-exit.js'
import { slot } from './shared.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof SIGNALS)[number]

/** What the end of the process needs of an open action log. */
export interface Delivering {
  flush(): Promise<void>
  /** How many records its handlers were given so far. */
  readonly written: number
  /** How long its delivery may take at the end. */
  readonly closeTimeoutMs: number
}

const HIDDEN_MS = 1_000

const state = slot('signals', () => ({
  logs: new Set<Delivering>(),
  hangups: new Set<() => void>(),
  ending: undefined as Promise<void> | undefined,
  receivers: {
    SIGINT: (...args: unknown[]): void => receive('SIGINT', isReal(args)),
    SIGTERM: (...args: unknown[]): void => receive('SIGTERM', isReal(args)),
    SIGHUP: (...args: unknown[]): void => receive('SIGHUP', isReal(args)),
  } satisfies Record<Signal, NodeJS.SignalsListener>,
  /** Somebody added or removed a listener: ours must still be there, and be the first. */
  onChange: (event: string | symbol): void => {
    if (SIGNALS.includes(event as Signal)) void Promise.resolve().then(listen)
  },
}))

/**
 * Delivers the log's records when SIGINT, SIGTERM or SIGHUP comes. If nobody else listens to the signal it is raised
 * again after that, or after `closeTimeoutMs`, so that the process ends as it would have; otherwise ending is up to
 * those who listen. The listener keeps no process alive, and exists only while a log does.
 * @returns stops that
 */
export function deliverOnSignals(log: Delivering): () => void {
  return join(state.logs, log)
}

/**
 * Runs `hook` at each SIGHUP, which then does not end the process. All hooks share one listener.
 * @returns a function that removes the hook
 */
export function onHangup(hook: () => void): () => void {
  return join(state.hangups, hook)
}

/**
 * While a signal is ending the process: a promise that resolves if the process survives it. Otherwise `undefined`. A
 * framework's middleware awaits it before it starts another request, so that delivery comes to an end.
 */
export function processEnding(): Promise<void> | undefined {
  return state.ending
}

function join<T>(members: Set<T>, member: T): () => void {
  members.add(member)
  listen()
  return () => {
    members.delete(member)
    listen()
  }
}

/** Brings the listeners in line with what is needed. Signals come to the main thread only. */
function listen(): void {
  if (!isMainThread) return
  const isAnyNeeded = SIGNALS.map((signal) => {
    const isNeeded = state.logs.size > 0 || (signal === 'SIGHUP' && state.hangups.size > 0)
    const ours = state.receivers[signal]
    const isThere = process.listeners(signal)[0] === ours
    if (isNeeded !== isThere || !isNeeded) process.off(signal, ours)
    // first: those of the app that run only once would be gone when it looks for them
    if (isNeeded && !isThere) process.prependListener(signal, ours)
    return isNeeded
  }).includes(true)
  for (const event of ['newListener', 'removeListener'] as const) {
    process.off(event, state.onChange)
    if (isAnyNeeded) process.on(event, state.onChange)
  }
}

/** Node passes a signal's name and number; `process.emit('SIGTERM')` by the app ends no process. */
function isReal(args: readonly unknown[]): boolean {
  return typeof args[1] === 'number'
}

function receive(signal: Signal, isReal: boolean): void {
  if (signal === 'SIGHUP' && state.hangups.size > 0) {
    for (const hook of state.hangups) hook()
  } else if (isHeard(signal) || process.pid === 1 || !isReal) {
    // such a listener may end the process only if it is alone: it shall not see ours, until all have run
    process.off(signal, state.receivers[signal])
    for (const log of state.logs) void log.flush()
  } else {
    state.ending ??= end(signal)
  }
}

/** Whether somebody else listens, now. */
function isHeard(signal: Signal): boolean {
  return (
    process.listeners(signal).filter((listener) => listener !== state.receivers[signal]).length >
    onlyIfAlone()
  )
}

/** How many listeners are signal-exit's, which many packages bring along: they do nothing if others listen. */
function onlyIfAlone(): number {
  const { __signal_exit_emitter__: version3 } = process as { __signal_exit_emitter__?: { count?: number } }
  const version4 = (globalThis as Record<symbol, { count?: number } | undefined>)[
    Symbol.for('signal-exit emitter')
  ]
  return (version3?.count ?? 0) + (version4?.count ?? 0)
}

async function end(signal: Signal): Promise<void> {
  const logs = [...state.logs]
  const deadline = performance.now() + Math.max(...logs.map(({ closeTimeoutMs }) => closeTimeoutMs))
  await deliver(logs, deadline)
  if (!isHeard(signal)) runExitHooks(Math.max(0, deadline - performance.now()))
  for (const event of ['newListener', 'removeListener'] as const) process.off(event, state.onChange)
  for (const each of SIGNALS) process.off(each, state.receivers[each])
  process.kill(process.pid, signal)
  // still here: a listener that others cannot see ends the process, or the app has one by now
  await new Promise((resolve) => setTimeout(resolve, HIDDEN_MS).unref())
  state.ending = undefined
  listen()
}

/** Until no record came while the others were delivered: requests that had begun still end meanwhile. */
async function deliver(logs: readonly Delivering[], deadline: number): Promise<void> {
  const timeout = new Promise<void>((resolve) => setTimeout(resolve, deadline - performance.now()))
  const written = (): number => logs.reduce((sum, log) => sum + log.written, 0)
  let before: number
  do {
    before = written()
    await Promise.race([Promise.all(logs.map((log) => log.flush())), timeout])
    await new Promise((resolve) => setImmediate(resolve))
  } while (written() > before && performance.now() < deadline)
}
