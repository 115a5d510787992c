// Other people's consumers on a real broker: what they write is graded cell by cell, and what the wrong ones do is named.
import { afterAll, describe, expect, it } from 'vitest'
import type { GradeReport } from '../../load/grade/report.ts'
import { findBroker } from './broker.ts'
import { startHuacheng, startProgram } from './programs.ts'

const broker = await findBroker()
if (typeof broker === 'string') {
  console.error(`\nGrading on Kafka NOT run: ${broker}\n`)
  describe('grading on Kafka', () => {
    it.skip(`NOT run: ${broker}`, () => {})
  })
} else {
  afterAll(() => broker.stop())
  const prefix = `grade-test-${process.pid}.`
  const where = ['--brokers', broker.brokers, '--prefix', prefix]
  const workload = ['--scenario', './load/peers/workload.json', '--city', 'guangzhou']

  async function graded(topic: string, mistakes: string[], ...options: string[]) {
    const consumer = startProgram('load/peers/kafkajs-consumer.ts', [
      ...where,
      '--topic',
      topic,
      ...mistakes,
    ])
    expect(await consumer.ended, consumer.output()).toBe(0)
    const map = 'kpi=$.name,scope=$.area,start=$.ts,value=$.v,n=$.n'
    const judge = startHuacheng([
      'grade',
      ...where,
      '--topic',
      topic,
      '--map',
      map,
      '--json',
      ...options,
    ])
    const code = await judge.ended
    return { code, report: JSON.parse(judge.stdout()) as GradeReport }
  }

  describe(`grading on Kafka (${broker.from})`, () => {
    it('finds a plain consumer right in every cell, and says of a wrong one what it does', async () => {
      const producer = startHuacheng([
        'produce',
        ...where,
        ...workload,
        '--for',
        'PT4M',
        '--scale',
        '0.05',
        '--speed',
        'max',
      ])
      expect(await producer.ended, producer.output()).toBe(0)
      const right = await graded(`${prefix}right`, [], '--kpis', 'all')
      expect(right.report.total).toMatchObject({ late: 0, wrong: 0, missing: 0, extra: 0 })
      expect(right.report.total.equal).toBeGreaterThan(1500)
      expect(right.code).toBe(0)
      // Nobody knows a reading before its window's last tick is written.
      expect(right.report.kpis[0].delayP50).toBeGreaterThanOrEqual(0)
      const { code, report } = await graded(`${prefix}copies`, ['--count-duplicates'])
      expect(code).toBe(99)
      expect(report.total.wrong).toBeGreaterThan(0)
      // Each of them: one that no copy entered is right.
      expect(report.causes[0]).toMatchObject({
        cause: 'counts duplicates',
        cells: report.total.wrong,
      })
    }, 240_000)
  })
}
