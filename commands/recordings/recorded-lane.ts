// What becomes of the records of one topic-partition of a recorded run, by the processor's own rule: its decoder, its numbers, its ticks.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { RecordDecoder } from '../../processor/decode/decode.ts'
import type { DomainProgram } from '../../processor/program/program.ts'
import { Deduplication } from '../../processor/task/deduplication.ts'
import { evaluate } from '../../processor/task/evaluate.ts'
import { layerOf } from '../../processor/task/layer.ts'
import { STATE_NONE } from '../../producers/contract/declaration.ts'
import type { Tick } from '../../producers/contract/records.ts'
import { createTicks, firstTickState } from '../../producers/contract/ticks.ts'

export type RecordFate =
  | { is: 'event'; time: number; subject: string; seq: number }
  | { is: 'tick'; time: number; data: Tick['data'] }
  /** A run's first record; not necessarily this one's. */
  | { is: 'started'; epoch: number; run: string }
  /** A retried append has left it twice. */
  | { is: 'repeated' }
  /** A dead letter: no event and no tick of this run. */
  | { is: 'refused' }

/** Records in the log's order, from the run's first one on. */
export function createRecordedLane(program: DomainProgram, partition: number, epoch: number) {
  const decoder = new RecordDecoder(program, partition)
  const deduplication = new Deduplication(program.assets.numbers[partition].length)
  const ticks = createTicks(program, firstTickState(program))
  const scratch = new Float64Array(2 * program.measures.length)
  let accepted = 0

  return (record: LogRecord): RecordFate => {
    const got = decoder.decode(record, epoch)
    const { time, seq, local, number, data } = got
    if (got.kind === 'tick') {
      const { count, injected, chain } = got.tick!
      const verdict = ticks.judge({ time, count, injected, chain }, accepted)
      if (verdict === 'next') return { is: 'tick', time, data: got.tick! }
      return { is: verdict === 'repeated' ? 'repeated' : 'refused' }
    }
    if (got.kind === 'run-started') {
      const { epoch: of, run } = got.runStarted!
      return { is: 'started', epoch: of, run }
    }
    if (got.kind !== 'event') return { is: 'refused' }
    const eventProgram = program.events[got.event]
    const isShown =
      !program.layer.on[got.event] || layerOf(program.layer, data).state !== STATE_NONE
    if (!isShown || evaluate(eventProgram, number, data, scratch) !== null) return { is: 'refused' }
    if (deduplication.seen(local, seq)) return { is: 'repeated' }
    deduplication.accept(local, seq, time)
    accepted++
    return { is: 'event', time, subject: program.catalogue.ids[number], seq }
  }
}
