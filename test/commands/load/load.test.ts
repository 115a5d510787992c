// `load` without Kafka: the real command on the log in memory, its files, and `compare` of them.
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { load } from '../../../commands/load/load.ts'
import { readLoadOptions } from '../../../commands/load/load-options.ts'
import { LoadTest } from '../../../commands/load/load-run.ts'
import { readValues } from '../../../commands/options/options.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import type { LoadReport } from '../../../load/report/report-schema.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { SMALL_CITY } from '../../cities.ts'
import { startHuacheng } from '../../kafka/programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'huacheng-load-'))
/** Other tests want the processors too: whether this generator is on time is not asked here. */
const QUIET = ['--memory', '--city', SMALL_CITY, '--send-delay', '1m']
const args = (...more: string[]) => readValues(load, [...QUIET, ...more])

async function ends(...words: string[]) {
  const program = startHuacheng(words)
  return { code: await program.ended, out: program.stdout(), all: program.output() }
}

describe('load', () => {
  it('sends what was asked for, writes its report, and compare takes it', async () => {
    const out = join(folder, 'a')
    const run = ['load', ...QUIET, '--rate', '500', '--for', '3s', '--out', out]
    const { code, out: said, all } = await ends(...run, '--threshold', 'rate>100')
    expect(code, all).toBe(0)
    expect(said).toMatch(/^PASS {2}500\/s for 3 s/)
    expect(readdirSync(out).sort()).toEqual([
      'ack.hgrm',
      'junit.xml',
      'report.html',
      'report.json',
      'send.hgrm',
    ])
    const file = join(out, 'report.json')
    const report = JSON.parse(readFileSync(file, 'utf8')) as LoadReport
    expect(report).toMatchObject({ version: 1, verdict: 'pass', rate: { errors: 0 } })
    expect(report.rate.sentInAll).toBeGreaterThanOrEqual(1500)
    expect(report.rate.sentInAll).toBeLessThan(1700)
    expect(report.latency.ack.count).toBe(report.rate.acked)

    expect(await ends('compare', file, file)).toMatchObject({
      code: 0,
      out: expect.stringContaining('NOTHING IS WORSE'),
    })
    const slower = join(out, 'slower.json')
    report.cost.usPerEvent = report.cost.usPerEvent! * 2
    writeFileSync(slower, JSON.stringify(report))
    expect(await ends('compare', file, slower)).toMatchObject({ code: 99 })
    const broken = join(out, 'broken.json')
    writeFileSync(broken, '{"version":1}')
    expect(await ends('compare', file, broken)).toMatchObject({
      code: 2,
      all: expect.stringMatching(/broken\.json: .* expected a report\.json/),
    })
  })

  it('ends with 99 where a threshold is crossed, and with 3 where the generator was late', async () => {
    const short = ['load', '--memory', '--city', SMALL_CITY, '--rate', '200', '--for', '2s']
    const crossed = await ends(...short, '--send-delay', '1m', '--threshold', 'rate>=1M')
    expect([crossed.code, crossed.out.split(' ')[0]], crossed.all).toEqual([99, 'FAIL'])
    const late = await ends(...short, '--send-delay', '0.001ms')
    expect([late.code, late.out.split(' ')[0]], late.all).toEqual([3, 'INVALID'])
    expect(late.out).toContain('the generator was late')
  })

  it('gives each event its intended time, and keeps every lane in the order of its chain', async () => {
    const values = args('--rate', '400', '--for', '2s')
    const options = readLoadOptions(values)
    const test = await LoadTest.open(values, options)
    const { startAt } = (await test.play(options.load, 0)).played
    const { log, topics } = test.target
    const meant: number[] = []
    for (const domain of test.world.scenario.domains) {
      for (let partition = 0; partition < test.world.scenario.partitions; partition++) {
        let seen = 0
        for await (const batch of readRange(log, { topic: topics.domain(domain), partition })) {
          for (const { key, value, timestamp } of batch) {
            const event = JSON.parse(value!.toString())
            if (seen++ === 0) expect(event.type).toBe('city.run-started.v1')
            if (key) meant.push(timestamp)
          }
        }
      }
    }
    await test.close()
    meant.sort((a, b) => a - b)
    // 400/s: the n-th event 2.5 ms after the one before, to the millisecond of a record's timestamp.
    meant.forEach((at, n) => {
      expect(Math.abs(at - startAt - (n + 0.5) * 2.5)).toBeLessThan(1.01)
    })
    expect(meant.length).toBeGreaterThanOrEqual(800)
    expect(topics.run).toBe(topicNames().run)
  })

  it.each([
    [['--rate', '1k', '--slo', 'p99<1s'], /--slo: "p99<1s" without --find/],
    [['--rate', '1k', '--find'], /--find: no --slo/],
    [['--rate', '1k', '--threshold', 'e2e p99<1s'], /without --sink/],
    [['--rate', '1k', '--threshold', 'lag max<1'], /without --group/],
    [['--rate', '1k', '--group', 'g'], /--group: given with --memory/],
    [['--rate', '1k', '--match', '$.id'], /--match: .* without --sink/],
    [['--rate', '1k', '--for', '5s', '--warm-up', '5s'], /--warm-up/],
  ])('%j is refused', (more, message) => {
    expect(() => readLoadOptions(args(...more))).toThrow(message)
  })
})
