import { scannedColumns } from '../../store/columns/scanned-row.js'

/** Numbers of fields: a column's index, or what makes a line an action, or one that needs a closer look. */
export const TIME = 30
export const LABEL = 31
const FIRST_WRAPPER = 32
const WRAPPERS = [
  'log',
  'message',
  'MESSAGE',
  '@timestamp',
  'attributes',
  'Attributes',
  'timeUnixNano',
  'Timestamp',
]

const MAX_NAME = 32
const SLOTS = 256
const names = new Uint8Array(64 * MAX_NAME)
const sizes = new Uint8Array(64)
const slots = new Int8Array(SLOTS).fill(-1)

for (const [index, { name }] of scannedColumns.entries()) enter(name, index)
enter('time', TIME)
enter('label_name', LABEL)
for (const [i, name] of WRAPPERS.entries()) enter(name, FIRST_WRAPPER + i)

/** Whether a field comes from what a container or a collector wrote around a record. */
export function isWrapper(field: number): boolean {
  return field >= FIRST_WRAPPER
}

/** @returns the field's number; -1 if it is none of ours */
export function fieldOf(bytes: Uint8Array, start: number, end: number): number {
  const size = end - start
  if (size === 0 || size > MAX_NAME) return -1
  for (let slot = slotOf(bytes, start, end); ; slot = (slot + 1) % SLOTS) {
    const field = slots[slot] as number
    if (field < 0 || (sizes[field] === size && isField(bytes, start, field))) return field
  }
}

/** The length of a field's name. */
export function nameSize(field: number): number {
  return sizes[field] as number
}

/** Whether the bytes from `start` on begin with the field's name. */
export function isField(bytes: Uint8Array, start: number, field: number): boolean {
  const size = sizes[field] as number
  const name = field * MAX_NAME
  for (let i = 0; i < size; i++) if (bytes[start + i] !== names[name + i]) return false
  return true
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] as number
  const middle = bytes[(start + end) >> 1] as number
  const last = bytes[end - 1] as number
  return Math.imul((first << 16) ^ (middle << 8) ^ last ^ ((end - start) << 4), 0x9e3779b1) >>> 24
}

function enter(name: string, field: number): void {
  const bytes = Buffer.from(name)
  names.set(bytes, field * MAX_NAME)
  sizes[field] = bytes.length
  let slot = slotOf(bytes, 0, bytes.length)
  while (slots[slot] !== -1) slot = (slot + 1) % SLOTS
  slots[slot] = field
}
