// The page's store from messages to signals: one run at a time, nothing of an older one.
import { describe, expect, it, vi } from 'vitest'
import { OP_DELTA, OP_SNAPSHOT, type ServerMessage } from '../../../../console/messages.ts'
import { OP_OUTLINE } from '../../../../console/packed-messages.ts'
import { ReadError } from '../../../../console/web/store/connection/api.ts'
import { agg, alert, clock, hello, incident, reading, setUp, state } from './store-set-up.ts'

describe('store', () => {
  it('says which frames it applied: none before the catalogue, none of another run', async () => {
    const { store, arrive } = setUp()
    store.message(hello(1))
    const snapshot = state(1, OP_SNAPSHOT, null, [1, 2])
    const delta = state(1, OP_DELTA, [0], [2])
    expect([store.frame(snapshot), store.frame(delta)]).toEqual(['later', 'later'])
    expect(store.entities.value).toBeNull()
    arrive()
    await vi.waitFor(() => expect(store.entities.value).not.toBeNull())
    expect([store.frame(snapshot), store.frame(delta)]).toEqual(['applied', 'applied'])
    expect([...store.entities.value!.state]).toEqual([2, 2])
    expect(store.frame(state(2, OP_SNAPSHOT, null, [1, 1]))).toBe('foreign')
  })

  it('reads the past once per connection, and again until it is answered', async () => {
    const { store, opened, waits } = setUp()
    opened.failures = [
      new ReadError('GET api/opening: too many', 429, 7_000),
      new ReadError('GET api/opening: Failed to fetch', null, 0),
    ]
    store.message(hello(1))
    await vi.waitFor(() => expect(waits.length).toBe(1))
    expect([...store.notices.troubles.value.values()]).toEqual(['GET api/opening: too many'])
    // Not before the server said, and not all at once.
    expect(waits[0].ms).toBe(8_000)
    waits[0].go()
    await vi.waitFor(() => expect(waits.length).toBe(2))
    waits[1].go()
    await vi.waitFor(() => expect(store.alerts.value.length).toBe(1))
    expect([store.notices.troubles.value.size, store.notices.problems.value]).toEqual([0, []])
    expect(opened.count).toBe(3)
    store.message(hello(1))
    await vi.waitFor(() => expect(opened.count).toBe(4))
  })

  it('says what no waiting mends', async () => {
    const { store, opened, waits } = setUp()
    opened.failures = [new ReadError('GET api/opening: no token that fits', 401, 0)]
    store.message(hello(1))
    await vi.waitFor(() =>
      expect(store.notices.problems.value).toEqual(['GET api/opening: no token that fits']),
    )
    expect([waits, store.notices.troubles.value.size]).toEqual([[], 0])
  })

  it('believes the stream about an alert, not a read that was asked for before', async () => {
    const { store } = setUp()
    store.message(hello(1))
    const closed = { ...alert(1, 'a'), closedAt: '2025-06-18T08:40:00.000Z' }
    store.message({ op: 'event', kind: 'alert', alert: closed })
    await vi.waitFor(() => expect(store.readings.finals('x.m').value.length).toBe(1))
    expect(store.alerts.value).toEqual([closed])
  })

  it('keeps incidents of its own run, and believes the stream about their end', async () => {
    const { store } = setUp()
    store.message(hello(1))
    const stopped = incident(1, 'i', '2025-06-18T09:00:00.000Z')
    store.message({ op: 'event', kind: 'incident', incident: stopped })
    store.message({ op: 'event', kind: 'incident', incident: incident(7, 'foreign') })
    await vi.waitFor(() => expect(store.alerts.value.length).toBe(1))
    expect(store.incidents.value).toEqual([stopped])
    store.message(hello(2))
    expect(store.incidents.value).toEqual([])
  })

  it('says from when a command counts', () => {
    const { store } = setUp()
    store.attach(() => true)
    store.message(hello(1))
    const id = store.commands.issue('incident.stop', { id: 'i' })
    const effectiveAt = '2025-06-18T09:00:00.000Z'
    store.message({ op: 'event', kind: 'command-result', id, ok: true, effectiveAt })
    expect(store.commands.sent.value.at(-1)).toMatchObject({ phase: 'confirmed', effectiveAt })
  })

  it('names commands without the help of a secure context', () => {
    const { store } = setUp()
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    try {
      const ids = Array.from({ length: 100 }, () => store.commands.issue('x.act'))
      expect(new Set(ids).size).toBe(100)
      for (const id of ids) expect(id).toMatch(/^c-[0-9a-f]{16}$/)
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('calls a command unknown when the connection was lost before its answer', () => {
    const { store } = setUp()
    store.attach(() => true)
    store.message(hello(1))
    const id = store.commands.issue('clock.pause')
    expect(store.commands.open('clock.pause')?.id).toBe(id)
    store.commands.interrupted()
    expect(store.commands.open('clock.pause')).toBeNull()
    expect(store.commands.sent.value.at(-1)).toMatchObject({ phase: 'refused', error: 'unknown' })
    store.message({ op: 'event', kind: 'command-result', id, ok: true })
    expect(store.commands.sent.value.at(-1)).toMatchObject({ phase: 'confirmed', error: null })
  })

  it('takes history and alerts of its own run only', async () => {
    const { store } = setUp()
    store.message(hello(1))
    await vi.waitFor(() => expect(store.alerts.value.map((a) => a.id)).toEqual(['a']))
    await vi.waitFor(() => expect(store.readings.finals('x.m').value.length).toBe(1))
  })

  it('shows an outline before there is anything better, and says no value from it', async () => {
    const { store, arrive } = setUp()
    arrive()
    store.message(hello(1))
    await vi.waitFor(() => expect(store.entities.value).not.toBeNull())
    const { isRough, state: states } = store.entities.value!
    expect([isRough, store.entities.value?.isFilled]).toEqual([true, false])
    store.frame(state(1, OP_OUTLINE, null, [2, 1]))
    expect([[...states], store.entities.value?.isRough]).toEqual([[2, 1], true])
    store.frame(state(1, OP_SNAPSHOT, null, [1, 1]))
    store.frame(state(1, OP_OUTLINE, null, [2, 2]))
    expect([[...states], store.entities.value?.isRough]).toEqual([[1, 1], false])
  })

  it('asks for what is seen from near by once the first picture stands, or nobody sees one', async () => {
    const { store, arrive, waits, opened } = setUp()
    arrive()
    store.message(hello(1))
    await vi.waitFor(() => expect(store.entities.value).not.toBeNull())
    expect([store.stands.value, store.nearRoads.value]).toEqual([false, null])
    const [unfinished] = waits
    unfinished.go()
    await vi.waitFor(() => expect(store.nearRoads.value).toEqual({ roads: [], roadInfo: [] }))
    await vi.waitFor(() => expect(store.placed.value).toBe(1))
    expect([store.stands.value, opened.refined]).toEqual([true, 1])
  })

  it('ignores numbers and frames of another run, and starts afresh with a new one', async () => {
    const { store, arrive } = setUp()
    arrive()
    store.message(hello(1))
    store.message(agg(1))
    await vi.waitFor(() => expect(store.entities.value).not.toBeNull())
    store.message(agg(2, { readings: [reading(2, 0.9)] }))
    store.frame(state(2, OP_SNAPSHOT, null, [2, 2]))
    expect(store.readings.latest('x.m', 'window').value?.epoch).toBe(1)
    expect(store.entities.value?.counters.snapshots).toBe(0)
    store.message(hello(2))
    expect(store.readings.latest('x.m', 'window').value).toBeNull()
    expect([store.alerts.value, store.entities.value, store.ledger.value]).toEqual([[], null, null])
  })

  it('shows the city’s time by the server’s clock, never past what is known to be simulated', () => {
    const { store, wall } = setUp()
    expect(store.simNow()).toBeNull()
    store.message({ ...hello(1), serverTime: 1_100 } as ServerMessage)
    // The server is 100 ms ahead: 100 ms × 30.
    expect(store.simNow()).toBe(103_000)
    wall.now = 60_000
    expect(store.simNow()).toBe(110_000)
    store.message(agg(1, { clock: clock({ horizon: 150_000 }), serverTime: 60_100 }))
    expect(store.simNow()).toBe(150_000)
  })

  it('confirms a clock command by the clock, another by its result', () => {
    const { store } = setUp()
    store.attach(() => true)
    store.message(hello(1))
    const pause = store.commands.issue('clock.pause')
    const other = store.commands.issue('x.act', {}, 'asset')
    store.message({ op: 'result', id: pause, ok: true })
    store.message({ op: 'result', id: other, ok: true })
    store.message(agg(1))
    expect(store.commands.sent.value.map((c) => c.phase)).toEqual(['accepted', 'accepted'])
    store.message(agg(1, { clock: clock({ status: 'paused', speed: 0 }) }))
    store.message({ op: 'event', kind: 'command-result', id: other, ok: false, error: 'no' })
    expect(store.commands.sent.value.map((c) => [c.phase, c.error])).toEqual([
      ['confirmed', null],
      ['refused', 'no'],
    ])
  })

  it('replaces an alert that changed', () => {
    const { store } = setUp()
    store.message(hello(1))
    store.message({ op: 'event', kind: 'alert', alert: alert(1, 'b') })
    const closed = { ...alert(1, 'b'), closedAt: '2025-06-18T08:40:00.000Z' }
    store.message({ op: 'event', kind: 'alert', alert: closed })
    expect(store.alerts.value).toEqual([closed])
  })
})
