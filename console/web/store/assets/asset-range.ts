// The contiguous assets of one domain, and which of them changed since the last upload to the GPU.

/** Assets are numbered by (domain, id), so there is one range per domain. `from` inclusive, `to` exclusive. */
export class AssetRange {
  readonly domain: number
  readonly from: number
  readonly to: number
  /** First and last asset that changed; `dirtyFrom` > `dirtyTo` when none did. */
  dirtyFrom: number
  dirtyTo = -1

  constructor(domain: number, from: number, to: number) {
    this.domain = domain
    this.from = from
    this.to = to
    this.dirtyFrom = to
  }

  get size(): number {
    return this.to - this.from
  }

  get isDirty(): boolean {
    return this.dirtyTo >= this.dirtyFrom
  }

  /** Marks an asset as changed. */
  mark(i: number): void {
    if (i < this.dirtyFrom) this.dirtyFrom = i
    if (i > this.dirtyTo) this.dirtyTo = i
  }

  /** Marks everything as changed, e.g. after the graphics context was lost. */
  markAll(): void {
    this.dirtyFrom = this.from
    this.dirtyTo = this.to - 1
  }

  /** Marks everything as uploaded. */
  clean(): void {
    this.dirtyFrom = this.to
    this.dirtyTo = -1
  }
}

/** One range for each stretch of equal domain. */
export function domainRanges(domain: Uint8Array): AssetRange[] {
  const ranges: AssetRange[] = []
  let from = 0
  for (let i = 1; i <= domain.length; i++) {
    if (i < domain.length && domain[i] === domain[from]) continue
    ranges.push(new AssetRange(domain[from], from, i))
    from = i
  }
  return ranges
}
