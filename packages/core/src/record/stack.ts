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
 * The stack of an error, then those of what caused it. A line end in it starts a frame (`    at …`) or a cause
 * (`caused by: …`) and nothing else: messages may hold what a client sent, so theirs are escaped. Where it is not
 * certain which lines are frames, all line ends are escaped.
 * @param related the causes of an error
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

/** The head in one line, then the frames, each with the line end before it. */
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
 * Where the head (`name: message`) ends, if the stack begins with exactly the error's own. After a change of the
 * message, or in a stack that is not V8's, part of the old message could pass for frames.
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

/** What V8 may have written for the error's name when its stack was first read. */
function namesOf(error: Error): Set<string> {
  const { name, code } = error as NodeJS.ErrnoException
  const names = new Set<unknown>([name, `${name} [${code}]`])
  let prototype: object | null = Object.getPrototypeOf(error)
  for (let i = 0; i < MAX_PROTOTYPES && prototype; i++) {
    names.add(Reflect.get(prototype, 'name', error)).add(prototype.constructor?.name)
    prototype = Object.getPrototypeOf(prototype)
  }
  return new Set([...names].filter((each) => typeof each === 'string'))
}

/** Where the frames start, if all that follows the head are frames. */
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
  // V8 writes no more than this: lines before them belong to a message that was shortened since
  const { stackTraceLimit: most } = Error
  return most > 0 && starts.length > most ? starts.slice(-most) : starts
}

// of a program's files all are absolute: what follows a shortened message may be a client's, who is not to invent any
const SCRIPT = /^(?:async )?(?:\/|\\\\|[A-Za-z][\w+-]*:(?!\d)|\[eval|evalmachine\.<anonymous>)/
const POSITION = /:\d{1,9}:\d{1,9}$/
const NO_SCRIPT = /^(?:native|<anonymous>|index \d{1,9}|eval at .*|wasm:.*)$/

/** Whether V8 writes such a frame, and its location is one that a script can have. https://v8.dev/docs/stack-trace-api */
function isFrame(frame: string): boolean {
  const start = frame.endsWith(')') ? frame.indexOf(' (') : -1
  const location = start < 0 ? frame : frame.slice(start + 2, -1)
  return NO_SCRIPT.test(location) || (SCRIPT.test(location) && POSITION.test(location.slice(-20)))
}
