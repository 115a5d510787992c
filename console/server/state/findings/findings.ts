// What stands out among the assets of a run: groups that are abnormal together, from when, until when.
import { isoTime } from '../../../../infra/time.ts'
import { type Declaration, STATE_STALE } from '../../../../producers/contract/declaration.ts'
import type { Catalogue, City } from '../../../../seeds/contract.ts'
import { type FindingView, SILENT } from '../../../messages.ts'
import type { MapState } from '../map-state.ts'
import { type AssetGroups, assetGroups } from './asset-groups.ts'
import { abnormalStates, type DomainLook, lookAt } from './domain-look.ts'
import { extentOf } from './extent.ts'
import { type GroupCount, isFinding, isStillFinding, takes, usualShare } from './finding-rules.ts'

/** Findings under way, of one domain: more of them are one thing, which the incidents tell. */
const MOST_OPEN = 40
/** Kept of those that are over. */
const MOST_OVER = 200

type Watched = {
  declaration: Declaration
  range: { from: number; to: number }
  table: Uint8Array
  groups: AssetGroups[]
}

/** A group that is a finding, by its place among the watched ones; `assets` are those that are abnormal now. */
type Open = { watched: Watched; at: number; group: number; assets: number[]; view: FindingView }
type Found = Omit<Open, 'view'> & GroupCount & { usual: number }

export type FindingsContext = {
  epoch: number
  city: Pick<City, 'scopes'>
  catalogue: Catalogue
  map: Pick<MapState, 'state' | 'changedAt' | 'isAtLatest' | 'time'>
  declarations: Record<string, Declaration>
}

export class Findings {
  readonly #context: FindingsContext
  #watched: Watched[] | null = null
  #open: Open[] = []
  #over: FindingView[] = []
  #seen = 0
  #version = 0

  constructor(context: FindingsContext) {
    this.#context = context
  }

  newestFirst(): FindingView[] {
    const all = [...this.#open.map(({ view }) => view), ...this.#over]
    return all.sort((a, b) => (a.since < b.since ? 1 : a.since > b.since ? -1 : 0))
  }

  /** Grows with every change. */
  version(): number {
    return this.#version
  }

  /** Abnormal now, by catalogue number; none of one that is over, null of one that never was. */
  assetsOf(id: string): number[] | null {
    const open = this.#open.find(({ view }) => view.id === id)
    if (open) return open.assets
    return this.#over.some((view) => view.id === id) ? [] : null
  }

  /** To be called every few seconds; those that changed since the last look. */
  look(): FindingView[] {
    const { map } = this.#context
    if (map.time() === this.#seen) return []
    this.#seen = map.time()
    this.#watched ??= this.#watch()
    const changed = this.#watched.flatMap((watched) => this.#lookAtDomain(watched))
    if (changed.length > 0) this.#version++
    return changed
  }

  #watch(): Watched[] {
    const { catalogue, declarations } = this.#context
    return Object.values(declarations).flatMap((declaration) => {
      const groups = assetGroups(catalogue, declaration)
      const range = catalogue.ranges[declaration.domain]
      return groups.length === 0
        ? []
        : [{ declaration, range, groups, table: abnormalStates(declaration) }]
    })
  }

  #lookAtDomain(watched: Watched): FindingView[] {
    const look = lookAt(this.#context.map, watched.range, watched.table, watched.groups)
    const found = foundGroups(watched, look)
    const mine = this.#open.filter((open) => open.watched === watched)
    const changed: FindingView[] = []
    const explained = new Set<number>()
    for (const open of mine) {
      const now = found.find((f) => f.at === open.at && f.group === open.group)
      const view = now ? this.#viewOf(now, open.view) : this.#end(open)
      for (const i of now?.assets ?? []) explained.add(i)
      if (JSON.stringify(view) !== JSON.stringify(open.view)) changed.push(view)
      open.assets = now?.assets ?? []
      open.view = view
    }
    // What one group explains is no second finding by another attribute.
    for (const now of found) {
      if (mine.some((open) => open.at === now.at && open.group === now.group)) continue
      const count = now.assets.filter((i) => !explained.has(i)).length
      if (!isFinding({ count, of: now.of }, now.usual)) continue
      if (this.#open.filter((open) => open.watched === watched).length >= MOST_OPEN) break
      for (const i of now.assets) explained.add(i)
      const view = this.#viewOf(now, null)
      this.#open.push({ watched, at: now.at, group: now.group, assets: now.assets, view })
      changed.push(view)
    }
    this.#open = this.#open.filter(({ view }) => view.until === null)
    return changed
  }

  #end({ view }: Open): FindingView {
    const over = { ...view, until: isoTime(this.#context.map.time()) }
    this.#over = [over, ...this.#over].slice(0, MOST_OVER)
    return over
  }

  #viewOf(now: Found, before: FindingView | null): FindingView {
    const { epoch, catalogue, city } = this.#context
    const { declaration, groups } = now.watched
    const { attribute, values } = groups[now.at]
    const { domain } = declaration
    const value = values[now.group]
    const begin = before ?? this.#beginOf(now)
    return {
      epoch,
      id: before?.id ?? `${domain}.${attribute}.${value}.${Date.parse(begin.since)}`,
      ...{ domain, attribute, value },
      state: this.#stateOf(now),
      count: now.count,
      of: now.of,
      usual: before?.usual ?? Math.round(now.usual * 1e4) / 1e4,
      since: begin.since,
      sinceAtLatest: begin.sinceAtLatest,
      until: null,
      districts: districtsOf(now.assets, catalogue, city),
      ...extentOf(now.assets, catalogue),
    }
  }

  /** The moment at which so many were abnormal as it takes. */
  #beginOf({ assets, of, usual }: Found): Pick<FindingView, 'since' | 'sinceAtLatest'> {
    const { changedAt, isAtLatest } = this.#context.map
    const byTime = assets.toSorted((a, b) => changedAt[a] - changedAt[b])
    const last = byTime[Math.min(takes(of, usual), byTime.length) - 1]
    return { since: isoTime(changedAt[last]), sinceAtLatest: isAtLatest[last] === 1 }
  }

  #stateOf({ assets, watched }: Found): string {
    const { states } = watched.declaration.layer
    const byState = new Map<number, number>()
    for (const i of assets) {
      const byte = this.#context.map.state[i]
      byState.set(byte, (byState.get(byte) ?? 0) + 1)
    }
    const [byte] = [...byState].sort((a, b) => b[1] - a[1])[0]
    return byte === STATE_STALE ? SILENT : states[byte - 1].code
  }
}

/** Groups that are a finding or, if they were one, still would be; the most concentrated first. */
function foundGroups(watched: Watched, { abnormal, whole, counts }: DomainLook): Found[] {
  const { groups, range } = watched
  const found = groups.flatMap(({ sizes, groupOf }, at) => {
    const { count, unknown } = counts[at]
    const sums = [...sizes].map((size, g) => ({ count: count[g], of: size - unknown[g] }))
    const usual = usualShare(sums, whole)
    return sums.flatMap((sum, group) => {
      if (!isStillFinding(sum, usual)) return []
      const assets = abnormal.filter((i) => groupOf[i - range.from] === group)
      return [{ watched, at, group, assets, usual, ...sum }]
    })
  })
  return found.sort((a, b) => b.count / b.of - a.count / a.of || b.count - a.count)
}

function districtsOf(
  assets: number[],
  { district }: Catalogue,
  { scopes }: Pick<City, 'scopes'>,
): FindingView['districts'] {
  const counts = new Map<number, number>()
  for (const i of assets) counts.set(district[i], (counts.get(district[i]) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([scope, count]) => ({ code: scopes[scope].code, count }))
}
