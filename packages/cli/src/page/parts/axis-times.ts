import { formatTime } from '../../time-zone/clock.js'

/** Clock times, and the date where the axis begins and where the day changes. */
export function timesOf(seconds: readonly number[], timeZone: string): string[] {
  const all = seconds.map((second) => formatTime(second * 1_000, timeZone))
  const isDaily = seconds.length > 1 && (seconds[1] as number) - (seconds[0] as number) >= 86_400
  const isFine = seconds.length > 1 && (seconds[1] as number) - (seconds[0] as number) < 60
  return all.map((text, i) => {
    if (isDaily) return text.slice(5, 10)
    const clock = text.slice(11, isFine ? 19 : 16)
    return i > 0 && all[i - 1]?.slice(0, 10) === text.slice(0, 10) ? clock : `${clock}\n${text.slice(5, 10)}`
  })
}

/** The time of a bucket, without what all buckets share: there is little room. */
export function bucketName(starts: readonly number[], width: number, at: number, timeZone: string): string {
  const [first = '', last = '', text = ''] = [starts[0], starts.at(-1), at].map((time) =>
    formatTime(time ?? 0, timeZone),
  )
  const isOneDay = first.slice(0, 10) === last.slice(0, 10)
  return text.slice(isOneDay ? 11 : 5, width % 60_000 === 0 ? 16 : 19)
}
