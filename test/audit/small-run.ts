// A small city's records in memory, to be edited by hand and audited: what anybody with a text editor could do to a log.

import { audit } from '../../audit/audit.ts'
import type { AuditInput } from '../../audit/input.ts'
import { auditInputOf } from '../../commands/audit/audit-file.ts'
import { openKernel, openWorld, runThrough, type World } from '../../commands/wiring/world.ts'
import type { LogRecord, NewRecord } from '../../infra/event-log/event-log.ts'
import type { AcceptedCommand, CityEvent, Tick } from '../../producers/contract/records.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import type { Fault } from '../../seeds/contract.ts'

export const topics = topicNames()

export type SmallRun = {
  world: World
  /** By `<domain>/<p>`, in log order; edit as you like. */
  lanes: Map<string, NewRecord[]>
}

const worlds = new Map<string, World>()

/** Built once per set of options: the city is the slow part of a small run. */
function worldOf(values: Record<string, string>): World {
  const name = JSON.stringify(values)
  const world = worlds.get(name) ?? openWorld(values, { truth: true })
  worlds.set(name, world)
  return world
}

/** A fiftieth of the city, a few minutes; every domain, unless the change names some. */
export function smallRun(
  values: Record<string, string> = {},
  change: { domains?: string[]; faults?: Fault[]; allowedLatenessMs?: number } = {},
  commands: AcceptedCommand[] = [],
): SmallRun {
  const opened = worldOf({ scale: '0.02', for: 'PT5M', partitions: '4', ...values })
  const scenario = { ...opened.scenario, ...change }
  const declarations = Object.fromEntries(
    scenario.domains.map((d) => [d, opened.descriptor.declarations[d]]),
  )
  const allowedLateness = scenario.allowedLatenessMs
  const descriptor = { ...opened.descriptor, declarations, allowedLateness }
  const world = { ...opened, scenario, descriptor, commands }
  const kernel = openKernel(world, 0, 1)
  const lanes = new Map<string, NewRecord[]>()
  const take = () => {
    for (const { domain, partition, records } of kernel.drain().lanes) {
      const lane = lanes.get(`${domain}/${partition}`) ?? []
      lanes.set(`${domain}/${partition}`, lane)
      lane.push(...records)
    }
  }
  take()
  runThrough(world, kernel, take)
  return { world, lanes }
}

/** The input of an audit over the records as they are now. */
export function inputOf({ world, lanes }: SmallRun): AuditInput {
  const domains = new Map(world.scenario.domains.map((d) => [topics.domain(d), d]))
  const lane = (topic: string, partition: number): LogRecord[] =>
    (lanes.get(`${domains.get(topic)}/${partition}`) ?? []).map((record, i) => ({
      ...record,
      offset: BigInt(i),
    }))
  return auditInputOf(
    world,
    {
      each(take) {
        for (const [name] of lanes) {
          const [domain, p] = name.split('/')
          const topic = topics.domain(domain)
          for (const record of lane(topic, Number(p))) {
            if (take({ topic, partition: Number(p), line: 0, record })) return
          }
        }
      },
      lane: (topic, partition) => [lane(topic, partition)],
    },
    'records',
  )
}

export function auditOf(run: SmallRun, more: Partial<AuditInput> = {}) {
  return audit({ ...inputOf(run), ...more })
}

export const eventOf = (record: NewRecord): CityEvent => JSON.parse(record.value!.toString())
export const tickOf = (record: NewRecord): Tick => JSON.parse(record.value!.toString())
export const isTick = (record: NewRecord) =>
  record.key === null && record.value!.includes('"city.tick.v1"')

/** The record with its text edited. */
export function edited(record: NewRecord, edit: (text: string) => string): NewRecord {
  const value = Buffer.from(edit(record.value!.toString()))
  if (value.equals(record.value!)) throw new Error(`nothing to edit in ${record.value}`)
  return { ...record, value }
}
