// Finds assets by a piece of their id or of their name in either language.
import type { Catalogue } from '../../../seeds/contract.ts'

/** Width and case of letters do not count; what is typed is text, never a pattern. */
const asked = (text: string): string => text.normalize('NFKC').trim().toLowerCase()

/** Numbers of at most `limit` assets: the one with just this id, then those that begin with the text, then the others. */
export function findAssets(catalogue: Catalogue, text: string, limit: number): number[] {
  const wanted = asked(text)
  if (wanted === '') return []
  const exact = catalogue.numberOf(text.trim())
  const beginning: number[] = []
  const within: number[] = []
  for (let i = 0; i < catalogue.size && beginning.length < limit; i++) {
    if (i === exact) continue
    const at = place(catalogue, i, wanted)
    if (at === 0) beginning.push(i)
    else if (at > 0 && within.length < limit) within.push(i)
  }
  const found = exact >= 0 && exact < catalogue.size ? [exact] : []
  return [...found, ...beginning, ...within].slice(0, limit)
}

/** Where the text first begins in the id or a name, -1 = nowhere. */
function place({ ids, names }: Catalogue, i: number, wanted: string): number {
  let first = -1
  for (const text of [ids[i], names[i].zh, names[i].en]) {
    const at = text.toLowerCase().indexOf(wanted)
    if (at === 0) return 0
    if (at > 0) first = at
  }
  return first
}
