// The reads that the page cannot do without, asked for again and again: the city, where its assets stand, and the past.
import type { CityView, OpeningView, RunView } from '../../messages.ts'
import { type Again, readAgain } from './connection/again.ts'
import type { Api } from './connection/api.ts'
import type { MapCatalogue } from './connection/catalogue.ts'
import type { Notices } from './notices.ts'

export class RunReads {
  readonly #api: Pick<Api, 'city' | 'catalogue' | 'opening'>
  readonly #again: Again
  readonly #notices: Notices
  /** Grows with every connection: only the newest one's past is wanted. */
  #opening = 0

  constructor(api: Pick<Api, 'city' | 'catalogue' | 'opening'>, again: Again, notices: Notices) {
    this.#api = api
    this.#again = again
    this.#notices = notices
  }

  /** Reads the city and its catalogue; `take` gets both while `isWanted`. */
  places(
    { catalogue }: RunView,
    isWanted: () => boolean,
    take: (city: CityView, catalogue: MapCatalogue) => void,
  ): void {
    const both = { city: null as CityView | null, catalogue: null as MapCatalogue | null }
    const arrived = () => {
      if (both.city && both.catalogue) take(both.city, both.catalogue)
    }
    const readCatalogue = (withinMs: number) => this.#api.catalogue(catalogue, withinMs)
    void this.#need('city', isWanted, this.#api.city, (city) => {
      both.city = city
      arrived()
    })
    void this.#need('catalogue', isWanted, readCatalogue, (it) => {
      both.catalogue = it
      arrived()
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
