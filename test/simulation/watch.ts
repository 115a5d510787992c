// Notices the rare things that the log and the processes do not tell by themselves.

import { runKey } from '../../producers/contract/keys.ts'
import type { Stored } from './broker.ts'
import { type Cast, topics } from './cast.ts'
import type { World } from './world.ts'

const LAMP = topics.domain('lamp')

export function watchRarities(world: World, cast: Cast): void {
  /** Processes that have written events. */
  const producing = new Set<string>()
  /** By process, tasks whose final partials are written and not covered by a checkpoint of its own. */
  const uncovered = new Map<string, Set<string>>()
  let runs = 0

  function firstEvents({ partition, writer, offset, value }: Stored): void {
    producing.add(writer)
    if (!writer.endsWith('#1') && value!.includes('city.run-started.v1')) {
      world.met('resume before anything was written')
    }
    const before = world.broker.shelf(LAMP, partition).records.findLast((r) => r.offset < offset)
    if (before && before.key !== null) world.met('resume in the middle of a tick interval')
  }

  function finalPartial({ key, writer }: Stored): void {
    const [, domain, p, start] = String(key).split('|')
    if (start === undefined) return
    const place = { topic: topics.domain(domain), partition: Number(p) }
    const owner = cast.groups.ownerOf(topics.taskGroup, place)
    if (owner && owner.name !== writer) {
      world.met('outputs of a member that had lost its partitions')
    }
    const tasks = uncovered.get(writer) ?? new Set()
    uncovered.set(writer, tasks.add(`${domain}|${p}`))
  }

  const begun = new Set<string>()
  function incident(key: string): void {
    world.met(begun.has(key) ? 'incident ended' : 'incident began')
    begun.add(key)
  }

  function control({ key }: Stored): void {
    const kind = runKey.parse(String(key))?.kind
    if (kind === 'descriptor' && ++runs > 1) world.met('new run in the middle of a run')
    if (kind === 'command') world.met('command accepted')
    if (kind === 'conductor') world.met('conductor taken over by another')
  }

  world.onWrite((records) => {
    const { topic, isRetry, writer, key } = records[0]
    if (isRetry) world.met('request written twice')
    if (topic === LAMP) {
      if (isRetry) world.met('events written twice')
      if (!producing.has(writer)) firstEvents(records[0])
    } else if (topic === topics.partial) for (const record of records) finalPartial(record)
    else if (topic === topics.incident) for (const { key } of records) incident(String(key))
    else if (topic === topics.run) for (const record of records) control(record)
    else if (topic === topics.checkpoint) {
      if (isRetry) world.met('checkpoint written twice')
      uncovered.get(writer)?.delete(String(key))
    }
  })

  world.onKill(({ name, doing }) => {
    if (doing.has('restore')) world.met('death during a restore')
    if ((uncovered.get(name)?.size ?? 0) > 0) world.met('death between outputs and checkpoint')
    if (/^(shard|twin)-0/.test(name)) world.met('conductor killed')
    const isProducer = /^(shard|twin)-/.test(name)
    const hasEvents = world.broker.shelves(LAMP).some((shelf) => shelf.records.length > 0)
    if (isProducer && hasEvents && !producing.has(name)) world.met('death during a resume')
  })
}
