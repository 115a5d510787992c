// Seeded damage to scenarios, plans and seed files: each is refused as a Problem with exit code 2 or accepted, and then it runs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openKernel, openWorld } from '../../commands/wiring/world.ts'
import { Problem } from '../../infra/problem.ts'
import { below, stream } from '../../infra/random.ts'
import { domains } from '../../producers/domains.ts'
import { kpiIds } from '../../producers/kernel/kpi-ids.ts'
import { loadCity, SEEDS_ROOT } from '../../seeds/load/city.ts'
import { loadPlan } from '../../seeds/load/plan.ts'
import { loadScenario } from '../../seeds/scenario/scenario.ts'
import { copyCity } from './broken-city.ts'
import { damaged, damagedBytes } from './damage.ts'

const CITY = 'testville'
const folder = mkdtempSync(join(tmpdir(), 'huacheng-hostile-'))
afterAll(() => rmSync(folder, { recursive: true }))
const city = loadCity(CITY)
const kpis = kpiIds(domains, city)
/** An accepted scenario or seed is simulated for so long. */
const SLICE_MS = 20_000

type Outcome = 'accepted' | 'refused'

/** Anything but a Problem with exit code 2 fails the test, with the case that did it. */
function outcomeOf(run: () => unknown, describeCase: () => string): Outcome {
  try {
    run()
    return 'accepted'
  } catch (error) {
    const isRefusal = error instanceof Problem && error.exitCode === 2
    if (!isRefusal) throw new Error(`${describeCase()}: ${(error as Error).stack}`)
    for (const text of error.found) expect(text, describeCase()).toMatch(/, expected /)
    return 'refused'
  }
}

function tally(cases: number, run: (i: number) => Outcome): Record<Outcome, number> {
  const counts = { accepted: 0, refused: 0 }
  for (let i = 0; i < cases; i++) counts[run(i)]++
  return counts
}

/** Damages the text of `source` in one of many ways and hands the file to `use`. */
function cases(source: string, name: string, count: number, use: (path: string) => unknown) {
  const words = stream(11, name, 'hostile-files')
  const text = readFileSync(source, 'utf8')
  const path = join(folder, name)
  return tally(count, () => {
    const bytes =
      below(words, 0, 4) === 0 ? damagedBytes(text, words) : Buffer.from(damaged(text, words))
    writeFileSync(path, bytes)
    return outcomeOf(
      () => use(path),
      () => bytes.toString('latin1').slice(0, 3_000),
    )
  })
}

/** Builds everything and lets a little happen. */
function simulate(values: Record<string, string>, seeds?: string): void {
  const world = openWorld(values, { truth: true, seeds })
  const kernel = openKernel(world, 0, 1)
  kernel.advance(world.scenario.start + SLICE_MS, (time) => time)
  kernel.drain()
}

describe('damaged files', () => {
  it('600 scenarios are refused or run', () => {
    const source = join(SEEDS_ROOT, CITY, 'scenarios', 'default.json')
    let run = 0
    const counts = cases(source, 'scenario.json', 600, (path) => {
      const own = { path, label: 'scenario.json' }
      loadScenario(`${CITY}/scenario.json`, {}, { own, kpis })
      if (++run % 8 === 0) simulate({ city: CITY, scenario: path })
    })
    console.info(`600 damaged scenarios: ${JSON.stringify(counts)}`)
    expect(counts.refused).toBeGreaterThan(300)
    expect(counts.accepted).toBeGreaterThan(30)
  })

  it('600 plans are refused or taken', () => {
    const source = join(SEEDS_ROOT, CITY, 'plan.json')
    const counts = cases(source, 'plan.json', 600, (path) =>
      loadPlan(city, path, undefined, kpis, 'plan.json'),
    )
    console.info(`600 damaged plans: ${JSON.stringify(counts)}`)
    expect(counts.refused).toBeGreaterThan(300)
    expect(counts.accepted).toBeGreaterThan(30)
  })

  it.each([
    'parking.json',
    'system-access.json',
    'demand.json',
    'calendar.json',
    'city.json',
    'streets.json',
    'geo.topo.json',
  ])('40 times %s is refused or runs', (file) => {
    const { root, folder: copy } = copyCity(CITY)
    const words = stream(11, file, 'hostile-seeds')
    const text = readFileSync(join(copy, file), 'utf8')
    const counts = tally(40, () => {
      const changed = damaged(text, words)
      writeFileSync(join(copy, file), changed)
      return outcomeOf(
        () => simulate({ city: CITY, scale: '0.1' }, root),
        () => `${file}: ${changed.slice(0, 3_000)}`,
      )
    })
    console.info(`40 times ${file}: ${JSON.stringify(counts)}`)
    expect(counts.refused).toBeGreaterThan(4)
  })
})
