// A twin is exact: what it leaves out is out from the start, and everything else is to the byte as the run has it.
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../infra/time.ts'
import { type KpiReading, type TwinReading, USUAL } from '../../processor/contract/types.ts'
import { createInProcessProcessor } from '../../processor/in-process.ts'
import type { AcceptedCommand } from '../../producers/contract/records.ts'
import { createKernel } from '../../producers/kernel/kernel.ts'
import { TwinCity } from '../../twin/twin-city.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from '../producers/lamp-city.ts'

const catalogue = lamps(60)
const scenario = lampScenario({ durationMs: 300_000 })
const END = START + scenario.durationMs
const EPOCH = 41
const descriptor = lampDescriptor(scenario, catalogue)
const shared = { descriptor, domains: [lamp], epoch: EPOCH }
const world = { city, catalogue, scenario }

/** Lamps of the district that the commands reach; the other one's stay as they are. */
const NORTH = catalogue.ids.filter((id) => id.startsWith('lamp-990001'))
const off = (id: string, target: string, after: number): AcceptedCommand => ({
  ...{ id, name: 'lamp.off', target, args: {}, by: 'test' },
  ...{ effectiveAt: isoTime(START + after), term: EPOCH },
})
const C1 = off('c1', NORTH[3], 70_000)
const C2 = off('c2', NORTH[5], 130_000)
const SPEED: AcceptedCommand = {
  ...{ id: 'faster', name: 'clock.speed', args: { speed: 60 }, by: 'test' },
  ...{ effectiveAt: isoTime(START + 10_000), term: EPOCH },
}

/** The finals of a run in which these commands were given: in great steps, by none of the twin's code. */
function run(commands: AcceptedCommand[]): KpiReading[] {
  const kernel = createKernel({ ...shared, ...world, shard: 0, shards: 1 })
  const processor = createInProcessProcessor(descriptor, catalogue, city, EPOCH)
  const stamp = (time: number) => time
  kernel.begin(START)
  for (const { target, name, args, effectiveAt } of commands) {
    kernel.advance(Date.parse(effectiveAt), stamp)
    expect(kernel.command(target!, name, args)).toBeNull()
  }
  kernel.advance(END, stamp)
  const { truth, lanes } = kernel.drain()
  for (const { partial } of truth) processor.truth(Buffer.from(JSON.stringify(partial)))
  for (const { domain, partition, records } of lanes) {
    records.forEach((record, i) => {
      processor.record(domain, partition, { ...record, offset: BigInt(i) })
    })
  }
  return processor.takeReadings()
}

/** The finals of a twin of the run with these commands, taken a piece of sim time at a time. */
function twinOf(twin: string, commands: AcceptedCommand[], piece = 37_000): TwinReading[] {
  const one = new TwinCity({ ...shared, world, twin })
  for (const command of commands) one.take(command)
  const finals: TwinReading[] = []
  for (let to = START; ; to = Math.min(to + piece, END)) {
    while (one.step(to)) expect(one.reached).toBeLessThanOrEqual(to)
    expect(one.reached).toBe(to)
    finals.push(...one.takeFinals())
    if (to === END) return finals
  }
}

const bytes = (readings: KpiReading[]) => readings.map((r) => JSON.stringify(r)).sort()
const unnamed = (readings: TwinReading[]) =>
  bytes(readings.map(({ twin: _, ...reading }) => reading))

describe('a twin', () => {
  it('of a run without commands has the finals of the run, byte for byte', () => {
    const twin = twinOf(USUAL, [])
    expect(unnamed(twin)).toEqual(bytes(run([])))
    expect(twin).toHaveLength(3 * 2 * 5)
    expect(twin.every((r) => r.twin === USUAL && r.truth === 'equal')).toBe(true)
  })

  it('counts the finals that it took, and of them those that its own truth contradicts', () => {
    const one = new TwinCity({ ...shared, world, twin: USUAL })
    expect(one.audit()).toEqual({ finals: 0, differing: 0, unexplained: 0 })
    while (one.step(END));
    const finals = one.takeFinals().length
    expect(one.audit()).toEqual({ finals, differing: 0, unexplained: 0 })
  })

  it('called usual leaves out every command to the city, and none to the clock', () => {
    expect(unnamed(twinOf(USUAL, [SPEED, C1, C2]))).toEqual(bytes(run([])))
  })

  it('without one command is the run in which only the others were given', () => {
    const without1 = unnamed(twinOf('c1', [C1, C2]))
    expect(without1).toEqual(bytes(run([C2])))
    expect(without1).not.toEqual(bytes(run([C1, C2])))
    expect(unnamed(twinOf('c2', [C1, C2]))).toEqual(bytes(run([C1])))
    expect(unnamed(twinOf('no-such', [C1, C2]))).toEqual(bytes(run([C1, C2])))
  })

  it('is the same however its time is cut', () => {
    expect(bytes(twinOf('c1', [C1, C2], 1_000))).toEqual(bytes(twinOf('c1', [C1, C2], 300_000)))
  })

  it('differs by exactly nothing before the command takes effect, and in every district that it cannot reach', () => {
    const live = new Map(run([C1, C2]).map((r) => [nameOf(r), r]))
    let isDifferent = false
    for (const twin of twinOf('c1', [C1, C2])) {
      const reading = live.get(nameOf(twin))!
      expect(twin.scopes['990002']).toEqual(reading.scopes['990002'])
      if (twin.window.end <= C1.effectiveAt) expect(twin.scopes).toEqual(reading.scopes)
      else isDifferent ||= twin.scopes['990001'].value !== reading.scopes['990001'].value
    }
    expect(isDifferent).toBe(true)
  })

  it('says what is provisional once the open window has moved', () => {
    const one = new TwinCity({ ...shared, world, twin: USUAL })
    while (one.step(START + 20_000));
    const open = one.provisional()
    expect(open).toHaveLength(3)
    expect(open[0]).toMatchObject({ twin: USUAL, final: false, watermark: isoTime(START + 20_000) })
    expect(one.takeFinals()).toEqual([])
  })
})

const nameOf = ({ kpi, window }: KpiReading) => `${kpi} ${window.kind} ${window.end}`
