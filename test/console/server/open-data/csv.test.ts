// CSV cells that no spreadsheet runs.
import { describe, expect, it } from 'vitest'
import { csvCell, csvText } from '../../../../console/server/open-data/csv.ts'

describe('csvCell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['\n=1', '"\'\n=1"'],
    ['＝1+1', "'＝1+1"],
    ['＠SUM(A1)', "'＠SUM(A1)"],
    ['a,b', '"a,b"'],
    ['two\nlines', '"two\nlines"'],
    ['plain', 'plain'],
  ])('writes the text %j as %j', (text, cell) => {
    expect(csvCell(text)).toBe(cell)
  })

  it('leaves numbers, even negative ones, numbers', () => {
    expect([csvCell(-1.5), csvCell(0), csvCell(null), csvCell(true)]).toEqual([
      '-1.5',
      '0',
      '',
      'true',
    ])
  })
})

describe('csvText', () => {
  it('marks UTF-8 and ends every line as RFC 4180 wants it', () => {
    expect(csvText(['a', 'b'], [['区', 1]])).toBe('\uFEFFa,b\r\n区,1\r\n')
  })
})
