// The one-process demo as a presenter uses it: a processor dies, an event is lost, and the page's own proof finds out.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDemo } from '../../../commands/demo/demo-start.ts'
import { digest, digestOf } from '../../../commands/digest.ts'
import { computeKpis } from '../../../commands/kpis.ts'
import { readValues } from '../../../commands/options/options.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import type {
  DemoHappening,
  KpiReading,
  ProofView,
  TaskView,
  Theft,
} from '../../../console/messages.ts'
import { cityDigest } from '../../../producers/contract/digest.ts'
import { DEFAULT_PARTITIONS } from '../../../producers/contract/topics.ts'
import { domains } from '../../../producers/domains.ts'

const values = { scale: '0.02', for: 'PT2H', speed: '60', port: '0', 'log-level': 'error' }
const TASKS = domains.length * DEFAULT_PARTITIONS

let demo: Awaited<ReturnType<typeof startDemo>>

beforeAll(async () => {
  demo = await startDemo(values)
})
afterAll(() => demo?.stop())

async function json<T>(path: string, method = 'GET'): Promise<T> {
  const response = await fetch(`${demo.url}${path}`, { method })
  const body = await response.json()
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(body)}`)
  return body as T
}

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (let i = 0; i < 600; i++) {
    const found = await look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`waited 30 s in vain until ${what}`)
}

const tasks = () => json<TaskView[]>('/api/ledger')
/** The story of the last theft, once it has come so far. */
const story = (isSoFar: (theft: Theft) => boolean) =>
  until('the server tells it', async () => {
    const { happenings } = await json<{ happenings: DemoHappening[] }>('/api/demo')
    const theft = happenings.findLast((h) => h.theft)?.theft
    return theft && isSoFar(theft) ? theft : undefined
  })
const proof = () => json<ProofView>('/api/proof')
/** Windows compared so far, by their marks. */
const marks = async () => (await proof()).truth.rows.map((row) => row.marks)
const longEnough = (windows: number) => async () =>
  (await marks()).every((m) => m.replaceAll('.', '').length >= windows)

describe('the demo', () => {
  it('restores the tasks of a killed processor, and no cell differs', async () => {
    await until('two windows are final', longEnough(2))
    expect(new Set((await tasks()).map((t) => t.owner))).toEqual(new Set(['processor-1']))
    const before = (await marks())[0].length
    const { phase, recovery } = await json<DemoHappening>('/api/demo/kill', 'POST')
    expect([phase, recovery?.victim, recovery?.successor]).toEqual([
      'done',
      'processor-1',
      'processor-2',
    ])
    expect(recovery!.recoveredMs).toBeGreaterThanOrEqual(recovery!.downMs!)
    expect(recovery!.records).toBeGreaterThan(0)
    await until('three more windows are final', longEnough(before + 3))
    // The newest window may not be final for every KPI yet.
    for (const row of await marks()) expect(row).toMatch(/^=+\.?$/)
    await until('every task has a new owner', async () => {
      const owners = (await tasks()).map((t) => t.owner)
      return owners.length === TASKS && owners.every((o) => o === 'processor-2')
    })
    for (const task of await tasks()) {
      expect([task.unexplained, task.chainEqual, task.breaks]).toEqual([0, true, []])
    }
  })

  it('shows the finals that the command line computes, across the death', async () => {
    const shown = await json<KpiReading[]>('/api/kpis/parking.usage/history')
    const computed: KpiReading[] = []
    computeKpis(openWorld({ ...values, for: 'PT10M' }, { truth: true }), (r) => computed.push(r))
    const expected = computed.filter((r) => r.kpi === 'parking.usage' && r.window.kind === 'window')
    const both = shown.filter((r) => r.window.end <= expected.at(-1)!.window.end)
    expect(both.length).toBeGreaterThan(4)
    expect(both).toEqual(expected.slice(0, both.length))
  })

  it('prints the command that recomputes the digest it shows', async () => {
    const view = await until('a tick is complete', async () => {
      const now = await proof()
      return now.commands.digest === null ? undefined : now
    })
    const [npx, huacheng, name, ...args] = view.commands.digest!.split(' ')
    expect([npx, huacheng, name]).toEqual(['npx', 'huacheng', 'digest'])
    const world = openWorld(readValues(digest, args), { truth: false })
    const recomputed = digestOf(world, 1)
    expect(recomputed.digest).toBe(view.digest!.digest)
    expect(recomputed.partitions).toEqual(view.digest!.chains)
    expect(view.digest!.equal).toBe(true)
    expect(view.commands.audit).toBeNull()
    expect(cityDigest([]).digest).not.toBe(view.digest!.digest)
  })

  it('misses a lost event at the next tick and names it when its asset reports again', async () => {
    const { theft } = await json<DemoHappening>('/api/demo/steal', 'POST')
    const broken = await until('the ledger is broken', async () =>
      (await tasks()).find((t) => t.unexplained !== 0),
    )
    expect(`city.${broken.domain}/${broken.partition}`).toBe(`${theft!.topic}/${theft!.partition}`)
    const [place] = broken.breaks
    expect(place.from <= theft!.time && theft!.time < place.to).toBe(true)
    expect([place.expected - place.got, place.unexplained]).toEqual([1, 1])
    const named = await until('it has a name', async () => {
      const task = (await tasks()).find((t) => t.unexplained !== 0)
      return task?.breaks[0].missing[0]
    })
    expect(named).toMatchObject({
      asset: theft!.asset,
      district: theft!.district,
      seq: theft!.seq,
    })
    expect((await tasks()).reduce((sum, t) => sum + t.unexplained, 0)).toBe(1)
    const { lostAt, missedAt, namedAt } = await story((t) => t.namedAt !== null)
    expect(missedAt).toBeGreaterThanOrEqual(lostAt)
    expect(namedAt).toBeGreaterThanOrEqual(missedAt!)
  })

  it('gives it back: the account has it as late, or folded, and balances again', async () => {
    const { theft } = await json<DemoHappening>('/api/demo/return', 'POST')
    expect(theft!.returnedAt).not.toBeNull()
    const { settledAt, counted, missedAt } = await story((t) => t.settledAt !== null)
    expect(settledAt).toBeGreaterThanOrEqual(theft!.returnedAt!)
    expect(missedAt, 'what was said stays').toBe(theft!.missedAt)
    const all = await tasks()
    const own = all.find((t) => t.breaks.length > 0)!
    expect([own.unexplained, own.breaks[0].returned]).toEqual([0, 1])
    expect(counted).toBe(own.late === 1 ? 'late' : 'folded')
    for (const { produced, folded, late } of all) expect(produced).toBe(folded + late)
    const again = await fetch(`${demo.url}/api/demo/return`, { method: 'POST' })
    const { message } = (await again.json()) as { message: string }
    expect([again.status, message]).toEqual([
      409,
      'return: nothing is lost in this run; steal first',
    ])
  })
})
