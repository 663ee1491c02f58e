import { types } from 'node:util'
import { cut, escapeControls } from './escape.js'

const MAX_CHARS = 16_384
const MAX_HEAD_CHARS = 4_096
const MAX_FRAME_CHARS = 1_024
const MAX_FRAMES_CHARS = 65_536
const MAX_DEPTH = 3
const MAX_PROTOTYPES = 8
const FRAME = '\n    at '

/**
 * Returns the stack of an error, followed by the stacks of its causes. Each new line in it is a frame (`    at …`) or the
 * start of a cause (`caused by: …`). Line ends inside messages are escaped, because a message may contain what a client
 * sent. If it is not certain which lines are frames, all line ends are escaped.
 * @param related returns the causes of an error
 */
export function stackOf(thrown: unknown, related: (error: unknown) => unknown[]): string | undefined {
  let text = ''
  let isFull = false
  const add = (error: unknown, depth: number): void => {
    const lines = isFull ? undefined : linesOf(error)
    if (!lines) return
    if (text) lines[0] = `\ncaused by: ${lines[0]}`
    for (const line of lines) {
      isFull ||= text.length + line.length > MAX_CHARS
      if (!isFull) text += line
    }
    if (depth < MAX_DEPTH) for (const cause of related(error)) add(cause, depth + 1)
  }
  add(thrown, 0)
  return isFull ? `${text}…[more lines]` : text || undefined
}

/** Returns the head on one line, then the frames, each beginning with a line end. */
function linesOf(error: unknown): string[] | undefined {
  try {
    const { stack, message } = error as Error
    if (typeof stack !== 'string' || stack === '') return undefined
    const isError = types.isNativeError(error) || error instanceof Error
    const end = isError && typeof message === 'string' ? headEnd(error, stack, message) : undefined
    const starts = end === undefined ? undefined : frameStarts(stack, end)
    if (!starts) return [onOneLine(stack, MAX_CHARS - 64)]
    const frames = starts.map(
      (start, i) => `\n${onOneLine(stack.slice(start + 1, starts[i + 1]), MAX_FRAME_CHARS)}`,
    )
    return [onOneLine(stack.slice(0, starts[0]), MAX_HEAD_CHARS), ...frames]
  } catch {
    return undefined
  }
}

function onOneLine(text: string, most: number): string {
  const line = escapeControls(cut(text, most))
  return line.length <= most + 64 ? line : cut(line, most)
}

/**
 * Returns where the head (`name: message`) of the stack ends, or `undefined` if the stack does not begin with the name and
 * message of this error. That happens if the message was changed later, or if V8 did not write the stack; part of the
 * old message could then look like frames.
 */
function headEnd(error: Error, stack: string, message: string): number | undefined {
  for (const name of namesOf(error)) {
    const between = name && message ? ': ' : ''
    const start = name.length + between.length
    const end = start + message.length
    const isHead = stack.startsWith(name + between) && stack.startsWith(message, start)
    if (isHead && (end === stack.length || stack.startsWith(FRAME, end))) return end
  }
  return undefined
}

/** Returns the names that V8 may have written into the stack, which it does when the stack is first read. */
function namesOf(error: Error): Set<string> {
  const { name, code } = error as NodeJS.ErrnoException
  const names = new Set<unknown>([name])
  if (typeof name === 'string' && typeof code === 'string') names.add(`${name} [${code}]`)
  let prototype: object | null = Object.getPrototypeOf(error)
  for (let i = 0; i < MAX_PROTOTYPES && prototype; i++) {
    names.add(Reflect.get(prototype, 'name', error)).add(prototype.constructor?.name)
    prototype = Object.getPrototypeOf(prototype)
  }
  return new Set([...names].filter((each) => typeof each === 'string'))
}

/** Returns where each frame starts, or `undefined` if anything else than frames follows the head. */
function frameStarts(stack: string, headEnd: number): number[] | undefined {
  if (stack.length - headEnd > MAX_FRAMES_CHARS) return undefined
  const starts: number[] = []
  for (let start = headEnd; start < stack.length; ) {
    const next = stack.indexOf('\n', start + 1)
    const end = next < 0 ? stack.length : next
    if (!stack.startsWith(FRAME, start) || !isFrame(stack.slice(start + FRAME.length, end))) return undefined
    starts.push(start)
    start = end
  }
  // V8 writes no more frames than this, so earlier lines belong to a message that was shortened later
  const { stackTraceLimit: most } = Error
  return most > 0 && starts.length > most ? starts.slice(-most) : starts
}

// paths of scripts are absolute; a looser rule would accept lines that a client wrote into a message
const SCRIPT = /^(?:async )?(?:\/|\\\\|[A-Za-z][\w+-]*:(?!\d)|\[eval|evalmachine\.<anonymous>)/
const POSITION = /:\d{1,9}:\d{1,9}$/
const NO_SCRIPT = /^(?:native|<anonymous>|index \d{1,9}|eval at .*|wasm:.*)$/

/** Whether V8 writes frames like this, and scripts can have such a location. https://v8.dev/docs/stack-trace-api */
function isFrame(frame: string): boolean {
  const start = frame.endsWith(')') ? frame.indexOf(' (') : -1
  const location = start < 0 ? frame : frame.slice(start + 2, -1)
  return NO_SCRIPT.test(location) || (SCRIPT.test(location) && POSITION.test(location.slice(-20)))
}
