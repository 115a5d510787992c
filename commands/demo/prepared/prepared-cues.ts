// Cues of a run that nobody has disturbed, made ready on the disk: which there are, reading one, and having those made that are missing.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog, LogRecord } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import type { Logger } from '../../../infra/logger.ts'
import type { MemoryLog } from '../../../infra/memory/memory-log.ts'
import { isoTime } from '../../../infra/time.ts'
import { runKey } from '../../../producers/contract/keys.ts'
import type { Progress } from '../../../producers/contract/records.ts'
import { type Topics, topicSpecs } from '../../../producers/contract/topics.ts'
import type { OptionValues } from '../../options/options.ts'
import { OFFLINE_EPOCH, type World } from '../../wiring/world.ts'
import { readCue } from './cue-file.ts'
import { cueKey } from './cue-key.ts'
import { type CueMaker, type MakeCues, makeApart } from './cue-maker.ts'
import { cuePath, tidyCities } from './cue-place.ts'
import type { CueTask, ReadyCue } from './cue-task.ts'
import { logOfBytes } from './log-bytes.ts'

/** One that is damaged again and again is not the file's fault. */
const MOST_STARTS = 3

export type PreparedOptions = {
  clock: Clock
  logger: Logger
  topics: Topics
  world: World
  /** Of the demo, for a process that builds the same city. */
  values: OptionValues
  truth: boolean
  seeds?: string
  /** Under it each city has a folder of its own. */
  root: string
  /** Sim ms, ascending. */
  times: number[]
  /** Default: in a process of its own. */
  make?: MakeCues
}

export class PreparedCues {
  readonly #options: PreparedOptions
  readonly #key: string
  readonly #folder: string
  readonly #there: Set<number>
  #maker: CueMaker | null = null
  #starts = 0
  #onReady: (at: number) => void = () => {}
  #isStopped = false

  constructor(options: PreparedOptions) {
    this.#options = options
    this.#key = cueKey(options.world.descriptor)
    this.#folder = join(options.root, this.#key)
    this.#there = new Set(options.times.filter((at) => existsSync(cuePath(this.#folder, at))))
  }

  get folder(): string {
    return this.#folder
  }

  /** Of the run with this epoch, at sim ms `at`: only a first run is like the one that was prepared. */
  has(epoch: number, at: number): boolean {
    return epoch === OFFLINE_EPOCH && this.#there.has(at)
  }

  /** Who hears when one is there that was not. */
  onReady(listener: (at: number) => void): void {
    this.#onReady = listener
  }

  /** The packed kernel, and a log that goes on with the run of `live`; a Problem for a file that is of no use. */
  async read(at: number, live: EventLog): Promise<{ kernel: Buffer; log: MemoryLog }> {
    const { clock, topics, world } = this.#options
    const { domains, partitions } = world.scenario
    const owner = { key: this.#key, at }
    const { kernel, log: bytes } = await readCue(cuePath(this.#folder, at), owner, clock)
    const log = await logOfBytes(bytes, topicSpecs(topics, domains, partitions), clock)
    const progress: Progress = { shard: 0, simulatedTo: isoTime(at) }
    const key = runKey.build({ kind: 'progress', epoch: OFFLINE_EPOCH, shard: 0 })
    await log.append(topics.run, 0, [
      await descriptorOf(live, topics.run),
      {
        ...{ key: Buffer.from(key), value: Buffer.from(JSON.stringify(progress)) },
        timestamp: Math.round(clock.now()),
      },
    ])
    return { kernel, log }
  }

  /** It is of no use: it goes, and is made again. */
  refuse(at: number): void {
    this.#there.delete(at)
    rmSync(cuePath(this.#folder, at), { force: true })
    this.begin()
  }

  /** Has what is missing made, one after the other; who shows the city goes first if it `yields`. `ready` hears of each. */
  begin(yields = true, ready: (cue: ReadyCue) => void = () => {}): void {
    const { values, truth, seeds, times, clock, root, logger } = this.#options
    const missing = times.filter((at) => !this.#there.has(at))
    if (this.#maker || this.#isStopped) return
    if (missing.length === 0) {
      tidyCities(root, this.#key, new Date(clock.now()))
      return
    }
    if (++this.#starts > MOST_STARTS) return
    const own: CueTask = {
      ...{ values: { ...values }, truth, seeds, yields },
      ...{ folder: this.#folder, key: this.#key, times: missing },
    }
    const { make = makeApart } = this.#options
    this.#maker = make(own, clock, (cue) => {
      this.#there.add(cue.at)
      this.#onReady(cue.at)
      ready(cue)
    })
    this.#maker.done
      .catch((error: unknown) => {
        const text = 'demo: cues ahead are not prepared, so going there takes a simulation'
        logger.warn({ why: error instanceof Error ? error.message : String(error) }, text)
      })
      .finally(() => {
        this.#maker = null
        tidyCities(root, this.#key, new Date(clock.now()))
      })
  }

  /** Resolves when those that are being made are; rejects where they could not be. */
  async made(): Promise<void> {
    await this.#maker?.done
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#maker?.stop(this.#options.clock)
  }
}

/** The record of the run's descriptor, whose offset is its epoch. */
async function descriptorOf(live: EventLog, topic: string): Promise<LogRecord> {
  const [from, to] = [BigInt(OFFLINE_EPOCH), BigInt(OFFLINE_EPOCH + 1)]
  for await (const [record] of readRange(live, { topic, partition: 0, from, to })) return record
  throw new Error(`${topic}: there is no run`)
}
