// All assets as columns, laid out so that the map uploads changed bytes and nothing else.
import { OP_DELTA, type StateMessage } from '../../../messages.ts'
import { OP_OUTLINE } from '../../../packed-messages.ts'
import type { MapCatalogue } from '../connection/catalogue.ts'
import { type AssetRange, domainRanges } from './asset-range.ts'
import { mercatorX, mercatorY } from './mercator.ts'
import { StateCounts } from './state-counts.ts'
import { isAbnormal, NO_STATE, TONES, type ToneName, toneTable } from './tones.ts'

/** Bytes per asset in `dynamic`: u8 tone, u8 whether its last event made it abnormal, u16 value, f32 time of that event (s). */
export const DYNAMIC_STRIDE = 8
/** Bytes per asset in `fixed`: f32 x, f32 y (mercator, from the centre), u8 scope, 3 unused. */
export const FIXED_STRIDE = 12
/** Where the scope stands in `fixed`. */
export const SCOPE_AT = 8
/** Pulse time of an asset that has not reported while this page was open. */
export const NEVER = -1e6
/** Assets of a domain that are looked at for its high value, at most about. */
const SAMPLED = 500
/** By tone: 1 where a person should notice. */
const ABNORMAL = Uint8Array.from(TONES, (tone) => (isAbnormal(tone) ? 1 : 0))
const HIGH_SHARE = 0.95

export type MapCentre = { lon: number; lat: number }

export class EntityStore {
  readonly catalogue: MapCatalogue
  readonly size: number
  readonly centre: MapCentre
  readonly fixed: ArrayBuffer
  readonly dynamic: ArrayBuffer
  /** State byte by asset. */
  readonly state: Uint8Array
  readonly ranges: AssetRange[]
  /** Only magnitudes of values are known yet: `valueOf` is for the eye, not to be said. */
  isRough = true
  readonly counters = { outlines: 0, snapshots: 0, deltas: 0, changes: 0, turned: 0 }
  readonly #bytes: Uint8Array
  readonly #words: Uint16Array
  readonly #floats: Float32Array
  readonly #rangeOf: Uint8Array
  readonly #tones: Uint8Array[]
  readonly #counts: StateCounts
  /** Assets by domain and tone. */
  readonly #toneCounts: Uint32Array

  /**
   * `tonesByDomain[d][s]` is the tone of state byte s + 1 of domain d, `scopes` their number. Times are seconds on the
   * page's own clock.
   */
  constructor(
    catalogue: MapCatalogue,
    centre: MapCentre,
    tonesByDomain: ToneName[][],
    scopes: number,
  ) {
    const { size, domain, scope } = catalogue
    this.catalogue = catalogue
    this.size = size
    this.centre = centre
    this.fixed = new ArrayBuffer(size * FIXED_STRIDE)
    fillFixed(this.fixed, catalogue, centre)
    this.dynamic = new ArrayBuffer(size * DYNAMIC_STRIDE)
    this.state = new Uint8Array(size)
    this.ranges = domainRanges(domain)
    this.#bytes = new Uint8Array(this.dynamic)
    this.#words = new Uint16Array(this.dynamic)
    this.#floats = new Float32Array(this.dynamic)
    this.#rangeOf = new Uint8Array(size)
    for (const [index, { from, to }] of this.ranges.entries()) this.#rangeOf.fill(index, from, to)
    this.#tones = catalogue.domains.map((_, d) => toneTable(tonesByDomain[d] ?? []))
    this.#counts = new StateCounts(catalogue.domains.length, scopes)
    this.#toneCounts = new Uint32Array(catalogue.domains.length * TONES.length)
    for (let i = 0; i < size; i++) {
      this.#floats[2 * i + 1] = NEVER
      this.#counts.add(domain[i], scope[i], NO_STATE)
      this.#toneCounts[domain[i] * TONES.length]++
    }
  }

  /** Whether anything has said how the assets are. */
  get isFilled(): boolean {
    return this.counters.outlines + this.counters.snapshots > 0
  }

  valueOf(i: number): number {
    return this.#words[4 * i + 1]
  }

  toneOf(i: number): ToneName {
    return TONES[this.#bytes[DYNAMIC_STRIDE * i]]
  }

  /** The first asset of a domain in a scope (0 = anywhere) after number `after`, and round again; -1 = there is none. */
  next(domain: string, scope: number, after: number): number {
    const { domains, domain: domainOf, scope: scopeOf } = this.catalogue
    const wanted = domains.indexOf(domain)
    const fits = (i: number) => domainOf[i] === wanted && (scope === 0 || scopeOf[i] === scope)
    for (let k = 1; k <= this.size; k++) {
      const i = (after + k) % this.size
      if (fits(i)) return i
    }
    return -1
  }

  /** False = assets stand where they stand but for half a kilometre. */
  get isExact(): boolean {
    return this.catalogue.refine === undefined
  }

  /** Takes the fine part of the catalogue. */
  refine(fine: ArrayBuffer): void {
    this.catalogue.refine?.(fine)
    fillFixed(this.fixed, this.catalogue, this.centre)
  }

  /** Longitude and latitude. */
  placeOf(i: number): [number, number] {
    return [this.catalogue.lon[i], this.catalogue.lat[i]]
  }

  /** Assets of a domain in a state, in one scope or (scope 0) everywhere. */
  count(domainIndex: number, stateByte: number, scopeIndex = 0): number {
    return this.#counts.count(domainIndex, stateByte, scopeIndex)
  }

  /** Assets of a domain by tone (index as in TONES). */
  toneCounts(domainIndex: number): number[] {
    const at = domainIndex * TONES.length
    return [...this.#toneCounts.subarray(at, at + TONES.length)]
  }

  /**
   * Applies a snapshot or an outline (no pulse: it says what is, not what happened) or a delta (its assets pulse, spread over
   * `spread` seconds because a delta gathers that much). Returns the number of assets written.
   */
  apply(message: StateMessage, now: number, spread: number): number {
    const { op, number, state, value } = message
    if (op !== OP_DELTA || number === null) {
      if (state.length !== this.size)
        throw new Error(`snapshot: ${state.length} assets, expected ${this.size}`)
      for (let i = 0; i < this.size; i++) this.#set(i, state[i], value[i])
      this.isRough = op === OP_OUTLINE
      if (this.isRough) this.counters.outlines++
      else this.counters.snapshots++
      return this.size
    }
    for (let k = 0; k < state.length; k++) {
      const i = number[k]
      if (i >= this.size) throw new Error(`delta: asset ${i}, expected below ${this.size}`)
      this.#set(i, state[k], value[k])
      this.#floats[2 * i + 1] = now + spread * phase(i)
    }
    this.counters.deltas++
    this.counters.changes += state.length
    return state.length
  }

  /** Marks everything as changed, e.g. after the graphics context was lost. */
  markAll(): void {
    for (const range of this.ranges) range.markAll()
  }

  /** The value that 95 % of a domain's reporting assets stay below; at least 1. */
  highValue({ from, to, size }: AssetRange): number {
    const sample = new Uint16Array(2 * SAMPLED)
    const step = Math.max(1, Math.floor(size / SAMPLED))
    let n = 0
    for (let i = from; i < to; i += step)
      if (this.state[i] !== NO_STATE) sample[n++] = this.valueOf(i)
    return Math.max(1, sample.subarray(0, n).sort()[Math.floor(n * HIGH_SHARE)] ?? 1)
  }

  #set(i: number, nextState: number, value: number): void {
    const { domain, scope } = this.catalogue
    const at = DYNAMIC_STRIDE * i
    const before = this.#bytes[at]
    const tone = this.#tones[domain[i]][nextState]
    if (nextState !== this.state[i]) {
      this.#counts.move(domain[i], scope[i], this.state[i], nextState)
      this.state[i] = nextState
      const tones = domain[i] * TONES.length
      this.#toneCounts[tones + before]--
      this.#toneCounts[tones + tone]++
    }
    const turned = ABNORMAL[tone] === 1 && ABNORMAL[before] === 0 ? 1 : 0
    this.counters.turned += turned
    this.#bytes[at + 1] = turned
    this.#bytes[at] = tone
    this.#words[4 * i + 1] = value
    this.ranges[this.#rangeOf[i]].mark(i)
  }
}

/** A fixed fraction in [0, 1) per asset, so that one delta does not flash as one. */
const phase = (i: number): number => (Math.imul(i, 2654435761) >>> 16) / 65536

function fillFixed(buffer: ArrayBuffer, catalogue: MapCatalogue, centre: MapCentre): void {
  const floats = new Float32Array(buffer)
  const bytes = new Uint8Array(buffer)
  const x0 = mercatorX(centre.lon)
  const y0 = mercatorY(centre.lat)
  for (let i = 0; i < catalogue.size; i++) {
    floats[3 * i] = mercatorX(catalogue.lon[i]) - x0
    floats[3 * i + 1] = mercatorY(catalogue.lat[i]) - y0
    bytes[FIXED_STRIDE * i + SCOPE_AT] = catalogue.scope[i]
  }
}
