// `huacheng plan-numbers`: planned numbers that sum to the city's, by population or by assets; what lacks them says so.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readValues } from '../../commands/options/options.ts'
import { planNumbers, plannedNumbers } from '../../commands/plan-numbers.ts'
import { openWorld } from '../../commands/wiring/world.ts'
import { loadCity, SEEDS_ROOT } from '../../seeds/load/city.ts'
import { CITIES, SMALL_CITY } from '../cities.ts'

const parking = { domain: 'parking', cityWide: false }

describe.each(CITIES)('planned numbers of %s', (id) => {
  const city = loadCity(id)

  it.each(['population', 'assets'] as const)('sum to the city’s, by %s', (by) => {
    for (const total of [1, 7, 1000, 99_999]) {
      const { [city.code]: whole, ...parts } = plannedNumbers(city, parking, total, by)
      expect(Object.keys(parts).sort()).toEqual(city.districts.map(({ code }) => code).sort())
      expect([whole, Object.values(parts).reduce((a, b) => a + b, 0)]).toEqual([total, total])
    }
  })

  it('are the city’s alone for a city-wide domain', () => {
    const hub = { domain: 'system-access', cityWide: true }
    expect(plannedNumbers(city, hub, 20, 'population')).toEqual({ [city.code]: 20 })
  })
})

describe('huacheng plan-numbers', () => {
  it('refuses everything wrong at once, with the shares that there are', async () => {
    const values = readValues(planNumbers, ['parking.usage', '3x', '--by', 'moon'])
    await expect(planNumbers.run(values)).rejects.toThrow(
      /kpi: parking\.usage, expected a share: .*parking\.coverage.*\n.*total: 3x.*\n.*--by: moon/,
    )
  })

  it('is named by the error of a share without planned numbers, with the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'huacheng-plan-'))
    const file = join(folder, 'plan.json')
    const plan = JSON.parse(readFileSync(join(SEEDS_ROOT, SMALL_CITY, 'plan.json'), 'utf8'))
    delete plan.planned['parking.coverage']
    writeFileSync(file, JSON.stringify(plan))
    const open = () => openWorld({ city: SMALL_CITY, plan: file }, { truth: false })
    expect(open).toThrow(
      /plan\.json planned\["parking\.coverage"\]: nothing, .*`npx huacheng plan-numbers parking\.coverage <total> --city testville`/,
    )
    rmSync(folder, { recursive: true })
  })
})
