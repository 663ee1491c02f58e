import { crc32 } from 'node:zlib'

/** The bytes of one batch of records, and how many records are in them. */
export interface SpoolEntry {
  readonly records: number
  readonly bytes: Uint8Array
}

/** The header of a frame. */
export interface FrameHeader {
  readonly done: boolean
  readonly records: number
  /** Bytes of the entry. */
  readonly length: number
  readonly crc: number
}

// magic | state | length | records | CRC of the entry | CRC of the three fields before, checked before they are used
const STATE_AT = 4
const LENGTH_AT = 8
const RECORDS_AT = 12
const CRC_AT = 16
const HEADER_CRC_AT = 20
export const HEADER_BYTES = 24

/** The first bytes of a frame. No UTF-8 text contains them. */
export const MAGIC: Buffer = Buffer.from([0xff, 0xa1, 0x06, 0xfe])

/** The state of an entry that is done. An entry with any other state is sent again, so damage loses none. */
const DONE: Buffer = Buffer.from([0xd0, 0x4e, 0xd0, 0x4e])

/** The bytes that mark an entry as done, and where in the frame they are written. */
export const doneMark: { readonly bytes: Buffer; readonly at: number } = { bytes: DONE, at: STATE_AT }

/** Returns the bytes of an entry's frame. */
export function frameBytes(entry: SpoolEntry): number {
  return HEADER_BYTES + entry.bytes.length
}

/** @param salt the segment's own, so that the content of an entry never looks like a frame of the segment */
export function encodeFrame({ records, bytes }: SpoolEntry, salt: number): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + bytes.length)
  frame.set(MAGIC)
  frame.writeUInt32BE(0, STATE_AT)
  frame.writeUInt32BE(bytes.length, LENGTH_AT)
  frame.writeUInt32BE(records, RECORDS_AT)
  frame.writeUInt32BE(crc32(bytes), CRC_AT)
  frame.writeUInt32BE(headerCrc(frame, salt), HEADER_CRC_AT)
  frame.set(bytes, HEADER_BYTES)
  return frame
}

/** Reads the header at the beginning of `bytes`; `undefined` if there is no whole one, or a damaged one. */
export function decodeHeader(bytes: Buffer, salt: number): FrameHeader | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32BE(HEADER_CRC_AT) !== headerCrc(bytes, salt))
    return undefined
  return {
    done: bytes.subarray(STATE_AT, LENGTH_AT).equals(DONE),
    length: bytes.readUInt32BE(LENGTH_AT),
    records: bytes.readUInt32BE(RECORDS_AT),
    crc: bytes.readUInt32BE(CRC_AT),
  }
}

function headerCrc(header: Buffer, salt: number): number {
  return crc32(header.subarray(LENGTH_AT, HEADER_CRC_AT), salt)
}
