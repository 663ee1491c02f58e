export interface SpoolEntry {
  readonly records: number
  readonly bytes: Uint8Array
}
export interface SpooledEntry extends SpoolEntry {
  done(): void
}
export interface SpoolOptions {
  readonly directory: string
  readonly maxBytes: number
  readonly onDropped: (records: number) => void
  readonly onTrouble: (error: Error) => void
}
export class Spool {
  constructor(_options: SpoolOptions) {}
  get records(): number {
    return 0
  }
  async adopt(): Promise<number> {
    return 0
  }
  async append(_entry: SpoolEntry): Promise<SpooledEntry> {
    throw new Error('no')
  }
  appendSync(_entry: SpoolEntry): void {
    throw new Error('no')
  }
  async next(): Promise<SpooledEntry | undefined> {
    return undefined
  }
  close(): void {}
}
