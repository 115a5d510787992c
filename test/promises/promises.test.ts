// The list of promises fits the code: their words and the places where they are broken stand there, and so do the tests.
import { expect, it } from 'vitest'
import { repositoryFiles } from '../repository.ts'
import { MUTATIONS } from '../simulation/mutations.ts'
import { PROMISES } from './promises.ts'

const files = repositoryFiles()
const count = (text: string, part: string) => text.split(part).length - 1

it('names words, places and tests that are there', () => {
  expect(PROMISES.length).toBeGreaterThan(40)
  const wrong = PROMISES.flatMap(({ file, words, from, to, test }) => {
    const text = files.get(file)
    if (text === undefined) return [`${file}: no such file`]
    const flat = text.replace(/\n\s*(\*|\/\/) /g, ' ')
    return [
      ...(count(flat, words) > 0 ? [] : [`${file}: does not say "${words}"`]),
      ...(count(text, from) === 1 ? [] : [`${file}: ${count(text, from)} times "${from}"`]),
      ...(from === to ? [`${file}: "${words}" is not broken by "${to}"`] : []),
      ...(files.has(test) ? [] : [`${file}: no ${test}`]),
    ]
  })
  expect(wrong).toEqual([])
})

it('fits the guards that the simulation is shown broken, too', () => {
  const edits = MUTATIONS.flatMap(({ name, edits }) => edits.map((edit) => ({ name, ...edit })))
  expect(edits.length).toBeGreaterThan(10)
  const wrong = edits.flatMap(({ name, file, from }) => {
    const times = count(files.get(file) ?? '', from)
    return times === 1 ? [] : [`${name}: ${times} times "${from}" in ${file}`]
  })
  expect(wrong).toEqual([])
})
