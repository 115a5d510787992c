// The open-data export.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSmallCity, reading, type SmallCity, until } from '../small-city.ts'

let here: SmallCity
let epoch: number

beforeEach(async () => {
  here = await openSmallCity()
  epoch = await here.start()
})
afterEach(() => here.close())

describe('/api/open-data', () => {
  beforeEach(async () => {
    await here.kpi(reading(epoch, 0, 0.4))
    await until('it', async () => (await here.json('/api/kpis')).length === 1)
  })

  it('gives JSON with words, licence and the notice', async () => {
    const data = await here.json('/api/open-data')
    expect(data.notice).toMatch(/模拟数据 \/ SIMULATED.*目标为公开数值，完成值为模拟，不代表实际/)
    expect(data.licence.name).toBe('CC0-1.0')
    expect(data.kpis[0]).toMatchObject({
      kpi: 'lamp.coverage',
      label: { en: '=lamp "on"' },
      kind: 'share',
    })
  })

  it('gives CSV in which no text can run as a formula and every row says simulated', async () => {
    const reply = await here.get('/api/open-data?format=csv')
    expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(reply.headers['content-disposition']).toMatch(
      /^attachment; filename="huacheng-.*-simulated.csv"/,
    )
    const rows = reply.body.replace('\uFEFF', '').trimEnd().split('\r\n')
    expect(rows.length).toBe(4)
    expect(rows.slice(1).every((row) => row.includes('模拟数据 SIMULATED'))).toBe(true)
    expect(rows[1]).toContain(`"'=lamp ""on"""`)
    const columns = rows[0].split(',').length
    expect(
      rows[1].match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)!.filter((_c, i, a) => i < a.length - 1).length,
    ).toBe(columns)
  })
})
