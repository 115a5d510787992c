// One invented asset of the mock city with its newest event.
import { randomUUID } from 'node:crypto'
import type { AssetItem, AssetView } from '../../console/messages.ts'

export function mockAsset(of: {
  number: number
  domain: string
  district: { code: string; name: { zh: string; en: string } }
  load: number
  sim: number
}): AssetView {
  const { number, domain, district, load, sim } = of
  const id = `${domain}-${district.code}-${String(number).padStart(5, '0')}`
  const event = {
    specversion: '1.0',
    id: `${id}:57`,
    source: `/huacheng/r-1f0c9a77b2e4/${domain}`,
    type: `city.${domain}.status.v1`,
    subject: id,
    time: new Date(sim - 40_000).toISOString(),
    seq: 57,
    district: district.code,
    data: { state: 'on', load, since: 12 },
  }
  return {
    id,
    number,
    domain,
    name: { zh: `${district.name.zh}第 ${number} 号`, en: `${district.name.en} no. ${number}` },
    district: district.code,
    lon: 0,
    lat: 0,
    partition: number % 12,
    commissionedAt: '2023-03-01T00:00:00.000Z',
    attributes: { vendor: 'Mock & Co', power: 40, shared: true },
    latest: {
      topic: `city.${domain}`,
      partition: number % 12,
      offset: randomUUID().replace(/\D/g, '').slice(0, 6),
      value: event,
      text: JSON.stringify(event),
    },
    note: null,
    items:
      domain === 'bus-stop'
        ? [
            item(event.type, 'w-2', sim + 3_600_000, { kind: 'late', owner: '值班员' }),
            item(event.type, 'w-1', sim - 60_000, { kind: 'lost' }),
          ]
        : null,
  }
}

const item = (type: string, id: string, due: number, data: object): AssetItem => ({
  ...{ id, type, time: '2025-06-18T08:31:00.000Z' },
  data: { item: id, due: new Date(due).toISOString(), ...data },
})
