// What a load is on its log: topics, the run to which its events belong, horizons, the end.

import { randomUUID } from 'node:crypto'
import type { Clock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { isoTime } from '../../infra/time.ts'
import { runKey } from '../../producers/contract/keys.ts'
import type { Descriptor, Horizon, RunEnd } from '../../producers/contract/records.ts'
import { isSameScenario, readRuns } from '../../producers/run/run-history.ts'
import { restartOf } from '../wiring/one-process.ts'

/** Readers of `run` hear this often how far the city is. */
const HORIZON_MS = 1_000

export type LoadRunOptions = {
  log: EventLog
  clock: Clock
  /** Name of the topic `run`. */
  topic: string
  descriptor: Descriptor
  ignored: Pick<IgnoredRecords, 'report'>
}

/** One run per load: it is begun on top of whatever stands there. */
export class LoadRun {
  readonly #options: LoadRunOptions
  readonly epoch: number
  readonly restart: number
  readonly id: string
  #told = Number.NEGATIVE_INFINITY
  #writing: Promise<unknown> = Promise.resolve()

  static async begin(options: LoadRunOptions): Promise<LoadRun> {
    const { log, topic, descriptor, ignored, clock } = options
    const past = await readRuns(log, topic, ignored.report)
    const restart = past.filter((run) => isSameScenario(run.descriptor, descriptor)).length
    const own = restartOf(descriptor, restart)
    const key = runKey.build({ kind: 'descriptor', run: own.run, id: randomUUID() })
    const epoch = await append(log, topic, key, own, clock)
    return new LoadRun(options, epoch, restart, own.run)
  }

  private constructor(options: LoadRunOptions, epoch: number, restart: number, id: string) {
    this.#options = options
    this.epoch = epoch
    this.restart = restart
    this.id = id
  }

  /** The city is at sim time `sim` at wall time `wall`. */
  reached(sim: number, wall: number, speed: number): void {
    if (wall - this.#told < HORIZON_MS) return
    this.#told = wall
    const at = isoTime(sim)
    this.#write('horizon', {
      ...{ h: at, simAnchor: at, wallAnchor: Math.round(wall), speed, term: this.epoch },
    } satisfies Horizon)
  }

  async end(sim: number): Promise<void> {
    this.#write('end', { at: isoTime(sim), reason: 'stop', term: this.epoch } satisfies RunEnd)
    await this.#writing
  }

  #write(kind: 'horizon' | 'end', value: Horizon | RunEnd): void {
    const { log, topic, clock } = this.#options
    const key = runKey.build({ kind, epoch: this.epoch, term: this.epoch })
    this.#writing = this.#writing.then(() => append(log, topic, key, value, clock))
    this.#writing.catch(() => {}) // whoever ends the run hears of it
  }
}

async function append(log: EventLog, topic: string, key: string, value: object, clock: Clock) {
  const record = {
    key: Buffer.from(key),
    value: Buffer.from(JSON.stringify(value)),
    timestamp: Math.round(clock.now()),
  }
  return Number(await log.append(topic, 0, [record]))
}
