import { varint } from './thrift.js'

/** Indices of a dictionary as a data page has them: their width in bits, and one run of packed bits, the lowest first. */
export function packIndices(indices: Uint16Array, texts: number): Uint8Array {
  const width = Math.max(1, 32 - Math.clz32(texts - 1))
  const groups = Math.ceil(indices.length / 8)
  const head = [width, ...varint(groups * 2 + 1)]
  const bytes = new Uint8Array(head.length + groups * width)
  bytes.set(head)
  let at = head.length
  let bits = 0
  let count = 0
  for (let i = 0; i < indices.length; i++) {
    bits |= (indices[i] as number) << count
    for (count += width; count >= 8; count -= 8) {
      bytes[at++] = bits
      bits >>>= 8
    }
  }
  if (count > 0) bytes[at] = bits
  return bytes
}
