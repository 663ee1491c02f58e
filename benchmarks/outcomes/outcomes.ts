// Who records which outcome right: pnpm --filter benchmarks run outcomes
import { answers, type Exchange, type Outcome, type Scene } from '../../packages/koa/test/matrix/case.js'
import { clients } from '../../packages/koa/test/matrix/clients.js'
import { errors } from '../../packages/koa/test/matrix/errors.js'
import { returns } from '../../packages/koa/test/matrix/returns.js'
import { scenes } from '../../packages/koa/test/matrix/scenes.js'
import { type Stack, stacks } from '../../packages/koa/test/matrix/stacks.js'
import { type OpenStage, openStage } from '../../packages/koa/test/matrix/stage.js'
import { type Aspect, aspects, judge, type Mistakes } from './judge.js'
import { loggers } from './loggers.js'

type Case = Exchange | Scene

const groups: readonly (readonly [string, readonly Case[]])[] = [
  ['what was returned', returns],
  ['an error', errors],
  ...scenes,
]
const names = Object.keys(loggers)
const stack = stacks[0] as Stack // the newest Koa
const maxWaitMs = 300 // for records that may never come
const results: { each: Case; of: Record<string, Mistakes> }[] = []

console.log(`Node ${process.version}, ${stack.name}`)
for (const [group, cases] of groups) {
  heading(group)
  let rightByAll = 0
  for (const each of cases) {
    const of: Record<string, Mistakes> = {}
    for (const name of names) of[name] = await mistakesOf(name, each)
    results.push({ each, of })
    const cells = names.map((name) => Object.values(of[name] as Mistakes).join(', ') || 'right')
    if (cells.every((cell) => cell === 'right')) rightByAll++
    else row(each.title, ...cells)
  }
  if (rightByAll > 0) row(`${rightByAll} more`, ...names.map(() => 'right'))
}

heading('right')
for (const aspect of Object.keys(aspects) as Aspect[]) {
  const asked = results.filter(
    ({ each }) => aspect !== 'error' || expected(each).some(({ ex_message }) => ex_message),
  )
  const right = (name: string): number => asked.filter(({ of }) => !of[name]?.[aspect]).length
  row(aspects[aspect], ...names.map((name) => `${right(name)} of ${asked.length}`))
}
const flawless = (name: string): number =>
  results.filter(({ of }) => Object.keys(of[name] ?? {}).length === 0).length
row('all of it', ...names.map((name) => `${flawless(name)} of ${results.length}`))

function expected(each: Case): readonly Outcome[] {
  return 'play' in each ? each.outcomes : [each.outcome]
}

/** What a logger gets wrong of a case; of an exchange, by any client. */
async function mistakesOf(name: string, each: Case): Promise<Mistakes> {
  if ('play' in each) return run(name, each.outcomes, each.play, true)
  const mistakes: Mistakes = {}
  for (const client of clients.filter(({ protocol }) => answers(each, stack.name, protocol))) {
    const outcomes = Array.from({ length: client.times }, () => each.outcome)
    const play = async (stage: OpenStage): Promise<void> => {
      const serve = client.protocol === 'HTTP/2' ? stage.serve2 : stage.serve
      const seen = await client.run(await serve((app) => each.app(app, stage)), each.request ?? {})
      if (seen.some(({ status }) => status !== each.outcome.status_code))
        throw new Error(`${name} changes the answer: ${each.title}`)
      await stage.recorded(client.times)
    }
    Object.assign(mistakes, await run(name, outcomes, play, false, each.above))
  }
  return mistakes
}

async function run(
  name: string,
  outcomes: readonly Outcome[],
  play: (stage: OpenStage) => Promise<void>,
  broken: boolean,
  above?: Exchange['above'],
): Promise<Mistakes> {
  const { middleware, readings } = (loggers[name] as (typeof loggers)[string])()
  const stage = openStage(stack, { middleware, maxWaitMs, count: () => readings.length }, above)
  await play(stage)
  await stage.close()
  return judge(outcomes, readings, broken)
}

function heading(title: string): void {
  console.log()
  row(title, ...names)
  row(...[title, ...names].map(() => '---'))
}

function row(...cells: string[]): void {
  console.log(`| ${cells.join(' | ')} |`)
}
