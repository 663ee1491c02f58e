import { open } from 'node:fs/promises'
import { openBytes } from './bytes.js'

const SAMPLE_BYTES = 4_096

interface Sample<File> {
  readonly file: File
  /** Uncompressed. */
  readonly length: number
  readonly isCompressed: boolean
  readonly head: Buffer
}

/** Leaves out each file whose bytes are the beginning of another's: it was copied, or compressed, from that one. */
export async function withoutCopies<File extends { readonly path: string; readonly size: number }>(
  files: readonly File[],
): Promise<File[]> {
  const samples: Sample<File>[] = []
  for (const file of files) samples.push(await sample(file))
  samples.sort((a, b) => b.length - a.length)
  const kept: Sample<File>[] = []
  for (const each of samples) {
    let isCopy = false
    for (const longer of kept) isCopy ||= await isBeginning(each, longer)
    if (!isCopy) kept.push(each)
  }
  return kept.map(({ file }) => file)
}

async function sample<File extends { readonly path: string; readonly size: number }>(
  file: File,
): Promise<Sample<File>> {
  const head = Buffer.alloc(SAMPLE_BYTES)
  if (file.size === 0) return { file, length: 0, isCompressed: false, head: head.subarray(0, 0) }
  const bytes = await openBytes(file.path)
  let length = 0
  try {
    for (let read = -1; read !== 0 && length < SAMPLE_BYTES; length += read)
      read = await bytes.read(head, length)
  } finally {
    await bytes.close()
  }
  const { uncompressedSize } = bytes
  return {
    file,
    length: Math.max(length, uncompressedSize ?? file.size),
    isCompressed: uncompressedSize !== undefined,
    head: head.subarray(0, length),
  }
}

async function isBeginning<File extends { readonly path: string }>(
  shorter: Sample<File>,
  longer: Sample<File>,
): Promise<boolean> {
  const { length } = shorter.head
  if (length === 0 || !longer.head.subarray(0, length).equals(shorter.head)) return false
  if (length < SAMPLE_BYTES || shorter.isCompressed || longer.isCompressed) return true
  const at = shorter.length - SAMPLE_BYTES
  return (await readAt(shorter.file.path, at)).equals(await readAt(longer.file.path, at))
}

async function readAt(path: string, position: number): Promise<Buffer> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, position)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
