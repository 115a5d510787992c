// A small city with one condition in one of its districts, and the same city without: what one domain's events make of it.
import { Type } from 'typebox'
import { openWorld } from '../../commands/wiring/world.ts'
import { MINUTE_MS } from '../../infra/time.ts'
import type { CityEvent } from '../../producers/contract/records.ts'
import { domains } from '../../producers/domains.ts'
import type { IncidentKind } from '../../producers/incidents/incident.ts'
import { createKernel } from '../../producers/kernel/kernel.ts'
import type { ConditionKind } from '../../producers/simulation/conditions.ts'
import { SMALL_CITY } from '../cities.ts'

const DISTRICT = '990101'
const CAUSE = 'it'

/** As strong as its parameters say, in all of its place from its first to its last minute. */
const given: IncidentKind = {
  kind: 'given',
  label: { zh: '给定', en: 'Given' },
  about: { zh: '给定', en: 'Given' },
  parameters: Type.Object({}),
  route: false,
  stepMs: 5 * MINUTE_MS,
  aftermathMs: 0,
  effects({ from, until, parameters }) {
    const { condition, value } = parameters as { condition: ConditionKind; value: number }
    return [{ condition, from, until, at: () => value }]
  },
}

export type OneCondition = {
  domain: string
  condition: ConditionKind
  value: number
  /** Minutes after the start. */
  from: number
  until: number
  minutes: number
  seed?: number
}

/** An event with the minutes that have passed since the start, and its bytes. */
export type Told<Data> = CityEvent<Data> & { minute: number; text: string }

function eventsOf<Data>(options: OneCondition, happens: boolean): Told<Data>[] {
  const { domain, condition, value, from, until, minutes, seed = 1 } = options
  const values = { city: SMALL_CITY, domains: domain, for: `PT${minutes}M`, seed: String(seed) }
  const world = openWorld(values, { domains, truth: false })
  const { start } = world.scenario
  const incident = {
    ...{ id: CAUSE, kind: given.kind, place: { district: DISTRICT }, severity: 'red' as const },
    ...{ fromMs: from * MINUTE_MS, forMs: (until - from) * MINUTE_MS },
    parameters: { condition, value },
  }
  const events: Told<Data>[] = []
  const kernel = createKernel({
    ...world,
    scenario: { ...world.scenario, incidents: happens ? [incident] : [] },
    incidents: [given],
    ...{ epoch: 0, shard: 0, shards: 1, faults: false },
    observe(bytes) {
      const text = bytes.toString()
      const event = JSON.parse(text) as CityEvent<Data>
      events.push({ ...event, text, minute: (Date.parse(event.time) - start) / MINUTE_MS })
    },
  })
  kernel.advance(start + minutes * MINUTE_MS, (time) => time)
  return events
}

const usualRuns = new Map<string, Told<unknown>[]>()

/** What happens anyway is simulated once. */
function usualOf<Data>(options: OneCondition): Told<Data>[] {
  const { domain, minutes, seed } = options
  const key = `${domain}/${minutes}/${seed}`
  const known = usualRuns.get(key) ?? eventsOf<Data>(options, false)
  usualRuns.set(key, known)
  return known as Told<Data>[]
}

/** The same seed with the condition and without; in its district, elsewhere, and the events that name it. */
export function pairOf<Data>(options: OneCondition) {
  const split = (events: Told<Data>[]) => ({
    events,
    inside: events.filter(({ district }) => district === DISTRICT),
    outside: events.filter(({ district }) => district !== DISTRICT).map(({ text }) => text),
    caused: events.filter(({ cause }) => cause === CAUSE),
  })
  return {
    moved: split(eventsOf<Data>(options, true)),
    usual: split(usualOf<Data>(options)),
  }
}
