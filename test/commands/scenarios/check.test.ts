// `huacheng scenarios check`: every scenario that we ship is sound, lies in its city and runs the same way twice; of a bad one all is named.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { digestOf } from '../../../commands/digest.ts'
import { checkFiles, checkText, checkWords } from '../../../commands/scenarios/check.ts'
import { openKernel, openWorld, runThrough } from '../../../commands/wiring/world.ts'
import { Problem } from '../../../infra/problem.ts'
import { HOUR_MS } from '../../../infra/time.ts'
import { listScenarios, loadScenario } from '../../../seeds/scenario/scenario.ts'
import { smallOptions } from '../../cities.ts'

const all = listScenarios()
const checked = new Map(all.map((name) => [name, checkFiles([name], {})[0]]))
const folder = mkdtempSync(join(tmpdir(), 'huacheng-scenes-'))
afterAll(() => rmSync(folder, { recursive: true }))

function foundIn(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof Problem) return error.found
    throw error
  }
  return []
}

describe('the scenarios', () => {
  it.each(all)(
    '%s: incidents touch assets of its city, cues come in order before the end',
    (name) => {
      const { incidents, cues, end } = checked.get(name)!
      for (const { assets, districts } of incidents) {
        expect(Object.values(assets).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(100)
        expect(districts.length).toBeGreaterThan(0)
      }
      const times = cues.map(({ time }) => Date.parse(time))
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(times.every((time) => time < Date.parse(end))).toBe(true)
    },
  )

  it('begin without incident or fault where none is asked for', () => {
    for (const name of ['default', 'evening-peak', 'quiet-night', 'morning']) {
      const { incidents, faults } = checked.get(`guangzhou/${name}`)!
      expect([name, incidents, faults]).toEqual([name, [], []])
    }
  })

  it('evening-peak is the beginning of the default one, byte for byte', () => {
    const [usual, peak] = ['default', 'evening-peak'].map((n) => loadScenario(`guangzhou/${n}`))
    expect(peak.runId).toBe(usual.runId)
    expect(peak.durationMs).toBe(4 * HOUR_MS)
  })

  it('last as long as they are called: cues are wall time too', () => {
    const minutes = (name: string) => {
      const { durationMs, speed } = loadScenario(`guangzhou/${name}`)
      return durationMs / speed / 60_000
    }
    expect([minutes('three-minutes'), minutes('ten-minutes')]).toEqual([3, 10])
    const walls = checked.get('guangzhou/three-minutes')!.cues.map((cue) => cue.wallSeconds)
    expect(walls).toEqual([0, 30, 60, 90, 120, 165])
  })

  it.each([
    'guangzhou/canton-fair',
    'guangzhou/marathon',
    'guangzhou/three-minutes',
    'testville/storm',
  ])('%s: two runs give the same digest', (name) => {
    const { scale } = smallOptions(name.split('/')[0])
    const options = { scenario: name, scale, for: 'PT20M' }
    const [one, two] = [1, 2].map(() => digestOf(openWorld(options, { truth: false }), 1))
    expect(one).toEqual(two)
    expect(one.events).toBeGreaterThan(1000)
  })
})

const good = {
  title: { zh: '雨', en: 'Rain' },
  seed: 1,
  start: '2025-06-11T15:00:00+08:00',
  duration: 'PT2H',
  speed: 60,
  scale: 0.02,
  incidents: [
    {
      id: 'storm-1',
      kind: 'rainstorm',
      at: 'PT30M',
      for: 'PT1H',
      place: { lon: 113.3, lat: 23.12, km: 10 },
    },
  ],
  faults: [{ kind: 'drop', domain: 'parking', share: 0.1, from: 'PT10M', for: 'PT5M' }],
  cues: [
    { at: 'PT0S', title: { zh: '始', en: 'Begin' }, speed: 120 },
    { at: 'PT1H', title: { zh: '雨', en: 'Rain' }, hold: true },
  ],
}

function own(name: string, change: object = {}): string {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify({ ...good, ...change }))
  return path
}

describe('scenarios check', () => {
  it('prints what a file will do: times of the city’s clock, places, faults, cues, digest', () => {
    const [one] = checkFiles([own('my.json')], { city: 'guangzhou' })
    const text = checkText(one)
    expect(text).toContain('guangzhou/my.json  雨 / Rain')
    expect(text).toContain('2025-06-11 15:00 for PT2H: 2 min 0 s at speed 60; scale 0.02, seed 1')
    expect(text).toMatch(/^ {4}15:30–16:30 {2}storm-1: rainstorm 暴雨 \/ Rainstorm, orange, 10 km/m)
    expect(text).toMatch(/five-g-site \d{3}, .*; districts 440/)
    expect(text).toContain('15:10–15:15  drop, 0.1 of parking')
    expect(text).toContain('16:00  after 30 s: 雨 / Rain (holds)')
    expect(text).toContain(one.digest)
    expect(one.run).toMatch(/^r-[0-9a-f]{12}$/)
  })

  it('knows the city of a file that lies in its folder', () => {
    const [one] = checkFiles(['seeds/testville/scenarios/storm.json'], {})
    expect([one.city, one.name]).toEqual(['testville', 'storm'])
    expect(one.digest).toBe(loadScenario('testville/storm').digest)
  })

  it('takes other numbers of a model for one scenario, and checks them as those of the city', () => {
    const rule = { afterMin: 5, district: '440106', kind: 'drain', urgent: true, note: 'by rule' }
    const opened = (rules: object[]) => {
      const scenario = own('rules.json', { parameters: { casework: { rules } } })
      const options = {
        scenario,
        city: 'guangzhou',
        for: 'PT6M',
        scale: '0.3',
        domains: 'casework',
      }
      const world = openWorld(options, { truth: false })
      let count = 0
      const kernel = openKernel(world, 0, 1, {
        observe: (value) => {
          if (value.includes('"origin":"rule"')) count++
        },
      })
      runThrough(world, kernel, () => kernel.drain())
      return count
    }
    expect(opened([rule])).toBeGreaterThan(0)
    expect(opened([])).toBe(0)
    const wrong = foundIn(() => opened([{ ...rule, kind: 'dragon' }])).join('\n')
    expect(wrong).toContain('parameters.casework.rules[0].kind: "dragon", expected')
  })

  it('names everything that is wrong with every file at once', () => {
    const [storm] = good.incidents
    const files = [
      own('a.json', {
        speed: 0,
        incidents: [
          { ...storm, kind: 'snow' },
          { ...storm, at: 'PT3H', severity: 'pink' },
        ],
      }),
      own('b.json', {
        incidents: [{ ...storm, parameters: { towards: 400 } }],
        cues: [{ at: 'P' }],
      }),
    ]
    const found = foundIn(() => checkFiles(files, { city: 'guangzhou' })).join('\n')
    expect(found).toMatch(/a\.json speed: 0/)
    expect(found).toMatch(/a\.json incidents\[0\]\.kind: "snow", expected one of rainstorm/)
    expect(found).toMatch(/a\.json incidents\[1\]\.severity: "pink"/)
    expect(found).toMatch(/b\.json incidents\[0\]\.parameters\.towards: 400/)
    expect(found).toMatch(/b\.json cues\[0\]\.title/)
  })

  it('refuses an incident where the city has nothing, and a word that it does not know', () => {
    const sea = own('sea.json', {
      incidents: [{ ...good.incidents[0], place: { lon: 23.12, lat: 113.3 - 90, km: 5 } }],
    })
    expect(foundIn(() => checkFiles([sea], { city: 'guangzhou' })).join()).toMatch(
      /incidents\[0\]\.place: no asset of the city within, expected some; positions are WGS-84/,
    )
    expect(() => checkWords(['cheque', 'a.json'])).toThrow(/the word "cheque"/)
    expect(() => checkWords(['check'])).toThrow(/check without a file/)
  })
})
