// Where prepared cues lie, and what of the log is in them.
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { isoTime } from '../../../infra/time.ts'
import type { Topics } from '../../../producers/contract/topics.ts'

/** Those of so many cities stay; of more the ones that were not used for longest go. */
const MOST_CITIES = 3
const KEY = /^[0-9a-f]{16}$/

/** `folder` = that of one city. */
export function cuePath(folder: string, at: number): string {
  return join(folder, `${isoTime(at).replace(/[-:]|\.000/g, '')}.cue`)
}

/** What people ordered, and how the clock went, is the run's that goes on with it; a twin makes its own readings. */
export function keptTopics(topics: Topics, domains: readonly string[]): string[] {
  const { incident, truth, partial, kpi, alert, map, checkpoint, late, deadLetter } = topics
  const said = [incident, truth, partial, kpi, alert, map, checkpoint, late, deadLetter]
  return [...domains.map((domain) => topics.domain(domain)), ...said]
}

/** Marks the city `key` as used now, and removes those that are too many. */
export function tidyCities(root: string, key: string, now: Date): void {
  const age = (name: string) => statSync(join(root, name)).mtimeMs
  try {
    utimesSync(join(root, key), now, now)
    const cities = readdirSync(root).filter((name) => KEY.test(name))
    cities.sort((a, b) => age(b) - age(a))
    for (const name of cities.slice(MOST_CITIES)) rmSync(join(root, name), { recursive: true })
  } catch {
    // Somebody else may tidy up just now; what is left over goes next time.
  }
}
