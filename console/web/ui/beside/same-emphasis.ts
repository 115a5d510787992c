// Both maps let the same states stand out: one that many assets of one recording have is as quiet on the other's map, too.
import { effect } from '@preact/signals'
import type { EntityStore } from '../../store/assets/entities.ts'
import type { PageStore } from '../../store/store.ts'

type Counted = Pick<EntityStore, 'toneCounts'> & {
  catalogue: Pick<EntityStore['catalogue'], 'domains'>
}

/** From now on each says of every domain and tone what the one with more of them says. */
export function countAlike(a: Counted, b: Counted): void {
  const [inA, inB] = [a.toneCounts.bind(a), b.toneCounts.bind(b)]
  const [namesA, namesB] = [a.catalogue.domains, b.catalogue.domains]
  const most = (counts: number[], others: number[]) =>
    counts.map((count, tone) => Math.max(count, others[tone] ?? 0))
  const of = (counts: Counted['toneCounts'], at: number) => (at < 0 ? [] : counts(at))
  a.toneCounts = (domain) => most(inA(domain), of(inB, namesB.indexOf(namesA[domain])))
  b.toneCounts = (domain) => most(inB(domain), of(inA, namesA.indexOf(namesB[domain])))
}

/** For the assets of the two, whenever they are others. */
export function followEmphasis(a: PageStore, b: PageStore): void {
  effect(() => {
    const [inA, inB] = [a.entities.value, b.entities.value]
    if (inA && inB) countAlike(inA, inB)
  })
}
