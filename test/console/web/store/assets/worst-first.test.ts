// The order in which a person should look at assets.
import { describe, expect, it } from 'vitest'
import { OP_SNAPSHOT } from '../../../../../console/messages.ts'
import { EntityStore } from '../../../../../console/web/store/assets/entities.ts'
import { worstFirst } from '../../../../../console/web/store/assets/worst-first.ts'

const entities = new EntityStore(
  {
    ...{ size: 6, lon: new Float64Array(6), lat: new Float64Array(6), domains: ['a', 'b', 'c'] },
    ...{ domain: Uint8Array.of(0, 0, 0, 1, 1, 2), scope: Uint8Array.of(1, 2, 1, 1, 2, 0) },
  },
  { lon: 0, lat: 0 },
  [['normal', 'critical'], ['normal', 'warning'], ['normal']],
  3,
)
entities.apply(
  {
    ...{ op: OP_SNAPSHOT, epoch: 1, seq: 0, simTime: 0, number: null },
    ...{ state: Uint8Array.of(1, 0, 2, 1, 2, 1), value: new Uint16Array(6) },
  } as Parameters<EntityStore['apply']>[0],
  0,
  0,
)
const shown = [true, true, false]

describe('the list of assets', () => {
  it('has the worst first, and only what has a layer', () => {
    expect(worstFirst(entities, { scope: 0, domain: null, shown })).toEqual([2, 4, 1, 0, 3])
  })

  it('is of one district and one kind', () => {
    expect(worstFirst(entities, { scope: 1, domain: null, shown })).toEqual([2, 0, 3])
    expect(worstFirst(entities, { scope: 0, domain: 1, shown })).toEqual([4, 3])
  })
})
