// Numbers, times and words as people see them, in both languages.
import { describe, expect, it } from 'vitest'
import { en } from '../../../../console/web/i18n/en.ts'
import {
  bytes,
  compact,
  date,
  exact,
  hourMinute,
  learnUnits,
  quantityText,
  seconds,
  span,
  speedText,
  unitWord,
  weekday,
  whole,
} from '../../../../console/web/i18n/format.ts'
import { lang, t, tx } from '../../../../console/web/i18n/i18n.ts'
import { zh } from '../../../../console/web/i18n/zh.ts'

const EVENING = Date.parse('2025-06-18T18:05:30+08:00')

describe('numbers', () => {
  it('are compact from a hundred thousand on: 万 and 亿, K and M', () => {
    expect(compact(93_214, 'zh')).toBe('93,214')
    expect(compact(123_456, 'zh')).toBe('12.35万')
    expect(compact(280_000_000_000, 'zh')).toBe('2800亿')
    expect(compact(123_456, 'en')).toBe('123.5k')
  })

  it('carry their unit: fractions as per cent, things whole', () => {
    learnUnits([
      { '{site}': { zh: '座', en: 'sites' } },
      undefined,
      { '{node}': { zh: '个', en: 'nodes' } },
    ])
    expect(quantityText(0.9321, '1', 'zh')).toBe('93.2%')
    expect(quantityText(95_708.1, '{site}', 'zh')).toBe('95,708座')
    expect(quantityText(35, '{node}', 'en')).toBe('35 nodes')
    expect(quantityText(21.94, 's', 'zh')).toBe('21.9秒')
    expect(quantityText(null, '1', 'zh')).toBe('–')
    expect(quantityText(12, '{gadget}', 'en')).toBe('12 gadget')
    expect(unitWord('1', 'zh')).toBe('')
    learnUnits([])
    expect(unitWord('{site}', 'zh')).toBe('site')
  })

  it('can be exact', () => {
    expect(exact(0.932145, 'zh')).toBe('0.932145')
    expect(whole(1_204_311, 'en')).toBe('1,204,311')
    expect(speedText(30, 'zh')).toBe('30×')
    expect(speedText(29.84, 'en')).toBe('29.8×')
    expect(bytes(892_200, 'en')).toBe('892.2 kB')
  })
})

describe('times', () => {
  it('are the city’s, whatever the machine’s zone', () => {
    expect(date(EVENING)).toBe('2025-06-18')
    expect(hourMinute(EVENING)).toBe('18:05')
    expect(seconds(EVENING)).toBe('30')
    expect(weekday(EVENING, 'zh')).toBe('周三')
    expect(weekday(EVENING, 'en')).toBe('Wed')
    expect(date(Date.parse('2025-06-18T17:00:00Z'))).toBe('2025-06-19')
    expect(hourMinute(Date.parse('2025-06-18T16:00:00Z'))).toBe('00:00')
  })

  it('are spans in one unit', () => {
    expect(span(45_000, 'zh')).toBe('45 秒')
    expect(span(119_000, 'en')).toBe('119 s')
    expect(span(12 * 60_000, 'en')).toBe('12 min')
    expect(span(3 * 86_400_000, 'zh')).toBe('3 天')
    expect(span(-5, 'zh')).toBe('0 秒')
  })
})

describe('words', () => {
  it('fill in values and follow the language', () => {
    lang.value = 'zh'
    expect(t('ledger.balanced', { a: 7, b: 7 })).toBe('账平 ✓ 7 = 7')
    lang.value = 'en'
    expect(t('tile.n', { n: 3 })).toBe('n 3')
    expect(tx({ zh: '区', en: 'district' })).toBe('district')
    lang.value = 'zh'
  })

  it('have the same placeholders in both languages', () => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      expect([key, names(en[key])]).toEqual([key, names(zh[key])])
    }
  })
})
