// What is under way at an asset, gathered from its events oldest first, by what its domain declares of such things.
import type { Declaration, ItemDeclaration } from '../../../producers/contract/declaration.ts'
import type { AssetItem } from '../../messages.ts'

/** More than any asset has at a time; whoever writes on the log may name as many as they like. */
const MOST_ITEMS = 500

export class OpenItems {
  readonly #items: ItemDeclaration
  /** Types of the events after which an item is over. */
  readonly #ends: ReadonlySet<string>
  readonly #notes: ReadonlySet<string>
  readonly #open = new Map<string, AssetItem>()

  constructor({ events }: Declaration, items: ItemDeclaration) {
    this.#items = items
    const typesOf = (names: string[] = []) =>
      new Set(events.filter(({ name }) => names.includes(name)).map(({ type }) => type))
    this.#ends = typesOf(items.ends)
    this.#notes = typesOf(items.notes)
  }

  /** The next event of the asset. */
  see({ type, time, data }: Record<string, unknown>): void {
    const fields = (data ?? {}) as Record<string, unknown>
    const id = fields[this.#items.id]
    if (typeof id !== 'string' || typeof type !== 'string' || typeof time !== 'string') return
    const known = this.#open.get(id)
    this.#open.delete(id)
    if (this.#ends.has(type) || this.#open.size >= MOST_ITEMS) return
    const step = known && this.#notes.has(type) ? known : { type, time }
    this.#open.set(id, {
      ...{ id, type: step.type, time: step.time },
      data: { ...known?.data, ...fields },
    })
  }

  /** The one that an event was about last comes last. */
  all(): AssetItem[] {
    return [...this.#open.values()]
  }
}
