// The tasks' chains, gathered until one tick is complete: the city's digest at that tick, as anyone can recompute it.
import type { LedgerReading } from '../../../processor/contract/types.ts'
import { cityDigest } from '../../../producers/contract/digest.ts'
import type { ProofView } from '../../messages.ts'

/** Tasks publish their chain about once a second and at each window's close: ticks this far apart are being gathered. */
const KEPT_TICKS = 64

export type Chains = ReturnType<typeof createChains>

/** `tasks` = topic-partitions of the run. */
export function createChains(tasks: number) {
  const byTick = new Map<string, Map<string, LedgerReading>>()
  let complete: ProofView['digest'] = null

  function close(tick: string, readings: LedgerReading[]): void {
    const { digest, partitions } = cityDigest(readings)
    const equal = readings.every((r) => r.chainEqual)
    complete = { tick, digest, equal, chains: partitions }
    for (const older of byTick.keys()) if (older <= tick) byTick.delete(older)
  }

  return {
    put(reading: LedgerReading): void {
      const { watermark: tick, domain, partition } = reading
      if (complete && tick <= complete.tick) return
      const known = byTick.get(tick) ?? new Map<string, LedgerReading>()
      byTick.set(tick, known)
      known.set(`${domain}/${partition}`, reading)
      if (known.size === tasks) close(tick, [...known.values()])
      if (byTick.size > KEPT_TICKS) byTick.delete([...byTick.keys()].sort()[0])
    },
    /** The newest complete tick, null before the first. */
    newest: () => complete,
  }
}
