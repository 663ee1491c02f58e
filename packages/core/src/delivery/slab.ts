const SLAB_BYTES = 16_384
const SMALL_BYTES = 1_024

let slab: Buffer = Buffer.alloc(0)

/** Makes a buffer. Small ones share memory, because many small chunks with a buffer each would cost more than their bytes. */
export function newBuffer(bytes: number): Buffer {
  if (bytes > SMALL_BYTES) return Buffer.allocUnsafeSlow(bytes)
  if (bytes > slab.length) slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
  const buffer = slab.subarray(0, bytes)
  slab = slab.subarray(bytes)
  return buffer
}
