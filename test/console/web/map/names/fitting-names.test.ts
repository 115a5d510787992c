// Names on a drawing: none on another, and what is wrong somewhere is always said.
import { describe, expect, it } from 'vitest'
import { fittingNames, type NameWish } from '../../../../../console/web/map/names/fitting-names.ts'

const TYPE = 16
const wish = (code: string, x: number, sign = '', y = 100): NameWish => ({
  ...{ code, x, y, sign },
  name: `区${code}`,
})
const textsOf = (wishes: NameWish[]) =>
  [...fittingNames(wishes, TYPE, '异常 12')].map(([code, { text }]) => [code, text])

describe('names of areas', () => {
  it('stand where there is room, and where there is none the sign does', () => {
    expect(textsOf([wish('1', 100, '▲2'), wish('2', 150, '◆'), wish('3', 400)])).toEqual([
      ['1', '▲2 区1'],
      ['2', '◆'],
      ['3', '区3'],
    ])
  })

  it('give way to those of areas where something is wrong', () => {
    expect(textsOf([wish('1', 100), wish('2', 110, '▲')])).toEqual([
      ['2', '▲ 区2'],
      ['1', ''],
    ])
  })

  it('have a line below them where that lies on no name', () => {
    const fitting = fittingNames([wish('1', 100), wish('2', 110, '', 125)], TYPE, '异常 12')
    expect(fitting.get('1')).toEqual({ text: '区1', hasRoomBelow: false })
    expect(fitting.get('2')).toEqual({ text: '区2', hasRoomBelow: true })
  })
})
