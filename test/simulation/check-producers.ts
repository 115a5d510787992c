// What must hold of the producers' topics after any run: no gap, the same bytes, repeats only as whole stretches, truth before its tick.
import type { Tick } from '../../producers/contract/records.ts'
import type { Stored } from './broker.ts'
import { topics } from './cast.ts'
import type { Undisturbed } from './city.ts'
import { PARTITIONS } from './city.ts'
import type { ToldRun } from './runs.ts'
import type { World } from './world.ts'

type Run = ToldRun & Undisturbed
type Report = (text: string) => void

export function checkProducers(world: World, runs: Run[], report: Report): void {
  for (let p = 0; p < PARTITIONS; p++) {
    checkLane(world, runs, p, report)
    checkWriters(world, runs, p, report)
  }
  checkTruth(world, runs, report)
  checkIncidents(world, runs, report)
}

/** Every record of a run for the first time stands in the undisturbed order; of the newest run all of them are there. */
function checkLane(world: World, runs: Run[], p: number, report: Report): void {
  const where = `${topics.domain('lamp')}/${p}`
  const known = runs.map((run) => new Map(run.lanes[p].map((value, i) => [value, i])))
  const next = runs.map(() => 0)
  const writers = new Set<string>()
  for (const record of world.broker.shelf(topics.domain('lamp'), p).records) {
    const value = record.value!.toString()
    // A descriptor that was written twice makes two epochs of one run, whose events are the same bytes.
    const r = runs.findLastIndex(
      (_, i) => known[i].has(value) && (next[i] > 0 || known[i].get(value) === 0),
    )
    if (r < 0) {
      report(`${where}: ${record.offset} is in no undisturbed run: ${value.slice(0, 200)}`)
      return
    }
    const repeated = next[r] - known[r].get(value)!
    if (!writers.has(record.writer) && repeated > written(world, record)) {
      report(
        `${where}: ${record.writer} begins at ${record.offset} with ${repeated} records that were there`,
      )
    }
    writers.add(record.writer)
    if (runs[r].lanes[p][next[r]] === value) next[r]++
    else if (known[r].get(value)! >= next[r]) {
      const missing = runs[r].lanes[p][next[r]]
      report(`${where}: gap before ${record.offset}: ${missing.slice(0, 200)} is not there`)
      return
    }
  }
  const newest = runs.length - 1
  const missing = runs[newest].lanes[p].length - next[newest]
  if (missing > 0) report(`${where}: the newest run ends ${missing} records early`)
}

/** Records that came into the topic-partition between a process's start and its first own: it cannot have seen all of them. */
function written(world: World, { topic, partition, writer, order }: Stored): number {
  if (world.trimmed.has(partition)) return Number.POSITIVE_INFINITY
  const from = world.startedAt.get(writer)!
  const { records } = world.broker.shelf(topic, partition)
  return records.filter((r) => r.order >= from && r.order < order).length
}

/** What one process sends to a topic-partition, retries aside, is one stretch of a run after the other, nothing twice. */
function checkWriters(world: World, runs: Run[], p: number, report: Report): void {
  const places = new Map<string, { run: number; at: number[] }>()
  const begun = new Set<number>()
  for (const { value, writer, isRetry, offset } of world.broker.shelf(topics.domain('lamp'), p)
    .records) {
    if (isRetry) continue
    const text = value!.toString()
    const place = places.get(writer)
    const follows = place?.at.filter((i) => runs[place.run].lanes[p][i + 1] === text) ?? []
    if (place && follows.length > 0) {
      place.at = follows.map((i) => i + 1)
      continue
    }
    const isMarker = text.includes('city.run-started.v1')
    const run = runs.findLastIndex(
      (r, i) => r.lanes[p].includes(text) && (isMarker || begun.has(i)),
    )
    if (isMarker) begun.add(run)
    // A process begins somewhere in a run, and goes on with a later one at its first record.
    if (place && run <= place.run) {
      report(
        `${topics.domain('lamp')}/${p}: ${writer} goes back or leaves something out at ${offset}`,
      )
      return
    }
    const at = runs[run].lanes[p].flatMap((v, i) => (v === text ? [i] : []))
    places.set(writer, { run, at })
  }
}

/** A window's truth has the undisturbed bytes, whoever wrote it, and is there before the tick that ends the window. */
function checkTruth(world: World, runs: Run[], report: Report): void {
  const first = new Map<string, Stored>()
  for (const record of world.broker.shelf(topics.truth, 0).records) {
    const key = String(record.key)
    const run = runs.find((r) => r.truth.has(key))
    const expected = run && JSON.stringify(run.truth.get(key))
    const got = record.value!.toString()
    if (got !== expected) report(`truth ${key} by ${record.writer}: ${got}, expected ${expected}`)
    if (!first.has(key)) first.set(key, record)
  }
  const newest = runs.at(-1)!
  for (const key of newest.truth.keys()) if (!first.has(key)) report(`truth ${key}: missing`)
  for (let p = 0; p < PARTITIONS; p++) {
    const ticks = new Map<string, Stored>()
    for (const record of world.broker.shelf(topics.domain('lamp'), p).records) {
      if (record.key !== null) continue
      const tick = JSON.parse(record.value!.toString()) as Tick
      const name = `${tick.data.epoch}|${tick.time}`
      if (tick.type === 'city.tick.v1' && !ticks.has(name)) ticks.set(name, record)
    }
    for (const [key, partial] of newest.truth) {
      if (partial.partition !== p) continue
      const tick = ticks.get(`${newest.epoch}|${partial.end}`)
      const truth = first.get(key)
      if (tick && truth && truth.order > tick.order) report(`truth ${key}: after its tick`)
    }
  }
}

/** Each incident of each run has the undisturbed bytes as it begins and as it ends; of the newest run all are there, ended. */
function checkIncidents(world: World, runs: Run[], report: Report): void {
  const newest = new Map<string, string>()
  for (const { key, value, writer } of world.broker.shelf(topics.incident, 0).records) {
    const id = String(key)
    const text = value!.toString()
    const known = runs.some((run) => run.incidents.get(id)?.includes(text))
    if (!known) report(`incident ${id} by ${writer}: ${text} is in no undisturbed run`)
    newest.set(id, text)
  }
  for (const [id, texts] of runs.at(-1)!.incidents) {
    if (newest.get(id) === texts.at(-1)) continue
    report(`incident ${id}: ${newest.get(id) ?? 'nothing'}, expected ${texts.at(-1)}`)
  }
}
