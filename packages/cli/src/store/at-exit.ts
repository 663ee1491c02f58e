const tasks = new Set<() => void>()

/**
 * Does the task when the process exits, the latest first. One listener serves all open stores: Node warns of more than
 * ten.
 * @returns what takes it back
 */
export function atExit(task: () => void): () => void {
  if (tasks.size === 0) process.prependListener('exit', doAll)
  tasks.add(task)
  return () => {
    tasks.delete(task)
    if (tasks.size === 0) process.off('exit', doAll)
  }
}

function doAll(): void {
  for (const task of [...tasks].toReversed()) task()
}
