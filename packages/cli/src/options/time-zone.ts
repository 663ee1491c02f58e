import { canonicalZone, localZone } from '../time-zone/names.js'
import { UsageError } from '../usage-error.js'

/**
 * The IANA name of the zone that `--tz` names: `Europe/Berlin`, `UTC`, `+09:00`. Default: the computer's.
 * @throws UsageError
 */
export function parseTimeZone(text: string | undefined, option = '--tz'): string {
  const zone = text ?? process.env.TZ?.replace(/^:/, '') ?? ''
  const [, sign, hours, minutes = '00'] = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?$/i.exec(zone) ?? []
  // the names of the fixed zones have the sign of POSIX: Etc/GMT-9 is nine hours ahead
  if (sign && minutes === '00' && Number(hours) <= (sign === '+' ? 14 : 12))
    return Number(hours) === 0 ? 'UTC' : `Etc/GMT${sign === '+' ? '-' : '+'}${Number(hours)}`
  const found = zone === '' || zone === 'local' ? localZone() : canonicalZone(zone)
  if (found) return found
  if (text === undefined) return localZone()
  throw new UsageError(
    `${option} must be a time zone such as Europe/Berlin, UTC or +09:00; got ${JSON.stringify(text)}`,
  )
}
