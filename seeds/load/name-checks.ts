// What a schema cannot say about names: which placeholders a pattern may have, and that its cases are values that occur.
import type { NamePattern, SpreadSection } from './catalogue-section.ts'
import { type Problems, show } from './seed-file.ts'

const PLACEHOLDER = /\{([^}]*)\}/g
const NUMBER = /^n{1,5}$/
/** By how many named roads an asset stands on. */
const KNOWN = [
  ['street', 'district'],
  ['street', 'district', 'road'],
  ['street', 'district', 'road', 'cross'],
]

/** `valuesOf` gives what an attribute may be, where it lists that. */
export function checkNames(
  { names }: SpreadSection,
  valuesOf: (attribute: string) => string[] | undefined,
  label: string,
  problems: Problems,
): void {
  if (!names) return
  const where = `${label} catalogue.names`
  if (!('by' in names)) {
    checkPattern(names, where, problems)
    return
  }
  const known = valuesOf(names.by)
  if (!known) {
    problems.add(`${where}.by`, show(names.by), 'an attribute that lists its values')
    return
  }
  for (const [value, pattern] of Object.entries(names.cases)) {
    if (!known.includes(value)) {
      problems.add(`${where}.cases.${value}`, 'a pattern', `one of ${known.join(', ')}`)
    }
    checkPattern(pattern, `${where}.cases.${value}`, problems)
  }
}

function checkPattern({ zh, en, onRoad, atCrossing }: NamePattern, where: string, to: Problems) {
  checkTexts(zh, en, 0, where, to)
  if (onRoad) checkTexts(onRoad.zh, onRoad.en, 1, `${where}.onRoad`, to)
  if (atCrossing) checkTexts(atCrossing.zh, atCrossing.en, 2, `${where}.atCrossing`, to)
}

function checkTexts(zh: string, en: string, roads: number, where: string, to: Problems): void {
  const [inZh, inEn] = [zh, en].map((text) =>
    [...text.matchAll(PLACEHOLDER)].map(([, name]) => name).sort(),
  )
  const wrong = inZh.filter((name) => !NUMBER.test(name) && !KNOWN[roads].includes(name))
  if (wrong.length > 0) {
    to.add(`${where}.zh`, `{${wrong[0]}}`, `{${[...KNOWN[roads], 'nn'].join('}, {')}}`)
  }
  if (inZh.join() !== inEn.join()) {
    to.add(`${where}.en`, show(en), `the placeholders of zh: ${inZh.join(', ') || 'none'}`)
  }
  if (inZh.filter((name) => NUMBER.test(name)).length > 1) {
    to.add(`${where}.zh`, show(zh), 'one number at most')
  }
}
