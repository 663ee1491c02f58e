const COMMON = ['time', 'label_name', 'request_id', 'user']

/** `foo=bar count=3`: the fields that have no column of their own. */
export function ownFields(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([name]) => !COMMON.includes(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}
