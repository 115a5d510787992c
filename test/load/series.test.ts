// The benchmark's arithmetic against figures worked out by hand.
import { describe, expect, it } from 'vitest'
import {
  cpuPercent,
  eventsRead,
  mean,
  metricSum,
  parseStat,
  rssMax,
  rssSlope,
  type Sample,
} from '../../load/series.ts'

const MIB = 1024 * 1024

describe('figures of a measured process', () => {
  it('reads CPU time and resident pages, whatever the command is called', () => {
    const rest =
      'S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 11 0 12345 999999 2048 18446744073709551615'
    expect(parseStat(`4711 (node (a b) c) ${rest}`, 100, 4096)).toEqual({
      cpuMs: 3000,
      rssBytes: 2048 * 4096,
    })
  })

  it('gives CPU as a share of one core over the samples', () => {
    const samples: Sample[] = [
      { atMs: 1000, cpuMs: 500, rssBytes: 0 },
      { atMs: 2000, cpuMs: 1400, rssBytes: 0 },
      { atMs: 3000, cpuMs: 1500, rssBytes: 0 },
    ]
    expect(cpuPercent(samples)).toBe(50)
  })

  it('gives maximum and slope of memory', () => {
    const at = (minutes: number, mib: number): Sample => ({
      atMs: minutes * 60_000,
      cpuMs: 0,
      rssBytes: mib * MIB,
    })
    const rising = [at(0, 100), at(1, 101), at(2, 102), at(3, 103)]
    expect(rssSlope(rising)).toBeCloseTo(60, 6)
    expect(rssMax(rising)).toBe(103)
    // least squares of (0, 0), (1, 3), (2, 0): no slope, although the last step falls
    expect(rssSlope([at(0, 100), at(1, 103), at(2, 100)])).toBeCloseTo(0, 6)
  })

  it('counts events from the metrics, without ticks and run markers', () => {
    const line = (outcome: string, n: number) =>
      `huacheng_processor_records_total{topic="city.a",outcome="${outcome}"} ${n}`
    const outcomes: [string, number][] = [
      ['folded', 1000],
      ['duplicate', 200],
      ['late', 30],
      ['dead-letter', 4],
      ['tick', 50_000],
      ['started', 60_000],
    ]
    const text = ['# HELP x', ...outcomes.map(([o, n]) => line(o, n)), 'other_total 7', ''].join(
      '\n',
    )
    expect(eventsRead(text)).toBe(1234)
  })

  it('sums a metric over its labels, and no other of a longer name', () => {
    const text = ['# TYPE lag gauge', 'lag{p="0"} 3', 'lag{p="1"} 1.5e+1', 'lag_max 100'].join('\n')
    expect(metricSum(text, 'lag')).toBe(18)
    expect(metricSum('cpu_total 2.5', 'cpu_total')).toBe(2.5)
  })

  it('gives a mean', () => {
    expect(mean([1, 2, 6])).toBe(3)
  })
})
