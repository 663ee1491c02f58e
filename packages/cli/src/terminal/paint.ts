import { styleText } from 'node:util'

/** What a text means, and so its colour. */
export type Tone = 'plain' | 'title' | 'faint' | 'bad' | 'warning' | 'good' | 'name'

export type Paint = (tone: Tone, text: string) => string

const STYLES = {
  title: ['bold'],
  faint: ['dim'],
  bad: ['red'],
  warning: ['yellow'],
  good: ['green'],
  name: ['cyan'],
} as const

export const paintNothing: Paint = (_, text) => text

/** Colours for a terminal, none for anything else or where `NO_COLOR` is set. */
export function paintFor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): Paint {
  const hasColors = stream.isTTY === true && !env.NO_COLOR && stream.hasColors()
  if (!hasColors) return paintNothing
  return (tone, text) =>
    tone === 'plain' || text === '' ? text : styleText([...STYLES[tone]], text, { validateStream: false })
}
