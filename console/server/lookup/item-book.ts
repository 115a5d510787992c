// What is under way at all assets, from the events that the log still has: read along while somebody asks, forgotten afterwards.
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog, LogRecord, Subscription } from '../../../infra/event-log/event-log.ts'
import type { Declaration } from '../../../producers/contract/declaration.ts'
import type { Topics } from '../../../producers/contract/topics.ts'
import type { AssetItem } from '../../messages.ts'
import type { ShownRun } from '../state/run.ts'
import { OpenItems } from './open-items.ts'
import { parsedObject } from './reverse-scan.ts'

/** Nobody has asked for so long: it is read anew when somebody does. */
const IDLE_MS = 60_000

export type ItemBookContext = { log: EventLog; clock: Clock; topics: Topics }
/** `asset` = its id. */
export type BookedItem = { asset: string; item: AssetItem }
export type Booked = {
  items: BookedItem[]
  /** Everything was read that lay on the log when somebody first asked. */
  complete: boolean
}

/** One domain's events of one run. */
class DomainBook {
  readonly #assets = new Map<string, OpenItems>()
  readonly #read = new Map<number, bigint>()
  readonly #wanted: Map<number, bigint>
  readonly #source: string
  readonly #declaration: Declaration

  constructor(run: ShownRun, declaration: Declaration, wanted: Map<number, bigint>) {
    this.#source = `/huacheng/${run.descriptor.run}/`
    this.#declaration = declaration
    this.#wanted = wanted
  }

  see(partition: number, records: LogRecord[], next: bigint): void {
    for (const { key, value } of records) {
      // Its ticks have no key.
      const event = key === null || value === null ? null : parsedObject(value)
      const { source, subject } = event ?? {}
      if (!event || typeof subject !== 'string') continue
      if (String(source).startsWith(this.#source)) this.#itemsOf(subject).see(event)
    }
    this.#read.set(partition, next)
  }

  booked(): Booked {
    const items = [...this.#assets].flatMap(([asset, open]) =>
      open.all().map((item) => ({ asset, item })),
    )
    const isRead = ([partition, end]: [number, bigint]) => (this.#read.get(partition) ?? 0n) >= end
    return { items, complete: [...this.#wanted].every(isRead) }
  }

  #itemsOf(asset: string): OpenItems {
    const known = this.#assets.get(asset)
    if (known) return known
    const open = new OpenItems(this.#declaration, this.#declaration.items!)
    this.#assets.set(asset, open)
    return open
  }
}

type Following = { epoch: number; book: DomainBook; subscription: Subscription; askedAt: number }

export class ItemBook {
  readonly #context: ItemBookContext
  readonly #domains = new Map<string, Promise<Following>>()
  #cancel = () => {}

  constructor(context: ItemBookContext) {
    this.#context = context
  }

  /** Of a domain that declares items. */
  async of(run: ShownRun, declaration: Declaration): Promise<Booked> {
    const { domain } = declaration
    let following = await this.#domains.get(domain)
    if (following?.epoch !== run.epoch) {
      await this.#forget(domain)
      following = await this.#follow(run, declaration)
    }
    following.askedAt = this.#context.clock.now()
    return following.book.booked()
  }

  async close(): Promise<void> {
    this.#cancel()
    await Promise.all([...this.#domains.keys()].map((domain) => this.#forget(domain)))
  }

  #follow(run: ShownRun, declaration: Declaration): Promise<Following> {
    const { domain } = declaration
    // Two who ask at once wait for the same.
    const known = this.#domains.get(domain)
    if (known) return known
    const opening = this.#open(run, declaration)
    this.#domains.set(domain, opening)
    opening.catch(() => this.#domains.delete(domain))
    this.#lookForIdle()
    return opening
  }

  async #open(run: ShownRun, declaration: Declaration): Promise<Following> {
    const { log, clock, topics } = this.#context
    const topic = topics.domain(declaration.domain)
    const offsets = await log.offsets(topic)
    // Nothing lies before the earliest: a partition that is empty has been read.
    const wanted = offsets.filter(({ earliest, latest }) => latest > earliest)
    const book = new DomainBook(
      run,
      declaration,
      new Map(wanted.map(({ partition, latest }) => [partition, latest])),
    )
    const subscription = await log.tail({
      topic,
      from: 'earliest',
      batch: ({ partition, records, next }) => book.see(partition, records, next),
    })
    subscription.done.catch(() => this.#domains.delete(declaration.domain))
    return { epoch: run.epoch, book, subscription, askedAt: clock.now() }
  }

  #lookForIdle(): void {
    this.#cancel()
    this.#cancel = this.#context.clock.schedule(IDLE_MS, async () => {
      const now = this.#context.clock.now()
      for (const [domain, following] of this.#domains) {
        if (now - (await following).askedAt >= IDLE_MS) await this.#forget(domain)
      }
      if (this.#domains.size > 0) this.#lookForIdle()
    })
  }

  async #forget(domain: string): Promise<void> {
    const following = this.#domains.get(domain)
    this.#domains.delete(domain)
    await (await following)?.subscription.close()
  }
}
