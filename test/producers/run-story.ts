// Made-up histories of the topic `run`: two conductors, several runs, unexpected records between; each record with what it must come to.
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import { isoTime } from '../../infra/time.ts'
import type { AcceptedCommand, Descriptor } from '../../producers/contract/records.ts'
import {
  commandRecord,
  conductorRecord,
  descriptorRecord,
  endRecord,
  horizonRecord,
} from '../run-records.ts'
import type { createChance } from '../simulation/chance.ts'
import { lampDescriptor, lampScenario, lamps, START } from './lamp-city.ts'

export const catalogue = lamps(8)
export const scenario = lampScenario()
const LENGTH = scenario.durationMs
const descriptor = lampDescriptor(scenario, catalogue)

/** What the test itself says must count: nothing of it is read from the log. */
export type ExpectedRun = {
  epoch: number
  /** In the order in which they happen. */
  commands: AcceptedCommand[]
  ended: boolean
  /** Sim ms from the start that was allowed; null = no horizon. */
  reached: number | null
}

export type Story = ReturnType<typeof createStory>

/** Writes one history record by record; what is appended takes the next offset. */
export function createStory() {
  const records: NewRecord[] = []
  const runs: (ExpectedRun & { id: string; terms: number[]; h: number })[] = []
  let ids = 0
  let unexpected = 0
  const voided: AcceptedCommand[] = []

  const run = () => runs.at(-1)!
  const term = () => run().terms.at(-1)!
  const add = (record: NewRecord) => records.push(record) - 1

  function horizonAt(ms: number, of: number) {
    const h = isoTime(START + ms)
    return horizonRecord(run().epoch, { h, simAnchor: h, wallAnchor: 0, speed: 30, term: of })
  }

  function asked(change: Partial<AcceptedCommand> = {}): AcceptedCommand {
    const target = catalogue.ids[ids % catalogue.size]
    const effectiveAt = isoTime(START + run().h)
    const plain = { id: `c-${ids++}`, name: 'lamp.off', args: {}, by: 'x' }
    return { ...plain, target, effectiveAt, term: term(), ...change }
  }

  const story = {
    records,
    /** Commands that an overtaken conductor wrote. */
    voided,
    /** Unexpected records so far: every one of them has to be reported. */
    unexpectedCount: () => unexpected,
    expected: (): ExpectedRun[] =>
      runs.map(({ epoch, commands, ended, reached }) => ({
        ...{ epoch, ended, reached },
        commands: commands.toSorted(
          (a, b) => Date.parse(a.effectiveAt) - Date.parse(b.effectiveAt),
        ),
      })),
    begin() {
      const id = `r-00000000000${runs.length}`
      const epoch = add(descriptorRecord({ ...descriptor, run: id }, `u${runs.length}`))
      runs.push({ id, epoch, commands: [], ended: false, reached: null, terms: [epoch], h: 0 })
    },
    takeOver() {
      run().terms.push(add(conductorRecord(run().epoch, run().id, `k${records.length}`)))
    },
    horizon(ms: number) {
      if (run().ended) return
      run().h = Math.min(LENGTH, run().h + ms)
      run().reached = run().h
      add(horizonAt(run().h, term()))
    },
    command(change: Partial<AcceptedCommand> = {}) {
      const command = asked(change)
      if (run().ended) return
      run().commands.push(command)
      add(commandRecord(run().epoch, command))
    },
    /** Takes effect some time after what may have been simulated. */
    ahead: (ms: number) =>
      story.command({ effectiveAt: isoTime(START + Math.min(LENGTH, run().h + ms)) }),
    pause: () => story.command({ name: 'clock.pause', target: undefined }),
    /** A retried append. */
    repeat() {
      const last = run().commands.at(-1)
      if (last) add(commandRecord(run().epoch, last))
    },
    /** Of a conductor that was overtaken and does not know it yet. */
    late(what: 'horizon' | 'command' | 'end') {
      const [old, ...newer] = run().terms
      if (newer.length === 0) return
      if (what === 'horizon') add(horizonAt(LENGTH, old))
      else if (what === 'command') {
        voided.push(asked({ term: old }))
        add(commandRecord(run().epoch, voided.at(-1)!))
      } else add(endRecord(run().epoch, { at: isoTime(START), reason: 'stop', term: old }))
    },
    end() {
      if (run().ended) return
      run().ended = true
      add(endRecord(run().epoch, { at: isoTime(START + run().h), reason: 'stop', term: term() }))
    },
    addUnexpected(record: NewRecord) {
      unexpected++
      add(record)
    },
    /** One of each shape that an unexpected record may have. */
    unexpected(): NewRecord[] {
      const { epoch, h } = run()
      const now = term()
      const bytes = (key: string | null, value: string | object) => ({
        key: key === null ? null : Buffer.from(key),
        value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
        timestamp: 0,
      })
      const far = { ...asked(), effectiveAt: '9999-01-01T00:00:00.000Z' }
      const { term: _, ...termless } = asked()
      const horizon = { h: isoTime(START), simAnchor: isoTime(START), wallAnchor: 0, speed: 30 }
      const broken = (change: Partial<Descriptor>) =>
        descriptorRecord({ ...descriptor, run: 'r-0000000000ff', ...change }, 'z')
      return [
        bytes('0|horizon|0', 'hello'),
        bytes(`${epoch}|horizon|${now}`, '"hello"'),
        bytes(null, 'hello'),
        bytes('hello', {}),
        bytes(`${epoch}|command|x`, {}),
        bytes(`${epoch}|horizon|${now}`, { ...horizon, term: now, h: '9999-12-31T23:59:59.999Z' }),
        bytes(`${epoch}|horizon|${now}`, { ...horizon, term: now, h: '2025-02-30T00:00:00.000Z' }),
        bytes(`${epoch}|horizon|${now}`, horizon),
        horizonRecord(epoch, { ...horizon, term: 999_999 }),
        bytes(`${epoch}|progress|99`, { shard: 99, simulatedTo: isoTime(START) }),
        bytes(`${epoch}|progress|0`, { shard: 0, simulatedTo: '9999-01-01T00:00:00.000Z' }),
        bytes(`${epoch}|progress|0`, { shard: 1, simulatedTo: isoTime(START) }),
        commandRecord(epoch, far),
        bytes(`${epoch}|command|${termless.id}|${now}`, termless),
        commandRecord(epoch, { ...asked(), args: { much: 1 } }),
        commandRecord(epoch, { ...asked(), name: 'lamp.explode' }),
        commandRecord(epoch, { ...asked(), name: 'clock.pause' }),
        bytes(`${epoch}|command|one|${now}`, { ...asked(), id: 'other' }),
        ...(h > 0 ? [commandRecord(epoch, asked({ effectiveAt: isoTime(START + h - 1) }))] : []),
        bytes(`${epoch}|end|${now}`, { at: isoTime(START), reason: 'stop' }),
        endRecord(epoch, { at: isoTime(START + LENGTH + 1), reason: 'stop', term: now }),
        bytes(`${epoch}|conductor|z`, 'hello'),
        bytes(`${epoch}|conductor|z`, {}),
        conductorRecord(epoch, 'r-0000000000ff', 'z'),
        broken({ partitions: 0 }),
        broken({ scale: 0 }),
        broken({ scale: 1e9 }),
        broken({ shards: 99 }),
        broken({ end: isoTime(START) }),
        broken({ tick: 0 }),
        broken({ declarations: {} }),
        bytes('descriptor|r-0000000000ff|z', `${'['.repeat(5_000)}`),
        bytes('descriptor|r-0000000000ff|z', { run: 'r-0000000000ff' }),
      ]
    },
  }
  return story
}

/** A seeded history in which anything may come at any time. */
export function randomStory(chance: ReturnType<typeof createChance>): Story {
  const story = createStory()
  story.begin()
  for (let i = 0; i < 80; i++) {
    const unexpected = story.unexpected()
    const steps: (() => void)[] = [
      () => story.horizon(2_000),
      () => story.horizon(2_000),
      () => story.command(),
      () => story.command(),
      () => story.ahead(chance.below(60_000)),
      story.pause,
      story.repeat,
      () => story.late('horizon'),
      () => story.late('command'),
      () => story.late('end'),
      () => story.addUnexpected(chance.pick(unexpected)),
      () => story.addUnexpected(chance.pick(unexpected)),
      () => (chance.of(0.3) ? story.takeOver() : story.horizon(500)),
      () => (chance.of(0.1) ? story.end() : story.command()),
      () => (chance.of(0.15) && story.expected().length < 4 ? story.begin() : story.horizon(100)),
    ]
    chance.pick(steps)()
  }
  story.horizon(LENGTH)
  return story
}
