// The architecture holds: one arrow, no domain's name downstream, no ambient time, and each rule catches its planted violation.
import { describe, expect, it } from 'vitest'
import { domainFolders, type Sources, violations } from './architecture.ts'
import { repositoryFiles } from './repository.ts'

/** The skeleton alone has more; a walk that misses a part must not pass. */
const FEWEST_FILES = 100
const PARTS = [
  'seeds/',
  'infra/',
  'producers/',
  'processor/',
  'console/server/',
  'console/web/',
  'twin/',
  'test/',
]

describe('architecture', () => {
  const files = repositoryFiles()

  it('sees the whole repository', () => {
    expect(files.size).toBeGreaterThan(FEWEST_FILES)
    for (const part of PARTS) {
      const seen = [...files.keys()].filter((path) => path.startsWith(part))
      expect(seen, part).not.toEqual([])
    }
    expect(domainFolders(files).listed).toContain('parking')
  })

  it('holds in every file', () => {
    expect(violations(files)).toEqual([])
  })
})

describe('architecture: planted violations', () => {
  const DOMAINS = `import { parking } from './domains/parking/domain.ts'\nexport const domains = [parking]\n`

  function planted(path: string, source: string): string[] {
    return violations(
      new Map([
        ['producers/domains.ts', DOMAINS],
        [path, source],
      ]),
    )
  }

  const backward: [string, string, string][] = [
    ['an import', 'infra/a.ts', `import { x } from '../producers/run/shard/shard.ts'`],
    ['a type import', 'infra/a.ts', `import type { X } from '../seeds/contract.ts'`],
    ['a bare import', 'seeds/a.ts', `import '../producers/run/shard/shard.ts'`],
    [
      'a dynamic import',
      'producers/a.ts',
      `export const x = await import('../processor/task/task.ts')`,
    ],
    ['an import type', 'producers/a.ts', `export type X = import('../processor/task/task.ts').X`],
    ['an export from', 'processor/a.ts', `export { x } from '../console/messages.ts'`],
    ['an export all', 'processor/a.ts', `export * from '../producers/run/shard/shard.ts'`],
    [
      'a renaming export all',
      'processor/a.ts',
      `export * as x from '../producers/simulation/simulator.ts'`,
    ],
    [
      'an import of JSON',
      'processor/a.ts',
      `import x from '../producers/x.json' with { type: 'json' }`,
    ],
    [
      'a worker',
      'processor/a.ts',
      `new Worker(new URL('../console/server/app.ts', import.meta.url))`,
    ],
    ['a computed import', 'processor/a.ts', `export const x = (p: string) => import(p)`],
    ['a contract that looks inside', 'producers/contract/a.ts', `import { x } from '../shard.ts'`],
    [
      'more of the processor than its contract',
      'console/server/a.ts',
      `import { x } from '../../processor/task.ts'`,
    ],
    [
      'a simulator in the console',
      'console/server/a.ts',
      `import { x } from '../../producers/domains.ts'`,
    ],
    [
      'a contract in a domain',
      'producers/domains/parking/a.ts',
      `import { measureOf } from '../../contract/measures.ts'`,
    ],
    [
      'a type of the seeds in a domain',
      'producers/domains/parking/a.ts',
      `import type { City } from '../../../seeds/contract.ts'`,
    ],
    [
      'the rest of infra in a domain',
      'producers/domains/parking/a.ts',
      `import { Problem } from '../../../infra/problem.ts'`,
    ],
    [
      'the kernel in a domain',
      'producers/domains/parking/a.ts',
      `import { createKernel } from '../../kernel/kernel.ts'`,
    ],
    ['Node in a domain', 'producers/domains/parking/a.ts', `import { hash } from 'node:crypto'`],
    ['a package in a domain', 'producers/domains/parking/a.ts', `import pino from 'pino'`],
    ['the server in the page', 'console/web/a.tsx', `import { x } from '../server/app.ts'`],
    ['seeds in the page', 'console/web/a.ts', `import type { X } from '../../seeds/contract.ts'`],
    ['Node in the page', 'console/web/a.ts', `import { readFileSync } from 'node:fs'`],
    ['the audit in the console', 'console/server/a.ts', `import { x } from '../../audit/audit.ts'`],
    ['the page in the twin', 'twin/a.ts', `import type { X } from '../console/messages.ts'`],
    ['the audit in the twin', 'twin/a.ts', `import { x } from '../audit/audit.ts'`],
    ['the twin in the console', 'console/server/a.ts', `import { x } from '../../twin/twin.ts'`],
    ['the twin in the processor', 'processor/a.ts', `import { x } from '../twin/twin.ts'`],
    ['the load test in a producer', 'producers/a.ts', `import { x } from '../load/report.ts'`],
    ['the command line in a part', 'console/server/a.ts', `import { x } from '../../cli.ts'`],
    ['a folder without a rule', 'shared/a.ts', `export const x = 1`],
  ]
  it.each(backward)('catches %s', (_, path, source) => {
    expect(planted(path, `\n${source}\n`)).toHaveLength(1)
    expect(planted(path, `\n${source}\n`)[0]).toMatch(
      /(must not import|computed import|no known part|has no)/,
    )
  })

  const forward: [string, string][] = [
    ['seeds/a.ts', `import { Problem } from '../infra/problem.ts'`],
    [
      'producers/domains/parking/a.ts',
      `import { Type } from 'typebox'; import '../../simulation/streams.ts'; import '../../../infra/time.ts'; import './b.ts'`,
    ],
    ['producers/a.ts', `import { x } from '../seeds/load/city.ts'; import './contract/records.ts'`],
    ['processor/a.ts', `import { x } from '../producers/contract/measures.ts'`],
    ['processor/a.ts', `import { x } from './b.ts'; import { y } from 'typebox'`],
    ['console/messages.ts', `import type { X } from '../processor/contract/types.ts'`],
    ['console/server/a.ts', `import type { X } from '../../processor/contract/types.ts'`],
    ['console/web/a.tsx', `import { X } from '../messages.ts'; import { h } from 'preact'`],
    ['console/web/vite.config.ts', `import { join } from 'node:path'; export default {}`],
    ['audit/a.ts', `import { x } from '../processor/task/task.ts'`],
    ['twin/a.ts', `import '../producers/kernel/kernel.ts'; import '../processor/in-process.ts'`],
    ['load/a.ts', `import '../twin/twin.ts'`],
    ['cli.ts', `import './audit/a.ts'; import './load/b.ts'; await import('./commands/c.ts')`],
    ['commands/a.ts', `import '../audit/a.ts'`],
    ['test/a.ts', `import '../load/b.ts'`],
  ]
  it.each(forward)('allows %s: %s', (path, source) => {
    expect(planted(path, source)).toEqual([])
  })

  const ambient: [string][] = [
    ['export const t = Date.now()'],
    ['export const t = Date["now"]()'],
    ['export const t = globalThis.Date.now()'],
    ['export const t = new Date()'],
    ['export const t = Date()'],
    ['export const t = Math.random()'],
    ['export const t = performance.now()'],
    ['export const now = performance.now'],
    ['setTimeout(() => {}, 5)'],
    ['globalThis.setInterval(() => {}, 5)'],
    ['export const later = setTimeout'],
    [`import { setTimeout as later } from 'node:timers/promises'\nlater(5)`],
  ]
  it.each(ambient)('catches ambient time or chance: %s', (source) => {
    for (const path of [
      'producers/kernel/a.ts',
      'processor/a.ts',
      'console/server/a.ts',
      'cli.ts',
      'load/a.ts',
    ]) {
      expect(planted(path, source), path).toHaveLength(1)
    }
    for (const path of ['infra/clock.ts', 'console/web/a.ts', 'test/a.test.ts']) {
      const others = planted(path, source).filter((v) => !v.includes('a browser has no'))
      expect(others, path).toEqual([])
    }
  })

  it('lets dates be computed, clocks be called and words be said', () => {
    const source = `// Date.now() is forbidden here
      export const a = new Date(5).toISOString() + clock.now() + socket.setTimeout(5) + 'Math.random()'`
    expect(planted('processor/a.ts', source)).toEqual([])
  })

  const named: [string][] = [
    [`if (domain === 'parking') fold()`],
    ['const Parking = 1'],
    ['// only parking needs this'],
    ['const topic = `city.parking`'],
    [`const id = 'parking.free'`],
  ]
  it.each(named)("catches a domain's name downstream: %s", (source) => {
    for (const path of [
      'processor/a.ts',
      'console/server/a.ts',
      'console/web/a.tsx',
      'audit/a.ts',
      'twin/a.ts',
      'load/a.ts',
    ]) {
      expect(planted(path, source), path).toHaveLength(1)
    }
    expect(planted('producers/kernel/truth/truth.ts', source)).toEqual([])
  })

  it('knows a domain of several words in every spelling', () => {
    const files: Sources = new Map([
      ['producers/domains.ts', `import { x } from './domains/ev-charging/domain.ts'\n`],
      ['processor/a.ts', `'ev-charging'; evCharging; EV_CHARGING; // ev charging\nevery.charging`],
    ])
    expect(violations(files)).toHaveLength(4)
  })

  it('names the domain folder that the list forgot', () => {
    const [problem, ...others] = planted(
      'producers/domains/ev-charging/domain.ts',
      'export const x = 1',
    )
    expect(problem).toContain('does not list producers/domains/ev-charging/')
    expect(others).toEqual([])
  })

  it('keeps domains apart: only the list imports from a domain folder', () => {
    const among = (path: string) =>
      violations(
        new Map([
          ['producers/domains.ts', DOMAINS],
          ['producers/domains/parking/domain.ts', `import { x } from './departures.ts'`],
          [
            path,
            `import { x } from '${path.includes('/ev/') ? '../' : path.includes('/kernel/') ? '../domains/' : './domains/'}parking/departures.ts'`,
          ],
        ]),
      )
    expect(among('producers/kernel/kernel.ts')).toHaveLength(1)
    expect(among('producers/domains/ev/simulate.ts')).toHaveLength(1)
    expect(among('producers/kernel/kernel.ts')[0]).toContain('only producers/domains.ts knows')
    expect(among('producers/domains.ts')).toEqual([])
  })

  it('lets the oracle run nothing but its own files', () => {
    const oracle = (source: string) => planted('audit/oracle/lane.ts', source)
    expect(oracle(`import { isoTime } from '../../infra/time.ts'`)).toHaveLength(1)
    expect(oracle(`import { evaluate } from '../../processor/task/evaluate.ts'`)).toHaveLength(1)
    expect(oracle(`import { x } from '../compare/published.ts'`)).toHaveLength(1)
    expect(oracle(`import { x } from 'typebox'`)[0]).toMatch(/must not run typebox/)
    expect(oracle(`import type { X } from '../../producers/contract/measures.ts'`)).toEqual([])
    expect(oracle(`import { x } from './decimal.ts'; import 'node:crypto'`)).toEqual([])
    expect(planted('audit/compare/a.ts', `import { x } from '../../infra/time.ts'`)).toEqual([])
  })

  it('catches default exports outside configuration files', () => {
    expect(planted('infra/a.ts', 'export default 5')).toHaveLength(1)
    expect(planted('infra/a.ts', 'const a = 5\nexport { a as default }')).toHaveLength(1)
    expect(planted('vitest.config.ts', 'export default 5')).toEqual([])
  })

  const cities: [string][] = [
    [`if (city.id === 'sampleton') skip()`],
    ['// Sampleton has five of these'],
    [`const zh = '样城的停车'`],
    ['const whole = "990700"'],
    ['const district = 990703'],
    [`const title = '穗智管'`],
  ]
  it.each(cities)("catches a city's name where any city is served: %s", (source) => {
    const city = JSON.stringify({ code: '990700', name: { zh: '样城市', en: 'Sampleton' } })
    const among = (path: string) =>
      violations(
        new Map([
          ['seeds/sampleton/city.json', city],
          [path, source],
        ]),
      )
    const blind = [
      'seeds/a.ts',
      'infra/a.ts',
      'producers/a.ts',
      'processor/a.ts',
      'console/web/a.ts',
    ]
    for (const path of blind) expect(among(path), path).toHaveLength(1)
    for (const path of ['commands/a.ts', 'test/a.ts']) expect(among(path), path).toEqual([])
  })

  it('catches a file that does not parse, and tells the line of what it finds', () => {
    expect(planted('infra/a.ts', 'export const = 1')[0]).toMatch(/^infra\/a\.ts:1: does not parse/)
    expect(planted('infra/a.ts', '\n\nexport default 5')[0]).toMatch(/^infra\/a\.ts:3: /)
  })
})
