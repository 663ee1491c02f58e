import { useEffect, useRef, useState } from 'preact/hooks'
import type { Scope } from '../../questions/scope.js'
import { type Answers, ask, NoSession, type Question, WrongQuestion } from './ask.js'
import { connection } from './live.js'
import { scope as pageScope } from './scope.js'

export interface AnswerState<Answer> {
  readonly asked: Asked
  /** The last answer, which stays while a newer one comes, so that nothing jumps. */
  readonly answer?: Answer
  readonly error?: string
  readonly isLoading: boolean
  readonly retry: () => void
}

/** A question, and what it is asked about. */
export interface Asked {
  readonly question: Question
  readonly scope: Scope
  readonly options: object
}

/** An answer that is on the screen, for the export. */
export interface Shown extends Asked {
  readonly answer: unknown
}

/** All that the screen shows. */
export const shown = new Set<Shown>()

/** Asks a question over the page's scope, and again when the options or the scope change; the frozen window is in it. */
export function useAnswer<Name extends Question>(
  question: Name,
  options: object = {},
  scope: Scope = pageScope.value,
): AnswerState<Answers[Name]> {
  const [state, setState] = useState<Omit<AnswerState<Answers[Name]>, 'retry' | 'asked'>>({ isLoading: true })
  const [attempt, setAttempt] = useState(0)
  const entry = useRef<Shown | undefined>(undefined)
  const leave = (): void => {
    if (entry.current) shown.delete(entry.current)
  }
  const key = JSON.stringify([scope, options, attempt])
  useEffect(() => {
    const stop = new AbortController()
    setState(({ answer }) => ({ ...(answer !== undefined && { answer }), isLoading: true }))
    ask(question, scope, options, stop.signal).then(
      (answer) => {
        leave()
        entry.current = { question, scope, options, answer }
        shown.add(entry.current)
        setState({ answer, isLoading: false })
      },
      (error: Error) => {
        if (stop.signal.aborted) return
        if (error instanceof NoSession) connection.value = 'refused'
        const isWrong = error instanceof WrongQuestion
        if (isWrong) leave() // figures of another filter would be taken for the answer
        setState(({ answer }) => ({
          ...(answer !== undefined && !isWrong && { answer }),
          error: error.message,
          isLoading: false,
        }))
      },
    )
    return () => stop.abort()
  }, [question, key])
  useEffect(() => {
    if (state.error !== undefined && connection.value === 'open') setAttempt(attempt + 1)
  }, [connection.value])
  useEffect(() => leave, [])
  return { ...state, asked: { question, scope, options }, retry: () => setAttempt(attempt + 1) }
}
