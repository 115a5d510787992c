// Handling units for tests, driven one by one: what each reports, with commands and changes of conditions in between.
import { casework } from '../../../../producers/domains/casework/domain.ts'
import { DUTIES, type Duty } from '../../../../producers/domains/casework/event.ts'
import { type CityOptions, type FakeAsset, type Seen, simulatedCity } from '../../simulated-city.ts'

/** A Monday. */
export const START = '2025-06-16T08:00:00+08:00'
export const CREWS = 4

export const units = (count: number, duties: readonly Duty[] = DUTIES) =>
  Array.from(
    { length: count },
    (_, n): FakeAsset => ({
      id: `case-440106-${String(n).padStart(5, '0')}`,
      attributes: { duty: duties[n % duties.length], crews: CREWS },
    }),
  )

export const options = (count: number, duties?: readonly Duty[]): CityOptions => ({
  domain: casework,
  assets: units(count, duties),
  start: START,
})

/** What is done to unit `i` so long after the start; without a name its conditions may have changed. */
export type Act = { afterMs: number; i: number; name?: string; args?: Record<string, unknown> }

/** Everything that the units report in so many hours, and what each act was answered: null, or why it was refused. */
export function drivenUnits(city: CityOptions, hours: number, acts: Act[] = []) {
  const context = simulatedCity(city)
  const simulator = casework.createSimulator(context)
  const { start } = context.scenario
  const seen: Seen[] = []
  const answers: (string | null)[] = []
  for (let i = 0; i < context.assets.length; i++) {
    const id = context.catalogue.ids[context.assets[i]]
    const due = acts.filter((act) => act.i === i).sort((a, b) => a.afterMs - b.afterMs)
    let next = simulator.first(i)
    const until = start + hours * 3_600_000
    while (next < until) {
      const at = start + (due[0]?.afterMs ?? Number.POSITIVE_INFINITY)
      if (at <= next) {
        const { name, args = {} } = due.shift()!
        const answer = name ? simulator.command!(i, name, args, at) : simulator.react!(i, at)
        answers.push(typeof answer === 'string' ? answer : null)
        if (typeof answer === 'number') next = answer
        if (next < at) throw new Error(`${id}: wakes at ${next}, before ${at}`)
        continue
      }
      const time = next
      next = simulator.wake(i, time, (event, given, cause) => {
        const data = { ...given } as Record<string, unknown>
        seen.push(
          cause === undefined ? { id, time, event, data } : { id, time, event, data, cause },
        )
      })
      if (!(next > time)) throw new Error(`${id}: wakes at ${next} after ${time}`)
    }
  }
  return { seen, answers, start }
}

export const dataOf = <T>(s: Seen) => s.data as unknown as T
