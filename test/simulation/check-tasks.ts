// What must hold of everything that tasks write: whoever writes it, the same place in the input gives the same bytes.

import { decodeFrame } from '../../processor/contract/frame.ts'
import type { LedgerReading } from '../../processor/contract/types.ts'
import { checkpointPosition } from '../../processor/task/checkpoint.ts'
import type { CityEvent, Partial, Tick } from '../../producers/contract/records.ts'
import type { Stored } from './broker.ts'
import { topics } from './cast.ts'
import { PARTITIONS, type TinyCity, type Undisturbed } from './city.ts'
import { parsed } from './oracle.ts'
import type { ToldRun } from './runs.ts'
import type { World } from './world.ts'

type Run = ToldRun & Undisturbed
type Report = (text: string) => void

export function checkTasks(world: World, tiny: TinyCity, runs: Run[], report: Report): void {
  checkPartials(world, tiny, runs, report)
  checkCheckpoints(world, report)
  checkKeyframes(world, report)
  checkLedgers(world, tiny, runs, report)
  checkRejected(world, topics.late, report)
  checkRejected(world, topics.deadLetter, report)
}

/** Reports two different values under one name. */
function onlyOne(report: Report, what: string) {
  const seen = new Map<string, Stored>()
  return (name: string, record: Stored) => {
    const before = seen.get(name)
    if (!before) seen.set(name, record)
    else if (!before.value!.equals(record.value!)) {
      const [a, b] = [before, record].map(
        (r) => `${r.writer}: ${r.value!.toString().slice(0, 700)}`,
      )
      report(`${what} ${name}, two of them\n  ${a}\n  ${b}`)
    }
  }
}

/** A final partial counts what its topic-partition holds, cell by cell: an independent evaluator says the same. */
function checkCells(key: string, partial: Partial, runs: Run[], report: Report): void {
  const truth = runs.find((r) => r.epoch === partial.epoch)?.truth.get(key)
  const got = JSON.stringify(partial.measures)
  const expected = truth && JSON.stringify(truth.measures)
  if (got !== expected) report(`partial ${key}: ${got}, the truth is ${expected}`)
}

function checkPartials(world: World, tiny: TinyCity, runs: Run[], report: Report): void {
  const same = onlyOne(report, 'partial')
  /** Per provisional key, watermarks by input offset. */
  const watermarks = new Map<string, [offset: number, watermark: string][]>()
  for (const record of world.broker.shelf(topics.partial, 0).records) {
    const key = String(record.key)
    const partial = JSON.parse(record.value!.toString()) as Partial
    // What a task knows, and how much it read, depends on where it began when its input was taken away.
    const isExact = tiny.scenario.faults.length === 0
    if (!partial.provisional && isExact) checkCells(key, partial, runs, report)
    if (world.trimmed.has(partial.partition)) continue
    same(partial.provisional ? `${key} at ${partial.offset}` : key, record)
    if (partial.ledger!.unexplained !== 0) {
      report(`partial ${key} by ${record.writer}: ${partial.ledger!.unexplained} unexplained`)
    }
    if (!partial.provisional) continue
    const list = watermarks.get(key) ?? []
    watermarks.set(key, list)
    list.push([Number(partial.offset), partial.watermark!])
  }
  for (const [key, list] of watermarks) {
    list.sort(([a], [b]) => a - b)
    for (let i = 1; i < list.length; i++) {
      if (list[i][1] < list[i - 1][1]) report(`provisional ${key}: the watermark goes back`)
    }
  }
}

function checkCheckpoints(world: World, report: Report): void {
  const same = onlyOne(report, 'checkpoint')
  const newest = new Map<string, number>()
  for (const record of world.broker.history) {
    if (record.topic !== topics.checkpoint) continue
    const position = checkpointPosition(record.value!)
    if (typeof position === 'string') {
      report(`checkpoint ${record.key}: ${position}`)
      continue
    }
    const { epoch, nextOffset } = position
    if (world.trimmed.size === 0) same(`${record.key} at ${epoch}/${nextOffset}`, record)
    const name = `${epoch}|${record.key}`
    if (nextOffset < (newest.get(name) ?? 0)) world.met('checkpoint over a newer one')
    else newest.set(name, nextOffset)
  }
}

function checkKeyframes(world: World, report: Report): void {
  const same = onlyOne(report, 'keyframe')
  for (let p = 0; p < PARTITIONS; p++) {
    if (world.trimmed.has(p)) continue
    for (const record of world.broker.shelf(topics.map, p).records) {
      const frame = decodeFrame(record.value!)
      if (typeof frame === 'string') report(`map ${record.key}: ${frame}`)
      else if (frame.keyframe) same(`${record.key} at ${frame.epoch}/${frame.offset}`, record)
    }
  }
}

/** All ledgers balance; the newest counts exactly what lies in the topic-partition. */
function checkLedgers(world: World, tiny: TinyCity, runs: Run[], report: Report): void {
  const same = onlyOne(report, 'ledger')
  const last = new Map<number, LedgerReading>()
  const newest = runs.at(-1)!
  for (const record of world.broker.shelf(topics.kpi, 0).records) {
    const [epoch, kind, , p] = String(record.key).split('|')
    if (kind !== 'ledger') continue
    const ledger = JSON.parse(record.value!.toString()) as LedgerReading
    if (world.trimmed.has(Number(p))) {
      last.set(Number(p), ledger)
      continue
    }
    same(`${epoch}|${p} at ${ledger.watermark}, read ${ledger.read}`, record)
    if (ledger.unexplained !== 0) {
      report(`ledger ${record.key} by ${record.writer}: ${ledger.unexplained} unexplained`)
    }
    const held = last.get(Number(p))
    const isNewer =
      !held ||
      ledger.watermark > held.watermark ||
      (ledger.watermark === held.watermark && ledger.read > held.read)
    if (Number(epoch) === newest.epoch && isNewer) last.set(Number(p), ledger)
  }
  for (let p = 0; p < PARTITIONS; p++) {
    if (world.trimmed.has(p)) continue
    const counted = countRecords(
      world,
      tiny,
      { epoch: newest.epoch, run: newest.descriptor.run },
      p,
    )
    world.met('late event', counted.late)
    world.met('duplicate event', counted.duplicate)
    world.met('dead letter', counted.deadLetter)
    world.met('event in a gap', counted.inGaps)
    world.met('event held back', counted.held)
    const ledger = last.get(p)
    for (const name of ['folded', 'duplicate', 'late', 'deadLetter'] as const) {
      if (ledger?.[name] === counted[name]) continue
      report(`ledger of ${p}: ${name} ${ledger?.[name]}, the log has ${counted[name]}`)
    }
    const altersOrder = tiny.scenario.faults.some((f) => f.kind !== 'duplicate')
    if (!altersOrder && ledger?.chainEqual === false) report(`ledger of ${p}: the chain differs`)
  }
}

/** What is to become of each record of the run, counted from the log alone. */
export function countRecords(
  { broker }: World,
  { scenario }: TinyCity,
  run: { epoch: number; run: string },
  p: number,
) {
  const counts = { folded: 0, duplicate: 0, late: 0, deadLetter: 0, inGaps: 0, held: 0 }
  const highest = new Map<string, number>()
  const seen = new Set<string>()
  let next = 0
  let watermark = Number.NEGATIVE_INFINITY
  let started = false
  const ours = `/huacheng/${run.run}/`
  for (const record of broker.shelf(topics.domain('lamp'), p).records) {
    const text = record.value!.toString()
    const value = parsed(text)
    const isOurs = value !== null && text.includes(ours)
    if (value?.type === 'city.run-started.v1') {
      const { epoch } = (value as unknown as Tick).data
      if (epoch === run.epoch) started = true
      else if (started) counts.deadLetter++
      continue
    }
    if (!started) continue
    if (value?.type === 'city.tick.v1' && isOurs) {
      if ((value as Tick).data.injected.held > 0) counts.held++
      watermark = Math.max(watermark, Date.parse((value as Tick).time))
      while (
        watermark >=
        scenario.start + (next + 1) * scenario.windowMs + scenario.allowedLatenessMs
      )
        next++
    } else if (value === null || !isOurs) counts.deadLetter++
    else {
      const event = value as CityEvent
      const time = Date.parse(event.time)
      const isLate = time >= scenario.start && time < scenario.start + next * scenario.windowMs
      if (seen.has(event.id)) counts.duplicate++
      else if (isLate) counts.late++
      else counts.folded++
      const { subject, seq } = event
      if (!seen.has(event.id) && seq < (highest.get(subject) ?? 0)) counts.inGaps++
      highest.set(subject, Math.max(seq, highest.get(subject) ?? 0))
      seen.add(event.id)
    }
  }
  return counts
}

/** One record per source record, whoever wrote it and however often. */
function checkRejected(world: World, topic: string, report: Report): void {
  const same = onlyOne(report, topic)
  for (const record of world.broker.shelf(topic, 0).records) same(String(record.key), record)
}
