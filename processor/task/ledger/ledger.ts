// The account of one topic-partition: every record that was read, held against what the producers say they wrote.
import { isoTime } from '../../../infra/time.ts'
import {
  type Injected,
  type Ledger,
  NO_INJECTED,
  type Tick,
} from '../../../producers/contract/records.ts'
import type { LedgerReading } from '../../contract/types.ts'
import { RecomputedChain } from './chain.ts'
import { Gaps, type GapsState, noGaps } from './gaps.ts'

export type LedgerState = {
  folded: number
  duplicate: number
  late: number
  deadLetter: number
  /** What the producers had counted when a task began without the run's first records. */
  base: { count: number; injected: Tick['data']['injected'] }
  /** As of the last tick. */
  atTick: { folded: number; late: number; count: number; injected: Tick['data']['injected'] }
  /** Last tick's time (ms), null before the first. */
  watermark: number | null
  chain: string
  chainEqual: boolean
} & GapsState

type TaskIdentity = { epoch: number; domain: string; partition: number; incomplete: boolean }

export class TaskLedger {
  readonly state: LedgerState
  readonly chain: RecomputedChain
  readonly gaps: Gaps
  /** Where the first interval begins (ms). */
  readonly #start: number

  constructor(start: number, saved?: LedgerState, chain = new RecomputedChain()) {
    this.#start = start
    this.state = saved ?? emptyLedger()
    this.chain = chain
    this.gaps = new Gaps(this.state)
  }

  folded(value: Buffer): void {
    this.state.folded++
    this.chain.add(value)
  }

  late(value: Buffer): void {
    this.state.late++
    this.chain.add(value)
  }

  duplicate(): void {
    this.state.duplicate++
  }

  deadLetter(): void {
    this.state.deadLetter++
  }

  /** Events that entered the account so far, copies left out. */
  accepted(): number {
    return this.state.folded + this.state.late
  }

  /** Balances at a tick: its count and chain against the events that arrived; `steps` > 1 = ticks before it are missing. */
  tick(time: number, data: Tick['data'], steps: number): void {
    const { state } = this
    const { digest, known } = this.chain.close(Buffer.from(data.chain, 'hex'), steps)
    const hex = digest.toString('hex')
    state.chain = known ? hex : data.chain
    state.chainEqual = state.chain === data.chain
    const before = state.atTick
    const injected = injectedOf(data.injected)
    const unexplainedBefore = this.ledger().unexplained
    state.atTick = { folded: state.folded, late: state.late, count: data.count, injected }
    this.gaps.tick({
      from: isoTime(state.watermark ?? this.#start),
      to: isoTime(time),
      expected: data.count - before.count,
      got: state.folded + state.late - before.folded - before.late,
      unexplained: this.ledger().unexplained - unexplainedBefore,
      chainEqual: state.chainEqual,
      injected: isTouched(before.injected, injected),
    })
    state.watermark = time
  }

  /** The first tick that a task reads which has missed the run's first records: it counts from here. */
  beginLate(time: number, data: Tick['data']): void {
    const { state } = this
    // Nothing is known of the interval that this tick ends.
    this.chain.close(Buffer.from(data.chain, 'hex'))
    state.chain = data.chain
    state.base = { count: data.count, injected: injectedOf(data.injected) }
    state.atTick = { ...state.atTick, ...state.base }
    state.watermark = time
  }

  /**
   * Folded and late as of the last tick, for the tick's count speaks of that moment; duplicates and dead letters are
   * in no count, so the newest figures keep both equations of design.md §7 true between ticks too.
   */
  ledger(): Ledger {
    const { atTick, base, duplicate, deadLetter } = this.state
    const { folded, late } = atTick
    // What was held back at the beginning is written, and read, after it.
    const produced = atTick.count - base.count + base.injected.held
    const injected = {
      drop: atTick.injected.drop - base.injected.drop,
      duplicate: atTick.injected.duplicate - base.injected.duplicate,
      late: atTick.injected.late - base.injected.late,
      corrupt: atTick.injected.corrupt - base.injected.corrupt,
      held: atTick.injected.held,
    }
    const lost = produced - folded - late - injected.held
    return {
      read: folded + duplicate + late + deadLetter,
      folded,
      duplicate,
      late,
      deadLetter,
      produced,
      injected,
      unexplained: lost - injected.drop - injected.corrupt,
    }
  }

  /** Null before the first tick. */
  reading(task: TaskIdentity): LedgerReading | null {
    const { watermark, chain, chainEqual, breaks } = this.state
    if (watermark === null) return null
    const { epoch, domain, partition, incomplete } = task
    return {
      epoch,
      domain,
      partition,
      watermark: isoTime(watermark),
      ...this.ledger(),
      chain,
      chainEqual,
      breaks: breaks.map((b) => ({ ...b, missing: [...b.missing] })),
      ...(incomplete ? { incomplete } : {}),
    }
  }
}

function emptyLedger(): LedgerState {
  return {
    folded: 0,
    duplicate: 0,
    late: 0,
    deadLetter: 0,
    base: { count: 0, injected: NO_INJECTED },
    atTick: { folded: 0, late: 0, count: 0, injected: NO_INJECTED },
    watermark: null,
    chain: '0'.repeat(64),
    chainEqual: true,
    ...noGaps(),
  }
}

/** Its own five fields, whatever else a later version of the tick may carry. */
export function injectedOf({ drop, duplicate, late, corrupt, held }: Injected): Injected {
  return { drop, duplicate, late, corrupt, held }
}

/** True when a fault changed what was written in the interval between two ticks; duplicates change no chain. */
function isTouched(before: Injected, now: Injected): boolean {
  const { drop, late, corrupt, held } = before
  return now.drop !== drop || now.late !== late || now.corrupt !== corrupt || now.held !== held
}
