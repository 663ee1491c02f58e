import { fit, widthOf, wrap } from '../terminal/fit.js'
import type { OptionRules } from './options.js'

/** What `--help` prints of a command. */
export interface Help {
  /** What it does, in one sentence. */
  readonly about: string
  /** Each way to call it. */
  readonly usage: readonly string[]
  /** Calls, and what each is for. */
  readonly examples: readonly (readonly [call: string, purpose: string])[]
  /** Named things that the usage mentions, such as lists. */
  readonly words?: {
    readonly title: string
    readonly list: readonly (readonly [word: string, meaning: string])[]
  }
  readonly options: readonly { readonly title: string; readonly rules: OptionRules }[]
  /** What to know beyond that: exit codes. */
  readonly notes: readonly string[]
}

/** The help as text of at most `width` columns. */
export function helpText(help: Help, width: number): string {
  const blocks = [
    help.about,
    help.usage.map((line) => `  ${line}`).join('\n'),
    `Examples:\n${examples(help.examples, width)}`,
    ...(help.words ? [`${help.words.title}:\n${pairs(help.words.list, width)}`] : []),
    ...help.options.map(
      ({ title, rules }) => `${title}:\n${pairs(Object.entries(rules).map(nameAndMeaning), width)}`,
    ),
    ...help.notes.map((note) => wrap(note, width).join('\n')),
  ]
  return `${blocks.join('\n\n')}\n`
}

function nameAndMeaning([name, { short, value, about, multiple }]: [string, OptionRules[string]]): readonly [
  string,
  string,
] {
  const call = `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`
  return [call, multiple ? `${about}; repeatable` : about]
}

function examples(list: Help['examples'], width: number): string {
  const longest = Math.max(...list.map(([call]) => widthOf(call)))
  const beside = list.every(([, purpose]) => longest + widthOf(purpose) + 4 <= width)
  return list
    .map(([call, purpose]) =>
      beside ? `  ${fit(call, longest)}  ${purpose}` : `  ${call}\n      ${purpose}`,
    )
    .join('\n')
}

const MOST = 24

function pairs(list: readonly (readonly [string, string])[], width: number): string {
  const column = Math.min(MOST, Math.max(...list.map(([name]) => widthOf(name))))
  return list
    .flatMap(([name, meaning]) => {
      const [first = '', ...rest] = wrap(meaning, width - column - 4)
      const more = rest.map((line) => ' '.repeat(column + 4) + line)
      if (widthOf(name) > column) return [`  ${name}`, ' '.repeat(column + 4) + first, ...more]
      return [`  ${fit(name, column)}  ${first}`, ...more]
    })
    .join('\n')
}
