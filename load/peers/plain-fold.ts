// The KPIs as somebody would write them who has only read docs/contracts.md: JSON.parse, maps, plain sums; and, when asked, mistakes.
// In: records of the domain topics in order. Out: one reading per KPI, district and window once all partitions have closed it.
import type { Expr, Measure } from '../../producers/contract/measures.ts'
import type { Descriptor } from '../../producers/contract/records.ts'

export type PlainReading = { name: string; area: string; ts: number; v: number | null; n: number }

/** What a consumer may get wrong. */
export type Mistakes = {
  /** Loses this part of the events. */
  drop?: number
  /** Takes windows as (start, end]. */
  wrongEdge?: boolean
  /** Does not look at sequence numbers. */
  countDuplicates?: boolean
}

type Data = Record<string, number | string | boolean>
type Event = {
  id: string
  source: string
  type: string
  subject: string
  time: string
  seq: number
  district: string
  data: Data
}
type Compute = (data: Data) => number | string | boolean
type PlainSums = Map<string, { num: number; den: number; n: number }>

type PlainMeasure = {
  name: string
  kind: Measure['kind']
  on: Set<string>
  asset: string | undefined
  unit: number
  freshForMs: number
  used: Compute
  of: Compute
}

type LatestEntry = {
  time: number
  seq: number
  district: string
  num: number
  den: number
  n: number
}

export class PlainFold {
  readonly #descriptor: Descriptor
  readonly #city: string
  readonly #emit: (reading: PlainReading) => void
  readonly #mistakes: Mistakes
  readonly #lanes = new Map<string, PlainLane>()
  /** By `<domain>|<window start>`: the sums of the partitions that have closed it. */
  readonly #merged = new Map<string, { partitions: number; sums: PlainSums[] }>()

  constructor(
    descriptor: Descriptor,
    city: string,
    emit: (reading: PlainReading) => void,
    mistakes: Mistakes = {},
  ) {
    this.#descriptor = descriptor
    this.#city = city
    this.#emit = emit
    this.#mistakes = mistakes
  }

  /** Topic-partitions whose last tick has come. */
  get ended(): number {
    return [...this.#lanes.values()].filter((lane) => lane.isOver).length
  }

  record(domain: string, partition: number, value: Buffer | null): void {
    const name = `${domain}/${partition}`
    let lane = this.#lanes.get(name)
    if (!lane) {
      lane = new PlainLane(this.#descriptor, domain, this.#mistakes, (start, sums) =>
        this.#merge(domain, start, sums),
      )
      this.#lanes.set(name, lane)
    }
    lane.record(value)
  }

  #merge(domain: string, start: number, sums: PlainSums[]): void {
    const key = `${domain}|${start}`
    const merged = this.#merged.get(key) ?? { partitions: 0, sums: sums.map(() => new Map()) }
    this.#merged.set(key, merged)
    merged.partitions++
    for (const [i, of] of sums.entries()) {
      for (const [district, { num, den, n }] of of) {
        add(merged.sums[i], district, num, den, n)
        if (district !== this.#city) add(merged.sums[i], this.#city, num, den, n)
      }
    }
    if (merged.partitions < this.#descriptor.partitions) return
    this.#merged.delete(key)
    const { measures, cityWide } = this.#descriptor.declarations[domain]
    for (const [i, measure] of measures.entries()) {
      this.#tell(domain, measure, cityWide === true, start, merged.sums[i])
    }
  }

  #tell(domain: string, m: Measure, isCityWide: boolean, ts: number, sums: PlainSums): void {
    const { scale, plan, scopes } = this.#descriptor
    const name = `${domain}.${m.name}`
    const unit = 10 ** m.decimals
    const weight = isCityWide || m.kind === 'ratio' || m.kind === 'gauge' ? 1 : 1 / scale
    const areas = isCityWide ? [this.#city] : (scopes ?? []).map(({ code }) => code)
    for (const area of areas) {
      const { num, den, n } = sums.get(area) ?? { num: 0, den: 0, n: 0 }
      const planned = plan.planned[name]?.[area]
      const isQuotient = m.kind === 'ratio' || m.kind === 'gauge'
      const v = isQuotient
        ? den === 0
          ? null
          : num / den
        : m.kind === 'share'
          ? ((num / unit) * weight) / planned
          : (num / unit) * weight
      this.#emit({ name, area, ts, v, n })
    }
  }
}

class PlainLane {
  isOver = false
  readonly #start: number
  readonly #end: number
  readonly #window: number
  readonly #source: string
  readonly #types: Map<string, string>
  readonly #measures: PlainMeasure[]
  readonly #mistakes: Mistakes
  readonly #closed: (start: number, sums: PlainSums[]) => void
  readonly #seen = new Map<string, { high: number; gaps: Set<number> }>()
  /** Of the open windows, by number; sums of ratios and counts. */
  readonly #open = new Map<number, PlainSums[]>()
  /** Of each measure that looks at the latest event: by asset, in order of time. */
  readonly #latest: Map<string, LatestEntry[]>[]
  #next = 0

  constructor(
    { start, end, window, run, declarations }: Descriptor,
    domain: string,
    mistakes: Mistakes,
    closed: (start: number, sums: PlainSums[]) => void,
  ) {
    const { measures, events } = declarations[domain]
    this.#start = Date.parse(start)
    this.#end = Date.parse(end)
    this.#window = window
    this.#source = `/huacheng/${run}/`
    this.#types = new Map(events.map(({ type, name }) => [type, name]))
    this.#measures = measures.map(plainMeasure)
    this.#latest = measures.map(() => new Map())
    this.#mistakes = mistakes
    this.#closed = closed
  }

  record(value: Buffer | null): void {
    const event = parse(value)
    if (!event?.source?.startsWith(this.#source)) return
    if (event.type === 'city.tick.v1') this.#tick(Date.parse(event.time))
    else if (this.#types.has(event.type)) this.#event(event)
  }

  #event(event: Event): void {
    const { drop = 0, countDuplicates, wrongEdge } = this.#mistakes
    if (drop > 0 && chanceOf(event.id) < drop) return
    const isCopy = this.#isCopy(event)
    if (isCopy && !countDuplicates) return
    const time = Date.parse(event.time)
    const at = (time - this.#start) / this.#window
    const number = wrongEdge ? Math.ceil(at) - 1 : Math.floor(at)
    // What is older than the run says how things stand, and is in no window.
    if (time >= this.#start && Math.max(number, 0) < this.#next) return
    const name = this.#types.get(event.type)!
    for (const [i, m] of this.#measures.entries()) {
      if (!m.on.has(name) || (m.asset !== undefined && m.asset !== event.subject)) continue
      const num = Math.round(Number(m.used(event.data)) * m.unit)
      const den = Math.round(Number(m.of(event.data)) * m.unit)
      const n = (m.kind === 'share' ? num : den) === 0 ? 0 : 1
      if (m.kind === 'ratio' || m.kind === 'count') {
        if (number >= 0) add(this.#windowOf(number)[i], event.district, num, den, n)
      } else if (!isCopy) {
        const list = this.#latest[i].get(event.subject) ?? []
        this.#latest[i].set(event.subject, list)
        list.push({ time, seq: event.seq, district: event.district, num, den, n })
      }
    }
  }

  #windowOf(number: number): PlainSums[] {
    let sums = this.#open.get(number)
    if (!sums) {
      sums = this.#measures.map(() => new Map())
      this.#open.set(number, sums)
    }
    return sums
  }

  #isCopy({ subject, seq }: Event): boolean {
    const seen = this.#seen.get(subject) ?? { high: 0, gaps: new Set() }
    this.#seen.set(subject, seen)
    if (seq <= seen.high) return !seen.gaps.delete(seq)
    for (let s = seen.high + 1; s < seq; s++) seen.gaps.add(s)
    seen.high = seq
    return false
  }

  #tick(time: number): void {
    for (;;) {
      const end = this.#start + (this.#next + 1) * this.#window
      // What lies on the end comes behind its tick; the run's last window has nothing behind it.
      const isBehind = this.#mistakes.wrongEdge && time < this.#end ? time > end : time >= end
      if (!isBehind) break
      this.#close(end)
    }
    if (time >= this.#end) this.isOver = true
  }

  #close(end: number): void {
    const sums = this.#windowOf(this.#next)
    this.#open.delete(this.#next)
    this.#next++
    const isIn = (time: number) => (this.#mistakes.wrongEdge ? time <= end : time < end)
    for (const [i, m] of this.#measures.entries()) {
      for (const list of this.#latest[i].values()) {
        list.sort((a, b) => a.time - b.time || a.seq - b.seq)
        const latest = list.findLastIndex(({ time }) => isIn(time))
        if (latest < 0) continue
        list.splice(0, latest)
        const { time, district, num, den, n } = list[0]
        if (time >= end - m.freshForMs && n > 0) add(sums[i], district, num, den, n)
      }
    }
    this.#closed(end - this.#window, sums)
  }
}

function plainMeasure(m: Measure): PlainMeasure {
  const isQuotient = m.kind === 'ratio' || m.kind === 'gauge'
  const used = isQuotient
    ? m.used!
    : m.kind === 'share'
      ? { if: [m.counts!, 1, 0] as [Expr, Expr, Expr] }
      : (m.value ?? 1)
  return {
    ...{ name: m.name, kind: m.kind, on: new Set(m.on), asset: m.asset },
    ...{ unit: 10 ** m.decimals, freshForMs: m.freshForMs ?? 0 },
    used: compute(used),
    of: compute(isQuotient ? m.of! : 1),
  }
}

function compute(expr: Expr): Compute {
  if (typeof expr !== 'object') return () => expr
  if ('field' in expr) return (data) => data[expr.field]
  const both = ([a, b]: [Expr, Expr], by: (a: never, b: never) => boolean | number): Compute => {
    const [left, right] = [compute(a), compute(b)]
    return (data) => by(left(data) as never, right(data) as never)
  }
  if ('eq' in expr) return both(expr.eq, (a, b) => a === b)
  if ('ne' in expr) return both(expr.ne, (a, b) => a !== b)
  if ('lt' in expr) return both(expr.lt, (a, b) => a < b)
  if ('le' in expr) return both(expr.le, (a, b) => a <= b)
  if ('gt' in expr) return both(expr.gt, (a, b) => a > b)
  if ('ge' in expr) return both(expr.ge, (a, b) => a >= b)
  if ('sub' in expr) return both(expr.sub, (a: number, b: number) => a - b)
  if ('not' in expr) {
    const inner = compute(expr.not)
    return (data) => !inner(data)
  }
  if ('if' in expr) {
    const [when, yes, no] = expr.if.map(compute)
    return (data) => (when(data) ? yes(data) : no(data))
  }
  if ('and' in expr || 'or' in expr) {
    const all = ('and' in expr ? expr.and : expr.or).map(compute)
    return 'and' in expr ? (d) => all.every((x) => x(d)) : (d) => all.some((x) => x(d))
  }
  const parts = ('add' in expr ? expr.add : expr.mul).map(compute)
  return 'add' in expr
    ? (data) => parts.reduce((sum, x) => sum + Number(x(data)), 0)
    : (data) => parts.reduce((product, x) => product * Number(x(data)), 1)
}

function add(sums: PlainSums, district: string, num: number, den: number, n: number): void {
  const sum = sums.get(district)
  if (!sum) sums.set(district, { num, den, n })
  else {
    sum.num += num
    sum.den += den
    sum.n += n
  }
}

function parse(value: Buffer | null): Event | null {
  if (value === null) return null
  try {
    return JSON.parse(value.toString()) as Event | null
  } catch {
    return null
  }
}

/** 0 to 1, the same for the same event: FNV-1a, its bits mixed. */
function chanceOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}
