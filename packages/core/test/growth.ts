/** How many times the CPU time four times the work takes, medians of five: 4 where it is linear. */
export function cpuGrowth(work: (size: number) => unknown, size: number): number {
  const median = (amount: number): number => {
    const times = Array.from({ length: 5 }, () => {
      const start = process.cpuUsage()
      work(amount)
      const { user, system } = process.cpuUsage(start)
      return user + system
    })
    return times.sort((a, b) => a - b)[2] as number
  }
  work(size) // or its compilation would count
  const one = median(size)
  return median(size * 4) / Math.max(one, MIN_MICROSECONDS)
}

/** Less is noise: what takes no longer for four times as much grows by nothing that matters. */
const MIN_MICROSECONDS = 5_000
