// The changelog: what becomes of commit subjects, and that the committed file is one of them.
import { expect, it } from 'vitest'
import { changelog, changesOf } from '../../tools/changelog.ts'
import { repositoryFiles } from '../repository.ts'

const LOG = `2026-11-25 infra: lanes resume
2026-11-25 console/web: a quieter map
2026-11-24 infra, seeds: one rule for both: no floats
2026-11-24 first steps
2026-11-25 infra: lanes begin
`

it('reads day, area and change of each commit', () => {
  expect(changesOf(LOG)).toEqual([
    { day: '2026-11-25', area: 'infra', text: 'lanes resume' },
    { day: '2026-11-25', area: 'console/web', text: 'a quieter map' },
    { day: '2026-11-24', area: 'infra, seeds', text: 'one rule for both: no floats' },
    { day: '2026-11-24', area: 'other', text: 'first steps' },
    { day: '2026-11-25', area: 'infra', text: 'lanes begin' },
  ])
})

it('groups them by day and area, oldest first within an area, equal ones once', () => {
  const text = changelog(changesOf(`${LOG}2026-11-25 infra: lanes begin\n`))
  expect(text.slice(text.indexOf('## '))).toBe(`## 2026-11-25

- **console/web**
  - a quieter map
- **infra**
  - lanes begin
  - lanes resume

## 2026-11-24

- **infra, seeds**
  - one rule for both: no floats
- **other**
  - first steps
`)
})

it('is committed as it would be made', () => {
  const text = repositoryFiles().get('CHANGELOG.md') ?? ''
  expect(text).toContain('Made by `npm run changelog`')
  expect(text).toMatch(/^## 20\d\d-\d\d-\d\d$/m)
})
