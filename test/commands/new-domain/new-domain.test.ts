// `npm run new-domain`: what it writes compiles, keeps every promise, and gives the truth's numbers as it is.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { newDomainFiles, writeDomain } from '../../../commands/new-domain/new-domain.ts'
import type { Domain } from '../../../producers/simulation/simulator.ts'
import { buildCatalogue } from '../../../seeds/catalogue/catalogue.ts'
import { cityNames, loadCity } from '../../../seeds/load/city.ts'
import { SMALL_CITY } from '../../cities.ts'
import { keepsTheDomainPromises } from '../../producers/domain-promises.ts'

const REPOSITORY = join(import.meta.dirname, '../../..')
const PARTS = [
  'seeds',
  'infra',
  'producers',
  'processor',
  'console',
  'audit',
  'twin',
  'load',
  'commands',
]
const FILES = ['cli.ts', 'huacheng.js', 'package.json', 'tsconfig.json', 'biome.json', '.gitignore']
const NAME = 'city-fountains'
const words = { name: NAME, zh: '喷泉', en: 'Fountains' }

const root = mkdtempSync(join(tmpdir(), 'huacheng-new-domain-'))
for (const part of [...PARTS, ...FILES]) {
  cpSync(join(REPOSITORY, part), join(root, part), {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist)$/.test(path),
  })
}
symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'))
const files = newDomainFiles(words, undefined, root)
writeDomain(files, root)
const seeds = join(root, 'seeds')
const city = loadCity(SMALL_CITY, seeds)
const folder = join(root, 'producers/domains', NAME)
const { cityFountains } = (await import(pathToFileURL(join(folder, 'domain.ts')).href)) as {
  cityFountains: Domain
}

afterAll(() => rmSync(root, { recursive: true }))

function inCopy(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, program), ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('a domain from the template', () => {
  const catalogue = buildCatalogue(city, 1)
  const { from, to } = catalogue.ranges[NAME]
  keepsTheDomainPromises({
    domain: cityFountains,
    assets: catalogue.ids
      .slice(from, to)
      .map((id, i) => ({ id, attributes: catalogue.attributes[from + i] })),
    city,
    start: '2026-03-10T07:30:00+08:00',
    hours: 12,
  })

  it('is six files, its line, and data and planned numbers for every city', () => {
    const code = ['declaration', 'domain', 'event', 'measures', 'parameters', 'simulate']
    expect([...files.keys()].sort()).toEqual(
      [
        ...code.map((file) => `producers/domains/${NAME}/${file}.ts`),
        'producers/domains.ts',
        ...cityNames().flatMap((id) => [`seeds/${id}/${NAME}.json`, `seeds/${id}/plan.json`]),
      ].sort(),
    )
    for (const [path, text] of files) {
      if (path.includes(NAME)) expect(text).not.toMatch(/sample|示例|\b99\b/i)
    }
    const list = readFileSync(join(root, 'producers/domains.ts'), 'utf8')
    expect(list).toContain(`import { cityFountains } from './domains/${NAME}/domain.ts'`)
    expect(list).toMatch(/ {2}cityFountains,\n\]\n$/)
  })

  it('compiles', () => {
    const config = { extends: './tsconfig.json', include: ['producers'], exclude: [] }
    writeFileSync(join(root, 'tsconfig.new.json'), JSON.stringify(config))
    const tsc = inCopy('node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.new.json')
    expect([tsc.stdout, tsc.status]).toEqual(['', 0])
  }, 120_000)

  it('gives the truth’s numbers in a city, by the same command that shows the others', () => {
    const args = ['kpis', '--city', SMALL_CITY, '--for', 'PT4M', '--json']
    const { status, stdout, stderr } = inCopy('cli.ts', ...args)
    expect([stderr, status]).toEqual(['', 0])
    const readings = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const own = readings.filter(({ kpi }) => kpi.startsWith(`${NAME}.`))
    const kpis = ['coverage', 'solved', 'volume', 'waiting'].map((name) => `${NAME}.${name}`)
    expect([...new Set(own.map(({ kpi }) => kpi))].sort()).toEqual(kpis)
    expect(readings.filter(({ truth }) => truth !== 'equal')).toEqual([])
    // It begins in a steady state: as much waits in the first minute as in the fourth, give or take.
    const waiting = own.filter((r) => r.kpi === `${NAME}.waiting` && r.window.kind === 'window')
    const values = waiting.map(({ scopes }) => scopes[city.code].value)
    expect(values[0]).toBeGreaterThan(20)
    expect(Math.abs(values[3] / values[0] - 1)).toBeLessThan(0.2)
  }, 120_000)
})

describe('a new domain’s name', () => {
  const refusal = (name: string, more = {}) => {
    try {
      newDomainFiles({ ...words, name, ...more }, undefined, root)
    } catch (error) {
      return (error as Error).message
    }
    return 'taken'
  }

  it.each([
    ['Fountains', /"?Fountains"?, expected lower-case words/],
    ['a_b', /expected lower-case words/],
    ['x'.repeat(31), /at most 30 letters/],
    ['parking', /parking, a domain already/],
    [NAME, /a folder already/],
    ['demand', /means something else here/],
    ['kpi-partial', /means something else here/],
    ['new', /means something else here/],
    ['watermark', /a word that \S+\.ts uses/],
  ])('is refused: %s', (name, reason) => {
    expect(refusal(name)).toMatch(reason)
  })

  it('needs labels that fit between quotes', () => {
    expect(refusal('city-wells', { zh: "it's", en: '' })).toMatch(/--zh: "it's".*\n.*--en: ""/)
  })
})
