// The account of one topic-partition: every record that was read, held against what the producers say they wrote.
import { isoTime } from '../infra/time.ts'
import {
  type Injected,
  type Ledger,
  NO_INJECTED,
  type Tick,
} from '../producers/contract/records.ts'
import { type Breaks, type BreaksState, createBreaks, emptyBreaks } from './breaks.ts'
import { type Chain, createChain } from './chain.ts'
import type { LedgerReading } from './contract.ts'

export type LedgerState = {
  folded: number
  duplicate: number
  late: number
  deadLetter: number
  /** As of the last tick. */
  atTick: { folded: number; late: number; count: number; injected: Tick['data']['injected'] }
  /** Last tick's time (ms), null before the first. */
  watermark: number | null
  chain: string
  chainEqual: boolean
} & BreaksState

export interface LedgerBook {
  readonly state: LedgerState
  folded(value: Buffer): void
  late(value: Buffer): void
  duplicate(): void
  deadLetter(): void
  /** Balances at a tick: its count and chain against the events that arrived. */
  tick(time: number, data: Tick['data']): void
  ledger(): Ledger
  reading(epoch: number, domain: string, partition: number): LedgerReading | null
  chain: Chain
  breaks: Pick<Breaks, 'gap' | 'filled' | 'alarms'>
}

export function createLedger(start: number, saved?: LedgerState, savedChain?: Chain): LedgerBook {
  const chain = savedChain ?? createChain()
  const state: LedgerState = saved ?? {
    folded: 0,
    duplicate: 0,
    late: 0,
    deadLetter: 0,
    atTick: { folded: 0, late: 0, count: 0, injected: NO_INJECTED },
    watermark: null,
    chain: '0'.repeat(64),
    chainEqual: true,
    ...emptyBreaks(),
  }
  const breaks = createBreaks(state)

  /**
   * Folded and late as of the last tick, for the tick's count speaks of that moment; duplicates and dead letters are
   * in no count, so the newest figures keep both equations of design.md §7 true between ticks too.
   */
  function ledger(): Ledger {
    const { atTick, duplicate, deadLetter } = state
    const { folded, late, count, injected } = atTick
    const lost = count - folded - late - injected.held
    return {
      read: folded + duplicate + late + deadLetter,
      folded,
      duplicate,
      late,
      deadLetter,
      produced: count,
      injected,
      unexplained: lost - injected.drop - injected.corrupt,
    }
  }

  return {
    state,
    chain,
    breaks,
    folded(value) {
      state.folded++
      chain.add(value)
    },
    late(value) {
      state.late++
      chain.add(value)
    },
    duplicate() {
      state.duplicate++
    },
    deadLetter() {
      state.deadLetter++
    },
    tick(time, data) {
      const { digest, known } = chain.close(Buffer.from(data.chain, 'hex'))
      const hex = digest.toString('hex')
      state.chain = known ? hex : data.chain
      state.chainEqual = state.chain === data.chain
      const before = state.atTick
      const { drop, duplicate, late, corrupt, held } = data.injected
      const injected = { drop, duplicate, late, corrupt, held }
      const unexplainedBefore = ledger().unexplained
      state.atTick = { folded: state.folded, late: state.late, count: data.count, injected }
      breaks.tick({
        from: isoTime(state.watermark ?? start),
        to: isoTime(time),
        expected: data.count - before.count,
        got: state.folded + state.late - before.folded - before.late,
        unexplained: ledger().unexplained - unexplainedBefore,
        chainEqual: state.chainEqual,
        injected: isTouched(before.injected, injected),
      })
      state.watermark = time
    },
    ledger,
    reading(epoch, domain, partition) {
      if (state.watermark === null) return null
      return {
        epoch,
        domain,
        partition,
        watermark: isoTime(state.watermark),
        ...ledger(),
        chain: state.chain,
        chainEqual: state.chainEqual,
        breaks: state.breaks.map((b) => ({ ...b, missing: [...b.missing] })),
      }
    },
  }
}

/** True when a fault changed what was written in the interval between two ticks; duplicates change no chain. */
function isTouched(before: Injected, now: Injected): boolean {
  const { drop, late, corrupt, held } = before
  return now.drop !== drop || now.late !== late || now.corrupt !== corrupt || now.held !== held
}
