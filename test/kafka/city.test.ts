// The separate programs on a real broker end with the bytes that one process computes without Kafka: finals, digest, ledger.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { proveCity } from '../../load/proof/city-proof.ts'
import { SMALL_CITY } from '../cities.ts'
import { findBroker } from './broker.ts'

const broker = await findBroker()
if (typeof broker === 'string') {
  console.error(`\nCity on Kafka NOT run: ${broker}\n`)
  describe('city on Kafka', () => {
    it.skip(`NOT run: ${broker}`, () => {})
  })
} else {
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-city-'))
  afterAll(async () => {
    await broker.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  describe(`city on Kafka (${broker.from})`, () => {
    it('equals the city computed offline', async () => {
      const result = await proveCity({
        brokers: broker.brokers,
        prefix: `city-test-${process.pid}.`,
        folder,
        // A small city; the storm below is over a large one.
        scenario: `${SMALL_CITY}/default`,
        speed: 30,
        for: 'PT3M',
        scale: '1',
        producers: 2,
        processors: 2,
        kill: false,
      })
      expect(result.differing).toEqual([])
      expect(result.missing).toBe(0)
      expect(result.inProcess).toEqual({ 1: result.onLog })
      expect(result.summary).toMatch(/unexplained 0$/)
      expect(result.unexpected).toEqual([])
      expect(result.cells).toBeGreaterThan(500)
    }, 180_000)

    it('equals it in a storm too, with deaths and every command in the middle of it, and stands the audit', async () => {
      const result = await proveCity({
        brokers: broker.brokers,
        prefix: `storm-test-${process.pid}.`,
        folder: join(folder, 'storm'),
        scenario: 'rainstorm',
        speed: 240,
        for: 'PT2H',
        scale: '0.02',
        producers: 2,
        processors: 2,
        kill: true,
        orders: true,
        shards: [1, 4],
      })
      console.log(`${result.accepted} commands; ${result.summary}`)
      expect(result.differing).toEqual([])
      expect(result.missing).toBe(0)
      expect(result.inProcess).toEqual({ 1: result.onLog, 4: result.onLog })
      expect(result.audit).toMatch(/^PASS: /m)
      expect(result.summary).toMatch(/late [1-9].* unexplained 0$/)
      expect(result.unexpected).toEqual([])
      expect(result.cells).toBeGreaterThan(10_000)
      expect(result.accepted).toBeGreaterThan(20)
    }, 300_000)
  })
}
