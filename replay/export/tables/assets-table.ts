// The catalogue of the city as a table: what each asset is, where it is and which partition has its events.
import type { Catalogue, City } from '../../../seeds/contract.ts'
import { type Column, type TableCell, timeCells, timeColumns } from './columns.ts'

export const ASSET_COLUMNS: Column[] = [
  { name: 'id', kind: 'text' },
  { name: 'domain', kind: 'text' },
  { name: 'name_zh', kind: 'text' },
  { name: 'name_en', kind: 'text' },
  { name: 'district', kind: 'text' },
  { name: 'district_zh', kind: 'text' },
  { name: 'district_en', kind: 'text' },
  { name: 'lon', kind: 'number' },
  { name: 'lat', kind: 'number' },
  { name: 'cell', kind: 'integer' },
  { name: 'partition', kind: 'integer' },
  ...timeColumns('commissioned'),
  { name: 'attributes', kind: 'json' },
]

export function* assetRows(
  { scopes }: City,
  catalogue: Catalogue,
  partitions: number,
): Generator<TableCell[]> {
  const { ids, domains, domain, names, district, lon, lat, cell, commissionedAt } = catalogue
  for (const [i, id] of ids.entries()) {
    const { code, name } = scopes[district[i]]
    yield [
      ...[id, domains[domain[i]], names[i].zh, names[i].en, code, name.zh, name.en],
      ...[lon[i], lat[i], cell[i], cell[i] % partitions],
      ...timeCells(commissionedAt[i]),
      JSON.stringify(catalogue.attributes[i] ?? {}),
    ]
  }
}
