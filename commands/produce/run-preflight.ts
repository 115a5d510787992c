// Before a producer writes anything: is the newest run on the log the one that its options describe?
import { Problem } from '../../infra/problem.ts'
import { formatDuration, MINUTE_MS } from '../../infra/time.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import type { PastRun } from '../../producers/run/run-history.ts'

/** What an option or a file can change, as people write it; speed is not here: it counts when a run begins. */
const FIELDS: [string, (d: Descriptor) => string | number][] = [
  ['--city', (d) => d.city],
  ['--scenario', (d) => d.scenario],
  ['--seed', (d) => d.seed],
  ['--start', (d) => d.start],
  ['--for', (d) => formatDuration(Date.parse(d.end) - Date.parse(d.start))],
  ['--scale', (d) => d.scale],
  ['--partitions', (d) => d.partitions],
  ['number of shards', (d) => d.shards],
  ['domains', (d) => Object.keys(d.declarations).sort().join()],
  ['truth', (d) => (d.truth ? 'published' : '--no-truth')],
  ['window', (d) => formatDuration(d.window)],
  ['tick', (d) => formatDuration(d.tick)],
  ['allowed lateness', (d) => `${d.allowedLateness / MINUTE_MS} min`],
]
/** Differ where a seed file or the scenario's does, though no field above shows it. */
const DIGESTS: [string, (d: Descriptor) => string][] = [
  ['scenario and seeds', (d) => d.digest],
  ['catalogue', (d) => d.catalogue],
]

/** `--scale 0.05, asked 1`, for each thing in which they differ; empty where both describe one run. */
export function differences(theirs: Descriptor, ours: Descriptor): string[] {
  for (const list of [FIELDS, DIGESTS]) {
    const found = list
      .filter(([, of]) => of(theirs) !== of(ours))
      .map(([name, of]) => `${name} ${of(theirs)}, asked ${of(ours)}`)
    if (found.length > 0) return found
  }
  return []
}

/** Throws a Problem where the newest run is another than `ours`, open or over; `where` names topic and brokers. */
export function checkNewestRun(runs: PastRun[], ours: Descriptor, where: string): void {
  const newest = runs.at(-1)
  if (newest)
    checkRun(newest.descriptor, ours, `${where}, epoch ${newest.epoch}`, 'nothing was written: ')
}

export function checkRun(theirs: Descriptor, ours: Descriptor, where: string, so = ''): void {
  const other = differences(theirs, ours)
  if (other.length === 0) return
  throw new Problem(
    `run ${theirs.run} on ${where}: ${other.join('; ')}, expected the same options; ${so}start every shard with the ` +
      "run's options, or every shard with --restart to begin a new run in its place, or take another --prefix",
  )
}
