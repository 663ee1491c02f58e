import { quantile } from './quantile.js'
import { takeTurns } from './turns.js'

export const QUIET = 0.1 // the share of rounds that are quiet ones

/** Rounds of each load in turn; see {@link takeTurns}. `run` gives a load to a process. */
export async function takeLoads({ loads, rounds, run, ...rest }) {
  const all = Object.keys(loads)
  const told = await takeTurns({
    ...rest,
    rounds: rounds * all.length,
    turn: (process, round) => run(process, loads[all[round % all.length]]),
  })
  const figures = (name, load, figure) =>
    told.get(name).flatMap((run, i) => (all[i % all.length] === load ? [run[figure]] : []))
  return {
    /** A figure of a load, at that share of its rounds. */
    at: (name, load, figure, share) => quantile(figures(name, load, figure), share),
    /** The same less that of the process called "nothing". */
    adds: (name, load, figure, share) =>
      quantile(figures(name, load, figure), share) - quantile(figures('nothing', load, figure), share),
  }
}
