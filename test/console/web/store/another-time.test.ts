// The same run at another time: a store that showed it starts afresh, whatever the run's number says.
import { describe, expect, it, vi } from 'vitest'
import { type ClockView, OP_SNAPSHOT, type ServerMessage } from '../../../../console/messages.ts'
import { agg, alert, clock, hello, incident, runView, setUp, state } from './store-set-up.ts'

describe('the same run at another time', () => {
  const fill = async () => {
    const { store, arrive, wall } = setUp()
    arrive()
    const shown = (world: number, change: Partial<ClockView> = {}) => {
      const run = { ...runView(1), world, clock: clock(change) }
      store.message({ ...hello(1), run } as ServerMessage)
    }
    shown(1)
    store.message(agg(1))
    store.message(agg(1, { clock: clock({ horizon: 200_000 }) }))
    store.message({ op: 'event', kind: 'alert', alert: alert(1, 'a') })
    store.message({ op: 'event', kind: 'incident', incident: incident(1, 'i') })
    store.message({
      ...{ op: 'event', kind: 'finding', finding: { id: 'f', epoch: 1, since: '' } },
    } as unknown as ServerMessage)
    store.message({
      ...{ op: 'event', kind: 'acknowledgement' },
      acknowledgement: { id: 'a', epoch: 1, simTime: '' },
    } as ServerMessage)
    await vi.waitFor(() => expect(store.entities.value).not.toBeNull())
    store.frame(state(1, OP_SNAPSHOT, null, [2, 2]))
    const lists = () => [
      ...[store.alerts, store.incidents, store.findings, store.acknowledgements].map(
        ({ value }) => value.length,
      ),
      store.rates.past.value === null && store.rates.bars.value.length === 0 ? 0 : 1,
      store.ledger.value === null ? 0 : 1,
      store.health.value === null ? 0 : 1,
      store.readings.latest('x.m', 'window').value === null ? 0 : 1,
      store.readings.size(),
    ]
    return { store, shown, lists, wall }
  }

  it('keeps what it knows when the connection is another one', async () => {
    const { shown, lists } = await fill()
    const before = lists()
    shown(1)
    expect(lists()).toEqual(before)
  })

  it('starts afresh with all its stores, earlier or later', async () => {
    const { shown, lists, store } = await fill()
    expect(lists()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1])
    shown(2, { simAnchor: 60_000, horizon: 60_000, status: 'paused' })
    expect(lists()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0])
    // Less than a minute back is no jitter here.
    expect(store.simNow()).toBe(60_000)
    store.message(agg(1))
    expect(lists().slice(5)).toEqual([1, 1, 1, 1])
    shown(3, { simAnchor: 900_000, horizon: 900_000, status: 'paused' })
    expect([lists(), store.simNow()]).toEqual([[0, 0, 0, 0, 0, 0, 0, 0, 0], 900_000])
  })

  it('leaves the assets where they stand, and takes their states anew', async () => {
    const { shown, store } = await fill()
    const { entities } = store
    const before = entities.value
    shown(2)
    expect(entities.value).toBe(before)
    store.frame(state(1, OP_SNAPSHOT, null, [1, 0]))
    expect([...entities.value!.state]).toEqual([1, 0])
  })
})
