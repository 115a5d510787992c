// Keys: what is built is parsed again, fits its published pattern, and nothing else does.
import { describe, expect, it } from 'vitest'
import {
  alertKey,
  kpiKeys,
  partialKeys,
  sourceKey,
  taskKey,
} from '../../../processor/contract/keys.ts'
import { commandKey, runKey, runShapes, windowKey } from '../../../producers/contract/keys.ts'

const START = '2025-06-18T08:30:00.000Z'

describe('keys of the topic run', () => {
  const keys: [string, Parameters<typeof runKey.build>[0]][] = [
    [
      'descriptor|r-0123456789ab|8c4b3a52-0000-4000-8000-000000000000',
      { kind: 'descriptor', run: 'r-0123456789ab', id: '8c4b3a52-0000-4000-8000-000000000000' },
    ],
    ['4|conductor|second', { kind: 'conductor', epoch: 4, id: 'second' }],
    ['4|horizon|8', { kind: 'horizon', epoch: 4, term: 8 }],
    ['4|command|c.1|8', { kind: 'command', epoch: 4, id: 'c.1', term: 8 }],
    ['4|progress|1', { kind: 'progress', epoch: 4, shard: 1 }],
    ['4|end|8', { kind: 'end', epoch: 4, term: 8 }],
  ]

  it('are what they say, of any run and any term', () => {
    for (const [text, key] of keys) {
      expect(runKey.build(key)).toBe(text)
      expect(runKey.parse(text)).toEqual(key)
      const fitting = Object.entries(runShapes).filter(([, s]) => new RegExp(s.pattern).test(text))
      expect(fitting.map(([kind]) => kind)).toEqual([key.kind])
    }
  })

  it('are not parsed where a part is missing, one too many, empty or no number', () => {
    const wrong = ['', 'hello', '|', '4', '4|horizon', '4|horizon|', '4|horizon|8|9', '4|horizon|x']
    const numbers = ['04|horizon|8', '-1|horizon|8', '1e3|horizon|8', `${2 ** 60}|horizon|8`]
    const words = [
      '4|Horizon|8',
      ' 4|horizon|8',
      '4|horizon|8\n',
      '4|command|a|b|8',
      '4|command||8',
    ]
    const descriptors = [
      'descriptor|r-1|u',
      'descriptor|r-0123456789ab|',
      'descriptor|r-0123456789ab',
    ]
    for (const text of [...wrong, ...numbers, ...words, ...descriptors]) {
      expect(runKey.parse(text), text).toBeNull()
    }
  })
})

describe('keys of windows, readings, tasks and sources', () => {
  it('differ within their topic', () => {
    expect(partialKeys.parse('4|lamp|3')).toEqual({
      kind: 'provisional',
      ...{ epoch: 4, domain: 'lamp', partition: 3 },
    })
    expect(partialKeys.parse(`4|lamp|3|${START}`)).toEqual({
      kind: 'final',
      ...{ epoch: 4, domain: 'lamp', partition: 3, start: START },
    })
    expect(kpiKeys.parse('4|lamp.lit')).toEqual({ kind: 'provisional', epoch: 4, kpi: 'lamp.lit' })
    expect(kpiKeys.parse(`4|lamp.lit|${START}`)?.kind).toBe('window')
    expect(kpiKeys.parse('4|lamp.lit|day|2025-06-18')?.kind).toBe('day')
    expect(kpiKeys.parse('4|ledger|lamp|3')).toEqual({
      kind: 'ledger',
      ...{ epoch: 4, domain: 'lamp', partition: 3 },
    })
    expect(alertKey.parse('4|a-lamp.lit-990000-warning-x')?.epoch).toBe(4)
    expect(taskKey.parse('lamp|3')).toEqual({ domain: 'lamp', partition: 3 })
    expect(sourceKey.parse('city.lamp/3/99')).toEqual({
      ...{ topic: 'city.lamp', partition: 3, offset: '99' },
    })
    expect(commandKey.parse('c-1')).toEqual({ id: 'c-1' })
  })

  it('know no day that no calendar has', () => {
    expect(windowKey.parse('4|lamp|3|2025-02-30T00:00:00.000Z')).toBeNull()
    expect(windowKey.parse('4|lamp|3|2025-02-28T24:00:00.000Z')).toBeNull()
    expect(kpiKeys.parse('4|lamp.lit|day|2025-06-31')).toBeNull()
  })
})
