// Random streams of one topic-partition: everything that a task has to cope with, from a seed.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { below, stream } from '../../infra/random.ts'
import {
  createTape,
  EPOCH,
  eventValue,
  type LampEvent,
  lampCatalogue,
  lampDescriptor,
  lampId,
  MINUTE,
  START,
} from './lamp.ts'

export const LAMPS = 8
export const LATENESS = 90_000
export const catalogue = lampCatalogue(LAMPS)
export const descriptor = lampDescriptor({ allowedLateness: LATENESS })

/** What a record means to whoever counts along. */
export type Taken = { event: LampEvent; record: LogRecord } | { tick: number; record: LogRecord }

/** A record that no task may count, and that none may stumble over. */
function poison(tape: ReturnType<typeof createTape>, draw: (n: number) => number): LogRecord {
  const lamp = draw(LAMPS)
  const event = { lamp, seq: 1 + draw(50), time: START + draw(10 * MINUTE) }
  const key = lampId(lamp)
  const good = eventValue(event)
  const kinds: (() => LogRecord)[] = [
    () => tape.raw('garbage'),
    () => tape.raw(null, key),
    () => tape.raw('[]', key),
    () => tape.raw(good.slice(0, good.length >> 1), key),
    () =>
      tape.raw(`{"__proto__":{"started":true},${good.slice(1)}`.replace('"seq":', '"seq":-'), key),
    () => tape.raw('['.repeat(2000) + ']'.repeat(2000), key),
    () => tape.raw(good, lampId((lamp + 1) % LAMPS)),
    () => tape.raw(good.replaceAll(key, 'lamp-990001-77777'), 'lamp-990001-77777'),
    () => tape.raw(eventValue({ ...event, data: { watts: -1 } }), key),
    () => tape.raw(eventValue(event, 'r-ffffffffffff'), key),
    () => tape.raw(Buffer.from([0xff, 0xfe, 0x7b]), key),
    () => createTape({ epoch: EPOCH - 1, run: 'r-ffffffffffff' }).tick(START + 20 * MINUTE),
    () => createTape({ epoch: EPOCH - 1, run: 'r-ffffffffffff' }).started(),
    () => createTape().started(),
  ]
  return kinds[draw(kinds.length)]()
}

/** A stream with jitter far beyond the allowed lateness, duplicates, gaps that close and gaps that stay, poison, repeated batches. */
export function randomStream(seed: number): { records: LogRecord[]; taken: Map<LogRecord, Taken> } {
  const words = stream(seed, 'lamp', 'test')
  const draw = (n: number) => below(words, 0, n)
  const tape = createTape()
  const taken = new Map<LogRecord, Taken>()
  const records = [tape.started()]
  const seqs = new Array<number>(LAMPS).fill(0)
  const held: LogRecord[] = []
  for (let time = START - 5 * MINUTE; time < START + 12 * MINUTE; time += 1000 + draw(6000)) {
    if (draw(8) === 0 && time >= START) {
      const tick = Math.floor(time / 10_000) * 10_000
      const record = tape.tick(tick)
      taken.set(record, { tick, record })
      records.push(record)
    }
    const lamp = draw(LAMPS)
    const jitter = draw(4) === 0 ? draw(4 * MINUTE) : 0
    const event: LampEvent = {
      lamp,
      seq: ++seqs[lamp],
      time: time - jitter + (draw(5) === 0 ? draw(3 * MINUTE) : 0),
      type: draw(3) === 0 ? 'pulse' : 'status',
      data: {
        lit: draw(2) === 0,
        mode: draw(2) === 0 ? 'auto' : 'hand',
        watts: draw(1000) / 10,
        rated: draw(3) === 0 ? 0 : 100,
      },
    }
    const record = tape.event(event)
    taken.set(record, { event, record })
    const fate = draw(10)
    if (fate === 0) continue
    if (fate === 1) held.push(record)
    else records.push(record)
    if (fate === 2) records.push(record)
    if (held.length > 0 && draw(4) === 0) records.push(held.shift()!)
    if (draw(25) === 0) records.push(poison(tape, draw))
    // A retried append writes a whole batch again, ticks included.
    if (draw(40) === 0) records.push(...records.slice(-1 - draw(12)))
  }
  // Offsets as the log gives them: in order of arrival.
  return {
    records: records.map((r, i) => {
      const copy = { ...r, offset: BigInt(i) }
      if (taken.has(r)) taken.set(copy, taken.get(r)!)
      return copy
    }),
    taken,
  }
}
