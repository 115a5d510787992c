// What a form makes of a JSON Schema: what stands in its fields, what they say, and what is sent.
import { beforeEach, describe, expect, it } from 'vitest'
import { lang } from '../../../../console/web/i18n/i18n.ts'
import {
  boundsIn,
  durationOf,
  isSame,
  partsOf,
  proposed,
} from '../../../../console/web/ui/fields/duration.ts'
import {
  argumentsOf,
  fieldsOf,
  firstValues,
  hintOf,
} from '../../../../console/web/ui/fields/schema.ts'

beforeEach(() => {
  lang.value = 'en'
})

const schema = {
  type: 'object',
  required: ['plan', 'name'],
  properties: {
    plan: { type: 'integer', minimum: 1, maximum: 6, default: 2, unit: 'km' },
    least: { type: 'number', minimum: 0.5 },
    name: { type: 'string' },
    note: { type: 'string' },
    sure: { type: 'boolean' },
    for: { type: 'string', default: 'PT1H', duration: { least: 'PT5M', most: 'PT4H' } },
  },
}

describe('a form', () => {
  it('says bounds, unit and default at its fields, and what may stay empty', () => {
    expect(fieldsOf(schema).map(hintOf)).toEqual([
      '1–6 km, default 2',
      '≥ 0.5',
      '',
      'may stay empty',
      '',
      '5 minutes–4 hours, default 1 hours',
    ])
  })

  it('sends what was filled in, and leaves out an empty text that is not needed', () => {
    const fields = fieldsOf(schema)
    const values = firstValues(fields)
    const first = { plan: 2, least: 0.5, name: '', note: '', sure: true, for: 'PT1H' }
    expect(values).toEqual(first)
    const { note: _left, ...sent } = first
    expect(argumentsOf(fields, values)).toEqual(sent)
    expect(argumentsOf(fields, { ...values, note: 'x' })).toMatchObject({ note: 'x' })
  })
})

describe('a duration', () => {
  it('is one number of one unit, as it was written', () => {
    for (const text of ['PT90M', 'PT2H', 'P3D', 'PT15S']) {
      const { count, unit } = partsOf(text)
      expect(durationOf(count, unit)).toBe(text)
    }
    expect(partsOf('PT1H30M')).toEqual({ count: 90, unit: 'M' })
    expect(partsOf('P1DT12H')).toEqual({ count: 36, unit: 'H' })
    // What was cleared keeps its unit.
    expect(partsOf(durationOf(Number.NaN, 'H'))).toEqual({ count: Number.NaN, unit: 'H' })
  })

  it('is proposed as the usual ones around what is usual for it, within its bounds', () => {
    const lock = { least: 'PT15S', most: 'PT10M' }
    expect(proposed('PT2M', lock)).toEqual(['PT1M', 'PT2M', 'PT5M', 'PT10M'])
    expect(proposed('PT1H', { least: 'PT5M', most: 'PT4H' })).toEqual([
      'PT30M',
      'PT1H',
      'PT2H',
      'PT4H',
    ])
    expect(proposed('PT7M', lock)).toEqual(['PT1M', 'PT2M', 'PT5M', 'PT10M'])
    expect(proposed('PT5S', { least: 'PT1S', most: 'PT20S' })).toEqual([])
    expect([isSame('PT60M', 'PT1H'), isSame('PT60M', 'PT2H')]).toEqual([true, false])
  })

  it('is bounded in whole numbers of each unit', () => {
    const bounds = { least: 'PT5M', most: 'PT4H' }
    expect(boundsIn('M', bounds)).toEqual({ min: 5, max: 240 })
    expect(boundsIn('H', bounds)).toEqual({ min: 1, max: 4 })
    expect(boundsIn('D', bounds)).toEqual({ min: 1, max: 0 })
    expect(boundsIn('D', {})).toEqual({ min: 1 })
  })
})
