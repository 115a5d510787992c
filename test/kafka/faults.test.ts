// The short fault run: deaths, a zombie, a broker that is killed, rubbish, duplicates and late events; final = offline all the same.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { planFaults, SHORT } from '../faults/plan.ts'
import { SETTINGS } from '../faults/settings.ts'
import { runTrial } from '../faults/trial.ts'
import { findBroker } from './broker.ts'

const SEED = Number(process.env.FAULTS_SEED ?? 1)

// A broker of its own: it is killed.
const broker = await findBroker({ env: {} })
if (typeof broker === 'string') {
  console.error(`\nShort fault run NOT run: ${broker}\n`)
  describe('faults', () => {
    it.skip(`NOT run: ${broker}`, () => {})
  })
} else {
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-faults-'))
  afterAll(async () => {
    await broker.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  describe(`faults (${broker.from}, FAULTS_SEED=${SEED})`, () => {
    it('change no final reading and leave nothing unexplained', async () => {
      const said: string[] = []
      const trial = await runTrial({
        ...{ ...SETTINGS, broker, folder, seed: SEED, plan: planFaults(SEED, SHORT) },
        ...{ scenario: 'dirty-input', prefix: `faults-test-${process.pid}.` },
        say: (line) => said.push(line),
      })
      console.log(
        [`seed ${SEED}, ${trial.minutes} sim minutes`, ...said, trial.summary].join('\n  '),
      )
      expect(trial.differing).toEqual([])
      expect(trial.missing).toBe(0)
      expect(trial.unexplained).toBe(0)
      expect(trial.cells).toBeGreaterThan(1000)
      // An append that was retried may stand twice.
      expect(trial.deadLetters).toBeGreaterThanOrEqual(trial.poisoned)
      expect(trial.poisoned).toBeGreaterThan(0)
      expect(trial.foreign).toBeGreaterThan(1000)
      expect(trial.health).toMatchObject({ ready: true, reasons: [] })
      expect(trial.restarts).toEqual([])
    }, 420_000)
  })
}
