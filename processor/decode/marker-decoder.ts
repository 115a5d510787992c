// Ticks and a run's first record: what the producers write beside the events, for one topic-partition.
import { problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import type { Injected, RunStarted, Tick } from '../../producers/contract/records.ts'
import { tickTimeProblem } from '../../producers/contract/ticks.ts'
import type { DomainProgram } from '../program/program.ts'
import type { Decoded } from './decoded.ts'
import { instantOf } from './instant.ts'
import { show } from './schema-problem.ts'
import { markerRun, wrongSource } from './source.ts'

type Json = Record<string, unknown>

const INJECTED: (keyof Injected)[] = ['drop', 'duplicate', 'late', 'corrupt', 'held']
const SHA256 = /^[0-9a-f]{64}$/
const COUNT = 'a whole number ≥ 0'

export class MarkerDecoder {
  readonly #program: DomainProgram
  readonly #partition: number
  readonly #out: Decoded
  readonly #source: string

  constructor(program: DomainProgram, partition: number, out: Decoded) {
    this.#program = program
    this.#partition = partition
    this.#out = out
    this.#source = `/huacheng/${program.run}/producers`
  }

  tick(e: Json, key: Buffer | null, epoch: number): Decoded {
    const out = this.#out
    const problem = this.#envelopeProblem(e, key)
    if (problem) return problem
    const data = e.data as Tick['data']
    if (data.epoch !== epoch) {
      return out.reject('foreign-run', problemText('/data/epoch', `${data.epoch}`, `${epoch}`))
    }
    const misplaced = tickTimeProblem(this.#program, out.time)
    if (misplaced !== null) return out.wrong('/time', e.time, misplaced)
    if (!isCount(data.count)) return out.wrong('/data/count', data.count, COUNT)
    if (typeof data.chain !== 'string' || !SHA256.test(data.chain)) {
      return out.wrong('/data/chain', data.chain, '64 hex digits')
    }
    for (const name of INJECTED) {
      const count = data.injected?.[name]
      if (!isCount(count)) return out.wrong(`/data/injected/${name}`, count, COUNT)
    }
    out.kind = 'tick'
    out.tick = data
    return out
  }

  runStarted(e: Json, key: Buffer | null, epoch: number): Decoded {
    const out = this.#out
    const program = this.#program
    // Another run's marker is checked like ours: by its epoch the task knows a newer run from a foreign one.
    const run = markerRun(e.source) ?? program.run
    const envelope = run === program.run ? e : { ...e, source: this.#source }
    const problem = this.#envelopeProblem(envelope, key)
    if (problem) return problem
    const data = e.data as RunStarted['data']
    if (data.run !== run) return out.wrong('/data/run', data.run, `"${run}"`)
    if (!isCount(data.seed)) return out.wrong('/data/seed', data.seed, COUNT)
    const { scenarioDigest: digest, start } = data
    if (typeof digest !== 'string' || !SHA256.test(digest)) {
      return out.wrong('/data/scenarioDigest', digest, '64 hex digits')
    }
    if (start !== e.time) return out.wrong('/data/start', start, `${show(e.time)} as /time`)
    if (run === program.run && data.epoch === epoch) {
      if (out.time !== program.start) {
        return out.wrong('/time', e.time, `"${isoTime(program.start)}"`)
      }
      if (data.seed !== program.seed) return out.wrong('/data/seed', data.seed, `${program.seed}`)
      if (digest !== program.scenarioDigest) {
        return out.wrong('/data/scenarioDigest', digest, `"${program.scenarioDigest}"`)
      }
    }
    out.kind = 'run-started'
    out.runStarted = data
    return out
  }

  /** Null when it is right; `out.time` is then its time. */
  #envelopeProblem(e: Json, key: Buffer | null): Decoded | null {
    const out = this.#out
    if (e.source !== this.#source) {
      return wrongSource(out, e.source, this.#source, this.#program.run)
    }
    if (e.specversion !== '1.0') return out.wrong('/specversion', e.specversion, '"1.0"')
    if (key !== null) return out.wrong('key', key.toString(), 'null')
    if (typeof e.id !== 'string') return out.wrong('/id', e.id, 'a string')
    out.time = typeof e.time === 'string' ? instantOf(e.time) : Number.NaN
    if (Number.isNaN(out.time)) return out.wrong('/time', e.time, 'ISO 8601 UTC with milliseconds')
    const data = e.data as Json | null
    if (typeof data !== 'object' || data === null) return out.wrong('/data', data, 'an object')
    if (!isCount(data.epoch)) return out.wrong('/data/epoch', data.epoch, COUNT)
    return data.partition === this.#partition
      ? null
      : out.wrong('/data/partition', data.partition, `${this.#partition}`)
  }
}

function isCount(x: unknown): x is number {
  return typeof x === 'number' && Number.isSafeInteger(x) && x >= 0
}
