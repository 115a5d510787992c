// The life of a parking event names files, functions and methods that are there, in every one of its steps.
import { describe, expect, it } from 'vitest'
import { repositoryFiles } from '../repository.ts'
import { misnamedCode, namedCode } from './named-code.ts'

const PAGE = 'docs/life-of-a-parking-event.md'
const files = repositoryFiles()

describe('the life of a parking event', () => {
  it('names what is there', () => {
    expect(misnamedCode(PAGE, files)).toEqual([])
  })

  it('names a file and a function in every step, and goes from the seeds to the page and its audit', () => {
    const steps = files
      .get(PAGE)!
      .split(/^\d+\. /m)
      .slice(1)
    expect(steps.length).toBeGreaterThan(10)
    for (const step of steps) expect(namedCode(step), step).not.toEqual([])
    const parts = steps.flatMap(namedCode).map(({ file }) => file.split('/').slice(0, 1)[0])
    const order = ['seeds', 'producers', 'processor', 'console', 'audit']
    expect([...new Set(parts)]).toEqual(order)
  })
})

describe('code that a document names', () => {
  const code = `
export class Task { readonly emit = () => 1; #fold() {} }
export const close = () => 2
function open() {}`
  const planted = (says: string) =>
    misnamedCode(
      'docs/page.md',
      new Map([
        ['docs/page.md', says],
        ['infra/task.ts', code],
      ]),
    )

  it('is found as function, method, private method or property', () => {
    const says =
      'see `infra/task.ts` (`close`, `open`,\n `Task.emit`), and then it folds (`Task.fold`)'
    expect(planted(says)).toEqual([])
    expect(namedCode(says).map(({ name }) => name)).toEqual(['close', 'open', 'Task.emit'])
  })

  it.each([
    ['`infra/gone.ts` (`close`)', 'infra/gone.ts is not there'],
    ['`infra/task.ts` (`open`, `shut`)', 'infra/task.ts declares no shut'],
    ['`infra/task.ts` (`Task.open`)', 'infra/task.ts declares no Task.open'],
    ['`infra/task.ts` (`Job.fold`)', 'infra/task.ts declares no Job.fold'],
    ['`infra/task.ts` (`Task.emit`) and then (`Task.shut`)', 'infra/task.ts declares no Task.shut'],
  ])('is caught when it is not there: %s', (says, wrong) => {
    expect(planted(says)).toEqual([`docs/page.md: ${wrong}`])
  })
})
