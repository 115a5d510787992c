// What a presenter does, as the page follows it.
import { describe, expect, it } from 'vitest'
import type { Capability, DemoHappening } from '../../../../console/messages.ts'
import { DemoWatch } from '../../../../console/web/store/demo.ts'

const EPOCH = 3
const lossDone: DemoHappening = {
  ...{ id: 'demo-1', kind: 'steal', epoch: EPOCH, at: 1_000, sim: 0, phase: 'done' },
}

function setUp(refuse?: Error) {
  const asked: Capability[] = []
  const failures: string[] = []
  const wall = { now: 1_000 }
  const api = {
    async act(capability: Capability) {
      asked.push(capability)
      if (refuse) throw refuse
    },
  }
  const demo = new DemoWatch(
    api,
    () => wall.now,
    (error) => failures.push(error.message),
  )
  return { demo, wall, asked, failures }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('what a presenter does', () => {
  it('is asked for only where it is offered', async () => {
    const { demo, asked } = setUp()
    demo.act('kill')
    demo.offered(['steal'], EPOCH)
    demo.act('kill')
    demo.act('steal')
    await settled()
    expect(asked).toEqual(['steal'])
  })

  it('is known if it was done before the page opened, and each is kept once, in order', () => {
    const { demo } = setUp()
    demo.offered(['steal', 'kill'], EPOCH)
    const killed: DemoHappening = {
      ...lossDone,
      id: 'demo-2',
      kind: 'kill',
      at: 2_000,
      phase: 'begun',
    }
    demo.put(killed)
    demo.put({ ...killed, phase: 'done' })
    // The read was answered before the kill was over.
    demo.past([lossDone, killed])
    expect(demo.happenings.value.map((h) => [h.id, h.phase])).toEqual([
      ['demo-1', 'done'],
      ['demo-2', 'done'],
    ])
  })

  it('belongs to one run, and says while the processor is not as far as it was', () => {
    const { demo } = setUp()
    demo.offered(['kill'], EPOCH)
    demo.put({ ...lossDone, kind: 'kill', epoch: EPOCH - 1, phase: 'begun' })
    expect([demo.happenings.value.length, demo.degraded.value]).toEqual([0, false])
    demo.put({ ...lossDone, kind: 'kill', phase: 'begun' })
    expect(demo.degraded.value).toBe(true)
    demo.put({ ...lossDone, kind: 'kill' })
    expect(demo.degraded.value).toBe(false)
  })

  it('is reported once if it fails: by the stream, or by the request when nothing came', async () => {
    const { demo, failures } = setUp(new Error('refused'))
    demo.offered(['kill'], EPOCH)
    await settled()
    demo.act('kill')
    await settled()
    expect(failures).toEqual(['refused'])
    demo.put({ ...lossDone, id: 'demo-3', kind: 'kill', phase: 'failed', error: 'refused' })
    demo.act('kill')
    await settled()
    expect(failures).toEqual(['refused'])
  })
})
