// The reads that the page cannot do without, asked for again and again: the city, where its assets stand, the past, and
// once the first picture stands, what is seen from near by.
import { effect, signal } from '@preact/signals'
import type { CityView, OpeningView, RoadsView, RunView } from '../../messages.ts'
import { type Again, readAgain } from './connection/again.ts'
import type { Api } from './connection/api.ts'
import type { MapCatalogue } from './connection/catalogue.ts'
import type { Notices } from './notices.ts'

type ReadApi = Pick<Api, 'city' | 'catalogue' | 'fineCatalogue' | 'opening' | 'roads'>

type PlaceTakers = {
  city(city: CityView, catalogue: MapCatalogue): void
  fine(part: ArrayBuffer): void
  roads(roads: RoadsView): void
}

/** A picture that nobody saw finished by then is not waited for: a map may never be still. */
const UNFINISHED_MS = 30_000

export class RunReads {
  /** A picture of the city is on the screen: what nobody misses in it may come. */
  readonly stands = signal(false)
  readonly #api: ReadApi
  readonly #again: Again
  readonly #notices: Notices
  /** Asked for before anybody knew the run; a first try that fails is no news. */
  #early: Promise<CityView> | null = null
  /** Grows with every connection: only the newest one's past is wanted. */
  #opening = 0

  constructor(api: ReadApi, again: Again, notices: Notices) {
    this.#api = api
    this.#again = again
    this.#notices = notices
  }

  /** The city's shapes do not wait for the socket. */
  begin(): void {
    this.#early = this.#api.city()
    this.#early.catch(() => {})
  }

  /** Reads the city and its catalogue, and once a picture of them stands, what is seen from near by; while `isWanted`. */
  places({ catalogue }: RunView, isWanted: () => boolean, take: PlaceTakers): void {
    const both = { city: null as CityView | null, catalogue: null as MapCatalogue | null }
    const arrived = () => {
      if (!both.city || !both.catalogue) return
      take.city(both.city, both.catalogue)
      this.#details({ hash: catalogue, isExact: !both.catalogue.refine }, isWanted, take)
      this.#again.schedule(UNFINISHED_MS, () => this.pictureStands())
    }
    const readCatalogue = (withinMs: number) => this.#api.catalogue(catalogue, withinMs)
    const early = this.#early
    this.#early = null
    const readCity = early ? firstOf(early, this.#api.city) : this.#api.city
    void this.#need('city', isWanted, readCity, (city) => {
      both.city = city
      arrived()
    })
    void this.#need('catalogue', isWanted, readCatalogue, (it) => {
      both.catalogue = it
      arrived()
    })
  }

  pictureStands(): void {
    this.stands.value = true
  }

  #details(
    { hash, isExact }: { hash: string; isExact: boolean },
    isWanted: () => boolean,
    take: PlaceTakers,
  ): void {
    const stop = effect(() => {
      if (!this.stands.value) return
      queueMicrotask(() => stop())
      if (!isWanted()) return
      const readFine = (withinMs: number) => this.#api.fineCatalogue(hash, withinMs)
      if (!isExact) void this.#need('catalogue', isWanted, readFine, take.fine)
      void this.#need('roads', isWanted, this.#api.roads, take.roads)
    })
  }

  /** Reads what happened before this connection: at the opening, and while the page was cut off. */
  past(take: (past: OpeningView) => void): void {
    const mine = ++this.#opening
    void this.#need('opening', () => mine === this.#opening, this.#api.opening, take)
  }

  async #need<T>(
    name: string,
    isWanted: () => boolean,
    read: (withinMs: number) => Promise<T>,
    take: (value: T) => void,
  ): Promise<void> {
    const onTrouble = (reason: string | null) => this.#notices.trouble(name, reason)
    try {
      const value = await readAgain(read, { isWanted, onTrouble }, this.#again)
      if (value !== null) take(value)
    } catch (error) {
      this.#notices.problem(error instanceof Error ? error.message : String(error))
    }
  }
}

/** What was begun answers the first read, where it does answer. */
function firstOf<T>(
  begun: Promise<T>,
  read: (withinMs: number) => Promise<T>,
): (withinMs: number) => Promise<T> {
  let isFirst = true
  return (withinMs) => {
    const isBegun = isFirst
    isFirst = false
    return isBegun ? begun.catch(() => read(withinMs)) : read(withinMs)
  }
}
