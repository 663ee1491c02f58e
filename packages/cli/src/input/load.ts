import type { OpenStore } from '../store/open.js'
import { localZone } from '../time-zone/names.js'
import { Batches } from './batch.js'
import { openBytes } from './bytes.js'
import { isCutLine, isWhole } from './cut-line.js'
import type { ReadPart } from './file-head.js'
import { type Counts, Intake, noCounts } from './intake.js'
import { wholeLines } from './lines.js'
import type { Notices } from './pieces.js'
import type { RecordOptions } from './record.js'
import { expandLive, findSources, pathOf, type Source } from './sources.js'

export interface LoadOptions extends RecordOptions {
  /** Called after each 8 MB or so. */
  onProgress?: (progress: Progress) => void
  /** Ends the loading, which then rejects with the signal's reason. What is loaded stays. */
  signal?: AbortSignal
  /** Leaves last lines without a newline to `follow()`, whose `load` gives the positions. Default: false. */
  isFollowed?: boolean
}

export interface Progress extends Counts {
  readonly readBytes: number
  /** 0 if standard input is read: its end is not known. */
  readonly totalBytes: number
  readonly elapsedMs: number
  /** Estimated from the speed so far. */
  readonly remainingMs: number | undefined
}

/** What was loaded. `counts.pieces` is always the sum of requests, labelled, rejected and blank. */
export interface Loaded {
  readonly counts: Counts
  readonly files: readonly string[]
  readonly notices: Notices
  /** Files of which only the first part could be read, and why. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[]
  /** How far each uncompressed file was read. */
  readonly positions: ReadonlyMap<string, ReadPart>
  /** The zone that was taken where a time named none, if there was such a time. */
  readonly assumedZone: string | undefined
}

/**
 * Reads files, globs, folders and `-` into the store. No line counts twice, nothing in a file stops the run.
 * @throws InputError if a path cannot be read at all
 */
export async function load(
  store: OpenStore,
  paths: readonly string[],
  options: LoadOptions = {},
): Promise<Loaded> {
  const sources = await findSources(paths)
  const growing = new Set(options.isFollowed ? await expandLive(paths) : [])
  const loading = new Loading(store, sources, growing, options)
  await store.filling.beginLoading()
  try {
    for (const source of sources) await loading.readSource(source)
    return await loading.end()
  } finally {
    await store.filling.endLoading()
  }
}

/** The end of a file that is the beginning of the next one's first line. */
interface CutLine {
  readonly bytes: Buffer
  readonly intake: Intake
}

class Loading {
  readonly #batches: Batches
  readonly #sources: readonly Source[]
  readonly #growing: ReadonlySet<string>
  readonly #options: LoadOptions
  readonly #counts = noCounts()
  readonly #notices: Notices = { assumedZone: 0, nulBytes: 0, notUtf8: 0 }
  readonly #damaged: { path: string; reason: string }[] = []
  readonly #positions = new Map<string, ReadPart>()
  readonly #start = performance.now()
  readonly #totalBytes: number
  #doneBytes = 0
  #cut: CutLine | undefined

  /** @param growing files whose last line may not be written yet */
  constructor(
    store: OpenStore,
    sources: readonly Source[],
    growing: ReadonlySet<string>,
    options: LoadOptions,
  ) {
    this.#batches = new Batches(store.filling)
    this.#sources = sources
    this.#growing = growing
    this.#options = options
    const hasStdin = sources.some(({ path }) => path === '-')
    this.#totalBytes = hasStdin ? 0 : sources.reduce((sum, { size }) => sum + size, 0)
  }

  async readSource(source: Source): Promise<void> {
    const bytes = await openBytes(await pathOf(source))
    const intake = new Intake(source.path, this.#counts, this.#options)
    const isCompressed = bytes.uncompressedSize !== undefined
    try {
      for await (const piece of wholeLines(bytes)) {
        this.#options.signal?.throwIfAborted()
        if (piece.kind === 'lines') this.#addLines(piece.bytes, intake)
        else if (piece.kind === 'long')
          intake.reject(piece.reason, piece.text, piece.length, this.#batches.current)
        else if (isCompressed || !this.#growing.has(source.path)) this.#endFile(piece.bytes, intake)
        if (this.#batches.current.isFull) await this.#batches.flush()
        this.#report(bytes.position)
      }
    } finally {
      await bytes.close()
    }
    intake.end(this.#batches.current)
    if (bytes.head) this.#positions.set(source.path, { head: bytes.head, offset: intake.position.offset })
    for (const [name, count] of Object.entries(intake.notices)) this.#notices[name as keyof Notices] += count
    if (bytes.damage !== undefined) this.#damaged.push({ path: source.path, reason: bytes.damage })
    this.#doneBytes += source.size
  }

  async end(): Promise<Loaded> {
    this.#rejectCut()
    await this.#batches.flushAll()
    this.#report(0)
    const isAssumed = this.#notices.assumedZone > 0
    return {
      counts: { ...this.#counts },
      files: this.#sources.map(({ path }) => path),
      notices: this.#notices,
      damaged: this.#damaged,
      positions: this.#positions,
      assumedZone: isAssumed ? (this.#options.assumedZone ?? localZone()) : undefined,
    }
  }

  #addLines(bytes: Buffer, intake: Intake, cut: Buffer | undefined = this.#takeCut(bytes)): void {
    const lines = cut ? Buffer.concat([cut, bytes]) : bytes
    intake.addLines(lines, this.#batches.current, cut?.length)
  }

  /** A last line without a newline: whole, or cut in two by a rotation. */
  #endFile(bytes: Buffer, intake: Intake): void {
    const line = Buffer.concat([bytes, Buffer.from('\n')])
    const cut = this.#takeCut(line)
    if (cut || line[0] !== 0x7b || isWhole(line)) this.#addLines(line, intake, cut)
    else this.#cut = { bytes: Buffer.from(bytes), intake }
  }

  /** The cut line, if it and the first one of these make one record and the latter alone does not. */
  #takeCut(bytes: Buffer): Buffer | undefined {
    const cut = this.#cut
    if (!cut) return undefined
    const first = bytes.subarray(0, bytes.indexOf('\n'))
    if (!isCutLine(cut.bytes, first)) {
      this.#rejectCut()
      return undefined
    }
    this.#cut = undefined
    return cut.bytes
  }

  #rejectCut(): void {
    const cut = this.#cut
    this.#cut = undefined
    cut?.intake.addLines(Buffer.concat([cut.bytes, Buffer.from('\n')]), this.#batches.current)
  }

  #report(position: number): void {
    const readBytes = this.#doneBytes + position
    const elapsedMs = performance.now() - this.#start
    const remainingMs =
      this.#totalBytes > 0 && readBytes > 0
        ? Math.max(0, (elapsedMs / readBytes) * (this.#totalBytes - readBytes))
        : undefined
    this.#options.onProgress?.({
      ...this.#counts,
      readBytes,
      totalBytes: this.#totalBytes,
      elapsedMs,
      remainingMs,
    })
  }
}
