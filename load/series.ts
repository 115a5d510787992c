// Figures of one measured process: what a sample is, and means, maxima and slopes over samples.

/** `atMs` since the measurement began; `cpuMs` since the process began (user + system, all threads). */
export type Sample = { atMs: number; cpuMs: number; rssBytes: number }

const MIB = 1024 * 1024
const HOUR_MS = 3_600_000

/**
 * Reads one line of /proc/<pid>/stat (proc(5)): utime and stime are fields 14 and 15 in clock ticks, rss is field 24
 * in pages. The command's name may hold spaces and brackets, so fields are counted from the last bracket.
 */
export function parseStat(line: string, ticksPerSecond: number, pageBytes: number) {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const field = (number: number) => Number(fields[number - 3])
  return {
    cpuMs: ((field(14) + field(15)) * 1000) / ticksPerSecond,
    rssBytes: field(24) * pageBytes,
  }
}

/** Mean CPU between the first and the last sample, % of one core. */
export function cpuPercent(samples: Sample[]): number {
  const [first, last] = [samples[0], samples.at(-1)!]
  return (100 * (last.cpuMs - first.cpuMs)) / (last.atMs - first.atMs)
}

/** MiB. */
export function rssMax(samples: Sample[]): number {
  return samples.reduce((most, s) => Math.max(most, s.rssBytes), 0) / MIB
}

/** Least-squares slope of the resident memory in MiB per hour. */
export function rssSlope(samples: Sample[]): number {
  const meanAt = mean(samples.map((s) => s.atMs))
  const meanRss = mean(samples.map((s) => s.rssBytes))
  let products = 0
  let squares = 0
  for (const s of samples) {
    products += (s.atMs - meanAt) * (s.rssBytes - meanRss)
    squares += (s.atMs - meanAt) ** 2
  }
  return ((products / squares) * HOUR_MS) / MIB
}

export function mean(values: number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length
}

/** Sum of a metric over all its labels, by the Prometheus text. */
export function metricSum(metrics: string, name: string): number {
  const lines = metrics.matchAll(new RegExp(`^${name}(?:\\{.*\\})? ([\\d.e+-]+)$`, 'gm'))
  return [...lines].reduce((sum, match) => sum + Number(match[1]), 0)
}

const READ =
  /^huacheng_processor_records_total\{.*outcome="(folded|duplicate|late|dead-letter)".*\} (\d+)$/gm

/** Events that the processor has read so far, by its Prometheus text; ticks and run markers are not events. */
export function eventsRead(metrics: string): number {
  return [...metrics.matchAll(READ)].reduce((sum, match) => sum + Number(match[2]), 0)
}
