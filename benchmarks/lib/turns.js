/**
 * Lets processes take turns, some generations of them: what the compiler makes of a process is partly luck,
 * and what else the machine does should hit all alike.
 * @param start starts the process of a name
 * @param warmUp, turn, end do something with it; `turn` gets the round, and its result is kept
 * @returns the results of the turns, by name
 */
export async function takeTurns({ names, generations, rounds, start, warmUp, turn, end }) {
  const results = new Map(names.map((name) => [name, []]))
  for (let generation = 0; generation < generations; generation++) {
    const processes = await Promise.all(names.map(async (name) => ({ name, process: await start(name) })))
    for (const { process } of processes) await warmUp(process)
    for (let round = 0; round < rounds; round++) {
      for (const { name, process } of processes) results.get(name).push(await turn(process, round))
      processes.push(processes.shift()) // none is always first
    }
    for (const { process } of processes) await end(process)
  }
  return results
}
