// What the oracle must know of one topic-partition of a run.
import type { AuditInput } from '../input.ts'
import type { OracleLaneOptions } from '../oracle/lane.ts'

/** What of an audit's input says which run it is and which assets it has. */
export type DescribedCity = Pick<
  AuditInput,
  'descriptor' | 'epoch' | 'scopes' | 'assetsIn' | 'assetOf' | 'isRun'
>

export function oneLaneOptions(
  input: DescribedCity,
  domain: string,
  partition: number,
): OracleLaneOptions {
  const { descriptor } = input
  return {
    run: descriptor.run,
    epoch: input.epoch,
    domain,
    partition,
    start: Date.parse(descriptor.start),
    end: Date.parse(descriptor.end),
    tickMs: descriptor.tick,
    seed: descriptor.seed,
    scenarioDigest: descriptor.digest,
    windowMs: descriptor.window,
    latenessMs: descriptor.allowedLateness,
    declaration: descriptor.declarations[domain],
    partitions: descriptor.partitions,
    assets: input.assetsIn(domain),
    scopes: input.scopes.length,
    assetOf: (id) => input.assetOf(domain, id),
    isRun: input.isRun,
  }
}
