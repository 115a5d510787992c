// What is under way at an asset, from its events alone.
import { describe, expect, it } from 'vitest'
import { OpenItems } from '../../../../console/server/lookup/open-items.ts'
import type { Declaration, ItemDeclaration } from '../../../../producers/contract/declaration.ts'

const TIME = '2025-06-18T08:31:00.000Z'
const items = { id: 'matter', ends: ['done'], notes: ['named'] } as ItemDeclaration
const declaration = {
  events: ['came', 'named', 'done', 'status'].map((name) => ({ name, type: `city.x.${name}.v1` })),
} as Declaration

function left(...events: [name: string, data: unknown][]) {
  const open = new OpenItems(declaration, items)
  for (const [name, data] of events) open.see({ type: `city.x.${name}.v1`, time: TIME, data })
  return open.all()
}

describe('open items', () => {
  it('keep their step and what earlier events said of them, the one that was heard of last comes last', () => {
    const found = left(
      ['came', { matter: 'a', kind: 'leak' }],
      ['came', { matter: 'b' }],
      ['named', { matter: 'a', owner: 'me' }],
    )
    expect(found.map(({ id, type }) => [id, type])).toEqual([
      ['b', 'city.x.came.v1'],
      ['a', 'city.x.came.v1'],
    ])
    expect(found[1].data).toEqual({ matter: 'a', kind: 'leak', owner: 'me' })
  })

  it('are over with an event that ends them, and no event is about one that it does not name', () => {
    expect(left(['came', { matter: 'a' }], ['done', { matter: 'a' }])).toEqual([])
    expect(left(['status', { open: 3 }], ['came', null], ['came', { matter: 7 }])).toEqual([])
  })

  it('are bounded, whoever writes on the log', () => {
    const events = Array.from({ length: 700 }, (_, k): [string, unknown] => [
      'came',
      { matter: `m${k}` },
    ])
    expect(left(...events).length).toBe(500)
  })
})
