// The city digest is shown for the newest tick at which every task's chain is known.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createChains } from '../../../../console/server/state/chains.ts'
import { ledger } from '../small-city.ts'

const published = (domain: string, partition: number, watermark: string, chain = 'aa') =>
  ledger(1, { domain, partition, watermark, chain })

describe('the chains of a run', () => {
  it('make the digest of design.md §4 once the tick is complete', () => {
    const chains = createChains(3)
    chains.put(published('well', 0, 't1', 'cc'))
    chains.put(published('lamp', 10, 't1', 'bb'))
    expect(chains.newest()).toBeNull()
    chains.put(published('lamp', 9, 't1', 'aa'))
    const lines = 'lamp/9 aa\nlamp/10 bb\nwell/0 cc\n'
    expect(chains.newest()).toEqual({
      tick: 't1',
      digest: createHash('sha256').update(lines).digest('hex'),
      equal: true,
      chains: { 'lamp/9': 'aa', 'lamp/10': 'bb', 'well/0': 'cc' },
    })
  })

  it('keep the newest complete tick, whatever older or half-published ones follow', () => {
    const chains = createChains(2)
    for (const tick of ['t2', 't3']) for (const p of [0, 1]) chains.put(published('lamp', p, tick))
    chains.put(published('lamp', 0, 't4'))
    for (const p of [0, 1]) chains.put(published('lamp', p, 't1'))
    expect(chains.newest()?.tick).toBe('t3')
    chains.put(published('lamp', 1, 't4'))
    expect(chains.newest()?.tick).toBe('t4')
  })

  it('say when a task recomputed another chain', () => {
    const chains = createChains(2)
    chains.put(published('lamp', 0, 't1'))
    chains.put({ ...published('lamp', 1, 't1'), chainEqual: false })
    expect(chains.newest()?.equal).toBe(false)
  })

  it('forget ticks that never complete', () => {
    const chains = createChains(2)
    for (let t = 100; t < 300; t++) chains.put(published('lamp', 0, `t${t}`))
    chains.put(published('lamp', 1, 't100'))
    expect(chains.newest()).toBeNull()
    chains.put(published('lamp', 1, 't299'))
    expect(chains.newest()?.tick).toBe('t299')
  })
})
