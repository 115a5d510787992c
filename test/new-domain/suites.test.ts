// Which suites are run with one domain more: those that can see the list of domains or the command line.
import { expect, it } from 'vitest'
import { repositoryFiles } from '../repository.ts'
import { suitesThatCount } from './run.ts'

it('takes what imports the list, directly or not, and what starts programs', () => {
  const files = new Map([
    ['producers/domains.ts', ''],
    ['commands/world.ts', `import { domains } from '../producers/domains.ts'`],
    ['test/a.test.ts', `import { world } from '../commands/world.ts'`],
    ['test/b.test.ts', `import { x } from '../infra/x.ts'`],
    ['test/c.test.ts', `execFile('node', ['huacheng.js'])`],
    ['test/kafka/d.test.ts', `import { domains } from '../../producers/domains.ts'`],
  ])
  expect(suitesThatCount(files)).toEqual(['test/a.test.ts', 'test/c.test.ts'])
})

it('takes many here, those of commands, audit and seeds among them', () => {
  const suites = suitesThatCount(repositoryFiles())
  expect(suites.length).toBeGreaterThan(30)
  expect(suites).toEqual(
    expect.arrayContaining([
      'test/cli.test.ts',
      'test/audit/audit.test.ts',
      'test/commands/produce/preflight.test.ts',
      'test/producers/domains.test.ts',
      'test/seeds/guangzhou.test.ts',
    ]),
  )
})
