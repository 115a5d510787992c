// Runs of some domains with incidents and without, from scenario files of their own, to be compared event by event.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openKernel, openWorld, runThrough, type World } from '../../commands/wiring/world.ts'
import type { CityEvent } from '../../producers/contract/records.ts'
import type { Kernel } from '../../producers/kernel/kernel.ts'

export type SeenEvent = CityEvent<Record<string, unknown>>

export type IncidentRun = {
  domains: string
  /** City time of a Wednesday. */
  from: string
  for: string
  scale: string
  /** As scenario files have them. */
  incidents?: object[]
}

/** The world of a run, as a command would open it. */
export function worldOf({ domains, from, for: duration, scale, incidents = [] }: IncidentRun) {
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-incidents-'))
  const scenario = join(folder, 'incidents.json')
  const title = { zh: '事件', en: 'Incidents' }
  const start = `2025-06-18T${from}:00+08:00`
  writeFileSync(scenario, JSON.stringify({ title, seed: 440100, start, duration, incidents }))
  try {
    return openWorld({ scenario, city: 'guangzhou', domains, scale }, { truth: false })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Every event in its order; `during` sees the kernel after each sim minute. */
export function eventsOf(world: World, during: (kernel: Kernel) => void = () => {}): SeenEvent[] {
  const events: SeenEvent[] = []
  const observe = (value: Buffer) => events.push(JSON.parse(value.toString()) as SeenEvent)
  const kernel = openKernel(world, 0, 1, { observe })
  runThrough(world, kernel, () => {
    kernel.drain()
    during(kernel)
  })
  return events
}

/** What happened, whatever the run is called and how many events came before. */
export const happening = ({ subject, time, type, data }: SeenEvent) =>
  JSON.stringify([subject, time, type, data])

export const minutes = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 60_000

/** Numbers of a domain's assets within `km` of a place. */
export function idsWithin({ catalogue }: World, { lon, lat, km }: Record<string, number>) {
  const ids = new Set<string>()
  const shrink = Math.cos((lat * Math.PI) / 180)
  for (let n = 0; n < catalogue.size; n++) {
    const east = (catalogue.lon[n] - lon) * shrink * 111.195
    const north = (catalogue.lat[n] - lat) * 111.195
    // Half a kilometre of doubt: what lies on the edge is in.
    if (Math.hypot(east, north) <= km + 0.5) ids.add(catalogue.ids[n])
  }
  return ids
}
