// All assets as columns, laid out so that the map uploads changed bytes and nothing else.
import { OP_SNAPSHOT, type StateMessage } from '../../messages.ts'
import type { MapCatalogue } from './connection/catalogue.ts'
import { mercatorX, mercatorY } from './mercator.ts'

/** What a state byte means to the eye; index = the byte the GPU gets. */
export const TONES = ['none', 'normal', 'warning', 'critical', 'offline', 'muted'] as const
export type ToneName = (typeof TONES)[number]
const NONE = 0
const STALE_STATE = 255
const STALE_TONE = TONES.indexOf('offline')

/** Bytes per asset in `dynamic`: u8 tone, u8 unused, u16 value, f32 time of the last event (s). */
export const DYNAMIC_STRIDE = 8
/** Bytes per asset in `fixed`: f32 x, f32 y (mercator, from the centre), u8 scope, 3 unused. */
export const FIXED_STRIDE = 12
/** Pulse time of an asset that has not reported while this page was open. */
export const NEVER = -1e6

/** Contiguous assets of one domain; `from` inclusive, `to` exclusive; dirtyFrom > dirtyTo when clean. */
export type Run = { domain: number; from: number; to: number; dirtyFrom: number; dirtyTo: number }

export type EntityStore = ReturnType<typeof createEntities>

/**
 * Columns for `catalogue`; `tonesByDomain[d][s]` is the tone of state byte s + 1 of domain d, `scopes` their number.
 * Times are seconds on the page's own clock.
 */
export function createEntities(
  catalogue: MapCatalogue,
  centre: { lon: number; lat: number },
  tonesByDomain: ToneName[][],
  scopes: number,
) {
  const { size, domain, scope } = catalogue
  const fixed = fixedColumns(catalogue, centre)
  const dynamic = new ArrayBuffer(size * DYNAMIC_STRIDE)
  const bytes = new Uint8Array(dynamic)
  const words = new Uint16Array(dynamic)
  const floats = new Float32Array(dynamic)
  const state = new Uint8Array(size)
  const runs = domainRuns(domain)
  const runOf = new Uint8Array(size)
  for (const [index, run] of runs.entries()) runOf.fill(index, run.from, run.to)
  const tones = catalogue.domains.map((_, d) => toneTable(tonesByDomain[d] ?? []))
  const counts = new Uint32Array(catalogue.domains.length * scopes * 256)
  const counters = { snapshots: 0, deltas: 0, changes: 0 }
  for (let i = 0; i < size; i++) {
    floats[2 * i + 1] = NEVER
    counts[(domain[i] * scopes + scope[i]) * 256]++
  }

  function set(i: number, nextState: number, value: number): void {
    const cell = (domain[i] * scopes + scope[i]) * 256
    counts[cell + state[i]]--
    counts[cell + nextState]++
    state[i] = nextState
    bytes[DYNAMIC_STRIDE * i] = tones[domain[i]][nextState]
    words[4 * i + 1] = value
    const run = runs[runOf[i]]
    if (i < run.dirtyFrom) run.dirtyFrom = i
    if (i > run.dirtyTo) run.dirtyTo = i
  }

  return {
    size,
    catalogue,
    centre,
    fixed,
    dynamic,
    state,
    runs,
    counters,
    valueOf: (i: number): number => words[4 * i + 1],
    toneOf: (i: number): ToneName => TONES[bytes[DYNAMIC_STRIDE * i]],
    /** Assets of `domainIndex` in `stateByte`, in one scope or (scope 0) everywhere. */
    count(domainIndex: number, stateByte: number, scopeIndex = 0): number {
      if (scopeIndex > 0) return counts[(domainIndex * scopes + scopeIndex) * 256 + stateByte]
      let sum = 0
      for (let s = 0; s < scopes; s++) sum += counts[(domainIndex * scopes + s) * 256 + stateByte]
      return sum
    },
    /**
     * Applies a snapshot (no pulse: it says what is, not what happened) or a delta (its assets pulse, spread over
     * `spread` seconds because a delta gathers that much). Returns the number of assets written.
     */
    apply(message: StateMessage, now: number, spread: number): number {
      const { number } = message
      const length = message.state.length
      if (message.op === OP_SNAPSHOT || number === null) {
        if (length !== size) throw new Error(`snapshot: ${length} assets, expected ${size}`)
        for (let i = 0; i < size; i++) set(i, message.state[i], message.value[i])
        counters.snapshots++
        return size
      }
      for (let k = 0; k < length; k++) {
        const i = number[k]
        if (i >= size) throw new Error(`delta: asset ${i}, expected below ${size}`)
        set(i, message.state[k], message.value[k])
        floats[2 * i + 1] = now + spread * phase(i)
      }
      counters.deltas++
      counters.changes += length
      return length
    },
    /** Marks a run as uploaded. */
    clean(run: Run): void {
      run.dirtyFrom = run.to
      run.dirtyTo = -1
    },
    /** Marks everything as changed, e.g. after the graphics context was lost. */
    soil(): void {
      for (const run of runs) {
        run.dirtyFrom = run.from
        run.dirtyTo = run.to - 1
      }
    },
    /** Assets of a domain by tone (index as in TONES). */
    toneCounts(domainIndex: number): number[] {
      const sums = TONES.map(() => 0)
      for (let s = 0; s < scopes; s++) {
        const cell = (domainIndex * scopes + s) * 256
        for (let code = 0; code < 256; code++) sums[tones[domainIndex][code]] += counts[cell + code]
      }
      return sums
    },
    /** The value that 95 % of a domain's reporting assets stay below; at least 1. */
    highValue(run: Run): number {
      const sample: number[] = []
      const step = Math.max(1, Math.floor((run.to - run.from) / 2000))
      for (let i = run.from; i < run.to; i += step)
        if (state[i] !== NONE) sample.push(words[4 * i + 1])
      sample.sort((a, b) => a - b)
      return Math.max(1, sample[Math.floor(sample.length * 0.95)] ?? 1)
    },
  }
}

/** A fixed fraction in [0, 1) per asset, so that one delta does not flash as one. */
const phase = (i: number): number => (Math.imul(i, 2654435761) >>> 16) / 65536

function toneTable(states: ToneName[]): Uint8Array {
  const table = new Uint8Array(256)
  states.forEach((tone, index) => {
    table[index + 1] = TONES.indexOf(tone)
  })
  table[STALE_STATE] = STALE_TONE
  return table
}

/** Runs of equal domain; assets are numbered by (domain, id), so there is one per domain. */
export function domainRuns(domain: Uint8Array): Run[] {
  const runs: Run[] = []
  for (let i = 0; i < domain.length; i++) {
    const last = runs.at(-1)
    if (last && last.domain === domain[i]) last.to = i + 1
    else runs.push({ domain: domain[i], from: i, to: i + 1, dirtyFrom: i, dirtyTo: -1 })
  }
  for (const run of runs) run.dirtyFrom = run.to
  return runs
}

function fixedColumns(catalogue: MapCatalogue, centre: { lon: number; lat: number }): ArrayBuffer {
  const buffer = new ArrayBuffer(catalogue.size * FIXED_STRIDE)
  const floats = new Float32Array(buffer)
  const bytes = new Uint8Array(buffer)
  const x0 = mercatorX(centre.lon)
  const y0 = mercatorY(centre.lat)
  for (let i = 0; i < catalogue.size; i++) {
    floats[3 * i] = mercatorX(catalogue.lon[i]) - x0
    floats[3 * i + 1] = mercatorY(catalogue.lat[i]) - y0
    bytes[FIXED_STRIDE * i + 8] = catalogue.scope[i]
  }
  return buffer
}
