// What proves the run over REST: digest and commands, verdicts, and who owns which task.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProofView, TaskView } from '../../../../console/messages.ts'
import { waitUntil } from '../../../../load/wait-until.ts'
import { commandRecord } from '../../../run-records.ts'
import { ledger, openSmallCity, PARTITIONS, reading, type SmallCity } from '../small-city.ts'

let here: SmallCity
let epoch: number

beforeEach(async () => {
  here = await openSmallCity({
    audit: { brokers: 'one:9092,two:9092', prefix: "my city's.", config: 'my client.properties' },
    recheck: ({ city, scenario, seed }) =>
      seed === 7 ? { city, scenario, seed: `${seed}` } : null,
  })
  epoch = await here.start({ scenario: 'late evening' })
})
afterEach(() => here.close())

const proof = () => here.json('/api/proof') as Promise<ProofView>

/** Every task publishes its chain at `watermark`. */
async function publish(watermark: string): Promise<void> {
  for (const domain of ['lamp', 'well']) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      await here.ledger(ledger(epoch, { domain, partition, watermark }), 'here-1')
    }
  }
  await waitUntil('all published', async () => (await proof()).digest?.tick === watermark)
}

describe('/api/proof', () => {
  it('shows the digest at a tick with the commands that recompute it, as a shell takes them', async () => {
    expect((await proof()).digest).toBeNull()
    expect((await proof()).commands.digest).toBeNull()
    await publish('2025-06-18T08:30:00.000Z')
    expect((await proof()).commands.digest, 'nothing has happened yet').toBeNull()
    await publish('2025-06-18T09:31:10.000Z')
    const { commands, digest } = await proof()
    expect(Object.keys(digest!.chains)).toHaveLength(2 * PARTITIONS)
    expect(commands.digest).toBe(
      "npx huacheng digest --city smallville --scenario 'late evening' --seed 7 --for PT1H1M10S",
    )
    expect(commands.audit).toBe(
      String.raw`npx huacheng audit --brokers one:9092,two:9092 --prefix 'my city'\''s.' --command-config 'my client.properties'`,
    )
    expect((await proof()).unknownScenario).toBeNull()
  })

  it('gives no command where nothing here is the run’s scenario, and names it', async () => {
    epoch = await here.start({ run: 'r-000000000002', seed: 8, scenario: 'elsewhere' })
    await publish('2025-06-18T09:31:10.000Z')
    const { commands, unknownScenario } = await proof()
    expect([commands.digest, unknownScenario]).toEqual([null, 'elsewhere'])
  })

  it('counts the operators’ commands that changed the city, and no others', async () => {
    const command = (id: string, name: string, minute: number) => {
      const asked = name === 'lamp.dim' ? { target: 'lamp-1', args: { level: 3 } } : { args: {} }
      const effectiveAt = `2025-06-18T08:3${minute}:00.000Z`
      return here.log.append(here.topics.run, 0, [
        commandRecord(epoch, { id, name, ...asked, by: 'x', effectiveAt, term: epoch }),
      ])
    }
    await command('a', 'clock.pause', 1)
    await command('b', 'lamp.dim', 2)
    await command('c', 'lamp.dim', 3)
    await waitUntil('both', async () => (await proof()).interventions.count === 2)
    expect((await proof()).interventions).toEqual({
      ...{ count: 2, first: '2025-06-18T08:32:00.000Z' },
    })
  })

  it('has one mark per KPI and window', async () => {
    await here.kpi(reading(epoch, 0, 0.4))
    await here.kpi(reading(epoch, 1, 0.5, { truth: 'differs' }))
    await here.kpi(reading(epoch, 2, 0.5, { truth: null }))
    await here.kpi(reading(epoch, 1, 0.5, { kpi: 'well.coverage' }))
    await waitUntil('all', async () => (await proof()).truth.rows[1].marks === '.=.')
    expect((await proof()).truth).toEqual({
      windows: [1, 2, 3].map((m) => `2025-06-18T08:3${m}:00.000Z`),
      rows: [
        { kpi: 'lamp.coverage', marks: '=!.' },
        { kpi: 'well.coverage', marks: '.=.' },
      ],
    })
  })
})

describe('/api/ledger', () => {
  it('says which processor owns a task and when it published that', async () => {
    await here.ledger(ledger(epoch), 'here-1')
    const published = here.clock.now()
    here.clock.advance(1000)
    await here.ledger(ledger(epoch, { partition: 1 }))
    await waitUntil('both', async () => (await here.json('/api/ledger')).length === 2)
    const tasks = (await here.json('/api/ledger')) as TaskView[]
    expect(tasks.map((t) => [t.owner, t.toldAt])).toEqual([
      ['here-1', published],
      [null, published + 1000],
    ])
  })
})
