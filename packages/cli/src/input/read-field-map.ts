import { readFileSync } from 'node:fs'
import { UsageError } from '../usage-error.js'
import { type FieldMap, type FieldMapping, fieldMap, presets, type Unit } from './field-map.js'
import { isObject } from './objects.js'
import { wellFormed } from './well-formed.js'

const UNITS: readonly string[] = ['s', 'ms', 'us', 'ns'] satisfies readonly Unit[]
const RULE_HELP =
  'a path such as "req.url", a list of paths, or {"from": path, "unit": "s", "ms", "us" or "ns"}'

/**
 * Reads what `--map` names.
 * @param name a preset, or the path of a JSON file
 * @throws UsageError that says what is wrong with it
 */
export function readFieldMap(name: string): FieldMap {
  const preset = Object.hasOwn(presets, name) ? presets[name] : undefined
  if (preset) return fieldMap(preset)
  const mapping = parse(name, read(name))
  const problems = isObject(mapping) ? problemsOf(mapping) : [`must be a JSON object; got ${show(mapping)}`]
  if (problems.length > 0) throw new UsageError(`--map ${name} ${problems.join('; it ')}`)
  return fieldMap(mapping as FieldMapping)
}

function read(name: string): string {
  try {
    return readFileSync(name, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : message
    throw new UsageError(`--map must be ${Object.keys(presets).join(', ')} or a JSON file; ${name}: ${why}`)
  }
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`--map ${name} is not valid JSON: ${(error as Error).message}`)
  }
}

function problemsOf(mapping: Readonly<Record<string, unknown>>): string[] {
  const rules = Object.entries(mapping).filter(([, rule]) => !isRule(rule))
  const needed = mapping.request === undefined ? ['time', 'method', 'url'] : ['time']
  const missing = needed.filter((field) => !Object.hasOwn(mapping, field))
  return [
    ...rules.map(([field, rule]) => `must give ${JSON.stringify(field)} as ${RULE_HELP}; got ${show(rule)}`),
    ...(missing.length > 0
      ? [`must say where ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'}`]
      : []),
  ]
}

function isRule(rule: unknown): boolean {
  return isPaths(rule) || (isObject(rule) && isPaths(rule.from) && UNITS.includes(rule.unit as string))
}

function isPaths(paths: unknown): boolean {
  return Array.isArray(paths) ? paths.length > 0 && paths.every(isPath) : isPath(paths)
}

function isPath(path: unknown): boolean {
  return typeof path === 'string' && path !== ''
}

function show(value: unknown): string {
  return JSON.stringify(wellFormed({ value }).value).slice(0, 80)
}
