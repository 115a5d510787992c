// The generated Flink SQL job on a real Kafka: in every closed window, every cell is the processor's and the truth's.
import { afterAll, describe, expect, it } from 'vitest'
import { findFlink } from '../../load/flink/jars.ts'
import { SMALL_CITY } from '../cities.ts'
import { sayNotRun } from '../interop/tools.ts'
import { findBroker } from '../kafka/broker.ts'
import { startProgram } from '../kafka/programs.ts'

const flink = await findFlink()
const broker = typeof flink === 'string' ? flink : await findBroker()
if (typeof broker === 'string') {
  sayNotRun('The Flink SQL job', broker)
  describe('the Flink SQL job', () => {
    it.skip(`NOT run: ${broker}`, () => {})
  })
} else {
  afterAll(() => broker.stop())

  describe(`the Flink SQL job (${broker.from})`, () => {
    it('equals the processor and the truth, with copies, late and damaged events, silence and incidents', async () => {
      const trial = startProgram('load/flink/conformance.ts', [
        ...['--brokers', broker.brokers, '--city', SMALL_CITY],
        ...['--scenario', './test/flink/faults.json'],
      ])
      const code = await trial.ended
      expect(code, trial.output()).toBe(0)
      const [, cells] = /windows; (\d+) cells, 0 differing; /.exec(trial.stdout())!
      expect(Number(cells)).toBeGreaterThan(1000)
    }, 900_000)
  })
}
