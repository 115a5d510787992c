// The audit names what was done to a log by hand and what was published wrongly, and finds nothing in a clean one.
// Long because it is the one list of what can be done to a log by hand, each with what the audit calls it.
import { beforeAll, describe, expect, it } from 'vitest'
import { type AuditResult, audit } from '../../audit/audit.ts'
import type { AuditInput, PublishedRecords } from '../../audit/input.ts'
import type { AuditPlace } from '../../audit/place.ts'
import { publishedUpTo } from '../../audit/read-log.ts'
import { auditJson, auditText } from '../../audit/report.ts'
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import type { KpiReading } from '../../processor/contract/types.ts'
import {
  auditOf,
  edited,
  eventOf,
  inputOf,
  isTick,
  type SmallRun,
  smallRun,
  tickOf,
} from './small-run.ts'

const LANE = 'parking/2'
const START = Date.parse('2025-06-18T08:30:00.000Z')
const TOPIC = 'city.parking'

/** A lane of the small run, its own copy, and an event of it in the middle of the run. */
function middle(run: SmallRun): { lane: NewRecord[]; i: number } {
  const lane = [...run.lanes.get(LANE)!]
  run.lanes.set(LANE, lane)
  const after = lane.findIndex((r) => isTick(r) && tickOf(r).time.includes('08:32:00'))
  const i = lane.findIndex((r, n) => n > after && r.key !== null)
  return { lane, i }
}

const copyOf = (run: SmallRun): SmallRun => ({ ...run, lanes: new Map(run.lanes) })
const named = (result: AuditResult, kind: AuditPlace['kind']) =>
  result.places.filter((p) => p.kind === kind)

describe('the audit of a clean run', () => {
  const run = smallRun({ scale: '0.05' })
  const DOMAINS = run.world.scenario.domains.length
  const LANES = DOMAINS * run.world.scenario.partitions
  let result: AuditResult

  beforeAll(async () => {
    result = await auditOf(run, { resimulate: true })
  })

  it('finds every cell, truth, tick, chain, ledger and byte as they must be', () => {
    expect(result.places).toEqual([])
    expect(result.verdict).toBe('pass')
    const { cells, truthCells, produced, ticks, ledgers, ...rest } = result.total
    const measures = Object.values(run.world.descriptor.declarations).flatMap((d) =>
      d.measures.map(() => (d.cityWide ? 1 : 12)),
    )
    // Window and day of 5 windows.
    expect(cells).toBe(10 * measures.reduce((a, b) => a + b, 0))
    expect(truthCells).toBeGreaterThan(2000)
    expect(ticks).toBe(LANES * 31)
    expect(ledgers).toBe(LANES)
    expect(rest.read).toBe(produced)
    const zero = Object.entries(rest).filter(([name]) => name !== 'read')
    expect(zero.every(([, n]) => n === 0)).toBe(true)
    expect(result).toMatchObject({ ended: true, windows: 5, resimulated: LANES, explanations: [] })
  })

  it('prints one table, the coverage and the verdict, and the same as JSON', () => {
    const text = auditText(result, 10).join('\n')
    const [windows, truths] = [5 * DOMAINS, 5 * LANES]
    expect(text.split('\n')).toContain(
      `coverage: ${windows} of ${windows} windows, ${truths} of ${truths} truths, ` +
        `${LANES} of ${LANES} ledgers, ${LANES} of ${LANES} topic-partitions`,
    )
    expect(text).toMatch(/^all +\d+ +0 /m)
    expect(text).toMatch(/^PASS/m)
    expect(text.match(/cells {2}differing/g)).toHaveLength(1)
    const json = JSON.parse(auditJson(result, 10))
    expect(json).toMatchObject({ verdict: 'pass', run: run.world.descriptor.run, placesInAll: 0 })
    expect(json.total.cells).toBe(result.total.cells)
  })

  it('says after each topic-partition how many of how many are done', async () => {
    const seen: string[] = []
    await auditOf(run, { onProgress: (done, of) => seen.push(`${done}/${of}`) })
    expect(seen).toEqual(Array.from({ length: LANES }, (_, i) => `${i + 1}/${LANES}`))
  })

  it('simulates nothing again when nothing looks wrong and nobody asks for it', async () => {
    expect(await auditOf(run)).toMatchObject({ verdict: 'pass', resimulated: 0 })
  })
})

describe('the audit of an edited log', () => {
  const clean = smallRun({}, { domains: ['parking'] })

  async function edit(change: (lane: NewRecord[], i: number) => void, more = {}) {
    const run = copyOf(clean)
    const { lane, i } = middle(run)
    const event = eventOf(lane[i])
    const at = {
      topic: TOPIC,
      partition: 2,
      district: event.district,
      time: Date.parse(event.time),
      asset: event.subject,
      seq: event.seq,
    }
    change(lane, i)
    return { result: await auditOf(run, more), at, i: BigInt(i) }
  }

  it('prints the first places only, and how many there are', async () => {
    const { result } = await edit((lane, i) => {
      for (let k = 0; k < 12; k++) {
        const next = lane.findIndex((r, n) => n >= i && r.key !== null)
        lane.splice(next, 1)
      }
    })
    const lines = auditText(result, 3)
    expect(result.places.length).toBeGreaterThan(5)
    const heading = lines.findIndex((line) => line.startsWith('places ('))
    expect(lines[heading]).toBe(`places (3 of ${result.places.length}):`)
    expect(lines.slice(heading + 1, heading + 4).every((line) => line.startsWith('  '))).toBe(true)
    expect(lines[heading + 4]).toBe('')
    const json = JSON.parse(auditJson(result, 3))
    expect(json.places).toHaveLength(3)
    expect(json.placesInAll).toBe(result.places.length)
  })

  it('names an event that was removed', async () => {
    const { result, at, i } = await edit((lane, i) => lane.splice(i, 1))
    expect(result.verdict).toBe('fail')
    expect(named(result, 'missing')).toMatchObject([{ ...at, offset: i - 1n }])
    expect(result.total).toMatchObject({ missing: 1, unexplained: 1, differing: 0 })
    expect(named(result, 'chain')).toHaveLength(1)
    expect(named(result, 'count')[0].detail).toMatch(/expected \d+, between the ticks .*08:32:\d0/)
  })

  it('names the last event of an asset when it was removed, where no sequence has a gap', async () => {
    const run = copyOf(clean)
    const lane = [...run.lanes.get(LANE)!]
    run.lanes.set(LANE, lane)
    const i = lane.findLastIndex((r) => r.key !== null)
    const [removed] = lane.splice(i, 1)
    const result = await auditOf(run)
    const { subject, seq } = eventOf(removed)
    expect(named(result, 'missing')).toMatchObject([{ asset: subject, seq }])
    expect(result.verdict).toBe('fail')
  })

  it('names an event that was doubled elsewhere', async () => {
    const { result, at } = await edit((lane, i) => lane.push(lane[i]))
    expect(result.verdict).toBe('fail')
    expect(named(result, 'doubled')).toMatchObject([at])
    expect(named(result, 'doubled')[0].detail).toMatch(/same bytes as offset/)
    expect(result.total).toMatchObject({ duplicated: 1, unexplained: 1, differing: 0 })
  })

  it('names an event that was doubled with other bytes', async () => {
    const { result, at } = await edit((lane, i) => {
      lane.push(edited(lane[i], (t) => t.replace('"guided":', '"guided": ')))
    })
    expect(named(result, 'doubled')).toMatchObject([at])
    expect(named(result, 'doubled')[0].detail).toMatch(/other bytes than offset/)
  })

  it('lets a copy right behind its original pass as a retried append, unless it is strict', async () => {
    const batch = (lane: NewRecord[], i: number) => lane.splice(i + 3, 0, ...lane.slice(i, i + 3))
    const { result, at } = await edit(batch)
    expect(result).toMatchObject({ verdict: 'pass', total: { duplicated: 3, unexplained: 0 } })
    expect(named(result, 'retried')).toHaveLength(3)
    expect(named(result, 'retried')[0]).toMatchObject(at)
    const strict = await edit(batch, { strict: true })
    expect(strict.result.verdict).toBe('fail')
    expect(named(strict.result, 'doubled')).toHaveLength(3)
  })

  it('knows a retried batch by its repetition, doubled events in it or not', async () => {
    const { result } = await edit((lane, i) => {
      const tick = i + lane.slice(i).findIndex(isTick)
      lane.splice(tick + 1, 0, ...lane.slice(tick - 2, tick + 1), ...lane.slice(tick - 2, tick + 1))
    })
    expect(result).toMatchObject({ verdict: 'pass', total: { duplicated: 4 } })
    const faults = { kind: 'duplicate' as const, domain: 'parking', share: 0.5 }
    const run = smallRun(
      {},
      { domains: ['parking'], faults: [{ ...faults, fromMs: 0, forMs: 300_000, delayMs: 0 }] },
    )
    const lane = run.lanes.get(LANE)!
    const twice = lane.findIndex((r, n) => n > 40 && r.value!.equals(lane[n + 1].value!))
    lane.splice(twice + 3, 0, ...lane.slice(twice, twice + 3))
    const doubled = await auditOf(run)
    expect(doubled.verdict).toBe('pass')
    expect(named(doubled, 'retried')).toHaveLength(3)
  })

  it('names an event that was altered, with the field and both values', async () => {
    const { result, at, i } = await edit((lane, i) => {
      lane[i] = edited(lane[i], (t) =>
        t.replace(/"occupied":(\d+)/, (_, n) => `"occupied":${+n + 1}`),
      )
    })
    expect(result.verdict).toBe('fail')
    expect(named(result, 'altered')).toMatchObject([{ ...at, offset: i }])
    expect(named(result, 'altered')[0].detail).toMatch(/^data\.occupied \d+, expected \d+$/)
    expect(named(result, 'chain')).toHaveLength(1)
    expect(result.total.unexplained).toBe(1)
  })

  it('names an event that can no longer be read', async () => {
    const { result, at, i } = await edit((lane, i) => {
      lane[i] = { ...lane[i], value: Buffer.from('gone') }
    })
    expect(named(result, 'altered')).toMatchObject([{ ...at, offset: i }])
    expect(named(result, 'altered')[0].detail).toMatch(/not-json/)
    expect(result.total).toMatchObject({ deadLettered: 1, missing: 1 })
  })

  it('names an event that was moved, invented, or given another key', async () => {
    const moved = await edit((lane, i) => lane.push(...lane.splice(i, 1)))
    expect(named(moved.result, 'moved')).toMatchObject([moved.at])
    const invented = await edit((lane, i) => {
      lane.splice(
        i + 1,
        0,
        edited(lane[i], (t) => t.replace(/("id":"[^"]+:|"seq":)(\d+)/g, '$1900')),
      )
    })
    expect(named(invented.result, 'unexpected')).toMatchObject([
      { asset: invented.at.asset, seq: 900 },
    ])
    expect(invented.result.verdict).toBe('fail')
    const rekeyed = await edit((lane, i) => {
      lane[i] = { ...lane[i], key: Buffer.from('x') }
    })
    expect(named(rekeyed.result, 'altered')).toMatchObject([rekeyed.at])
  })

  it('names a tick that was removed or altered, and counts an invented one as a dead letter', async () => {
    const at = (lane: NewRecord[], i: number) => i + lane.slice(i).findIndex(isTick)
    const removed = await edit((lane, i) => lane.splice(at(lane, i), 1))
    expect(named(removed.result, 'tick-missing')).toHaveLength(1)
    const altered = await edit((lane, i) => {
      const n = at(lane, i)
      lane[n] = edited(lane[n], (t) => t.replace(/"count":\d+/, '"count":1'))
    })
    expect(named(altered.result, 'altered')[0].detail).toMatch(/^data\.count 1, expected \d+$/)
    const invented = await edit((lane, i) => {
      const n = at(lane, i)
      lane.splice(
        n,
        0,
        edited(lane[n], (t) => t.replaceAll(/08:32:\d\d\.000/g, '08:32:05.000')),
      )
    })
    // No run has a tick there: a dead letter, which changes nothing.
    expect(invented.result.total).toMatchObject({
      deadLettered: 1,
      unexplained: 0,
      chainsBroken: 0,
    })
    expect(invented.result.verdict).toBe('pass')
    for (const { result } of [removed, altered]) expect(result.verdict).toBe('fail')
    const unsimulated = await edit((lane, i) => lane.splice(at(lane, i), 1), { simulate: null })
    expect(named(unsimulated.result, 'tick-missing')).toHaveLength(1)
  })

  it('finds a record changed so that only the bytes tell, when every byte is compared', async () => {
    // Behind the last tick no chain and no count speaks of the event any more.
    const stop = Date.parse(clean.world.descriptor.start) + 125_000
    const run = copyOf(clean)
    for (const [name, records] of run.lanes) {
      const cut = records.findIndex((r) => isTick(r) && Date.parse(tickOf(r).time) > stop)
      const inTime = (r: NewRecord) => r.key === null || Date.parse(eventOf(r).time) < stop
      run.lanes.set(name, records.slice(0, cut).filter(inTime))
    }
    const stopped = { endedAt: stop, upTo: stop, resimulate: true }
    expect((await auditOf(run, stopped)).verdict).toBe('pass')
    const lane = run.lanes.get(LANE)!
    const i = lane.findLastIndex((r) => r.key !== null)
    expect(lane.slice(i).some(isTick)).toBe(false)
    lane[i] = edited(lane[i], (t) => t.replace('"guided":', '"guided":  '))
    const result = await auditOf(run, stopped)
    expect(named(result, 'altered')).toHaveLength(1)
    expect(result.verdict).toBe('fail')
  })

  it('names by sequence numbers what it cannot simulate', async () => {
    const { result, at } = await edit((lane, i) => lane.splice(i, 1), { simulate: null })
    expect(named(result, 'missing')).toMatchObject([{ asset: at.asset, seq: at.seq }])
    expect(result).toMatchObject({ verdict: 'fail', resimulated: 0, total: { unexplained: 1 } })
  })

  it('says so when the first record of the run is gone', async () => {
    const run = copyOf(clean)
    run.lanes.set(LANE, run.lanes.get(LANE)!.slice(5))
    const result = await auditOf(run)
    expect(named(result, 'no-start')).toHaveLength(1)
    expect(result.verdict).toBe('fail')
  })
})

describe('the audit of what was published', () => {
  const input = inputOf(smallRun({}, { domains: ['parking'] }))
  const asPublished = input.published

  /** `<one more>, expected <as it is>`. */
  const publishedField = (
    field: 'produced' | 'late' | 'duplicate' | 'deadLetter' | 'read' | 'unexplained',
  ) => {
    const n = asPublished.ledgers!.get(LANE)![field]
    return `${n + 1}, expected ${n}`
  }

  async function audited(change: (published: PublishedRecords) => void) {
    const published = structuredClone(asPublished)
    change(published)
    return audit({ ...input, published })
  }

  it('finds one changed digit of a reading, its plan line, its status, its truth flag', async () => {
    const city = '440100'
    const changes: [RegExp, (r: KpiReading) => void][] = [
      [
        /440100 value .*expected/,
        (r) => {
          r.scopes[city].value! += 0.000001
        },
      ],
      [
        /440105 n \d+, expected/,
        (r) => {
          r.scopes['440105'].n++
        },
      ],
      [
        /expected .*, expected/,
        (r) => {
          r.expected = (r.expected ?? 0) + 0.01
        },
      ],
      [
        /status .*, expected/,
        (r) => {
          r.status = r.status === 'missed' ? 'met' : 'missed'
        },
      ],
      [
        /truth differs, expected equal/,
        (r) => {
          r.truth = 'differs'
        },
      ],
      [
        /weight 2, expected/,
        (r) => {
          r.weight = 2
        },
      ],
      [
        /watermark/,
        (r) => {
          r.watermark = r.window.start
        },
      ],
    ]
    for (const [pattern, change] of changes) {
      const result = await audited(({ readings }) => {
        const day = readings!.filter((r) => r.kpi.endsWith('.coverage') && r.window.kind === 'day')
        change(day.find((r) => r.scopes['440105'])!)
      })
      expect(
        named(result, 'cell')
          .map((p) => p.detail)
          .join(),
      ).toMatch(pattern)
      expect(result.total.differing).toBe(1)
      expect(result.verdict).toBe('fail')
    }
  })

  it('finds a final reading that is missing, and one published twice with other bytes', async () => {
    const gone = await audited(({ readings }) => readings!.splice(0, 1))
    expect(named(gone, 'final-missing')).toHaveLength(1)
    expect(gone.verdict).toBe('fail')
    const twice = await audited(({ readings }) => {
      const again = structuredClone(readings![0])
      again.scopes['440100'].n++
      readings!.push(again)
    })
    expect(named(twice, 'cell').some((p) => p.detail.includes('twice'))).toBe(true)
  })

  it('finds a truth, partial, ledger or rejected record that does not fit', async () => {
    const truth = await audited(({ truths }) => {
      const partial = [...truths!.values()].find(
        (t) => Object.keys(t.measures.coverage?.window ?? {}).length > 0,
      )!
      const cells = partial.measures.coverage.window
      cells[Object.keys(cells)[0]][0]++
    })
    expect(named(truth, 'truth')[0].detail).toMatch(/nothing explains it/)
    const partial = await audited((t) => {
      t.partials = structuredClone(t.truths)
      const [first] = t.partials!.values()
      first.measures = {
        ...first.measures,
        [Object.keys(first.measures)[0]]: { window: { '440103': [1, null, 1] }, day: {} },
      }
    })
    expect(named(partial, 'partial').length).toBeGreaterThan(0)
    const ledger = await audited(({ ledgers }) => {
      ledgers!.get(LANE)!.folded++
    })
    const fields = ['produced', 'late', 'duplicate', 'deadLetter', 'read', 'unexplained'] as const
    for (const field of fields) {
      const result = await audited(({ ledgers }) => {
        ledgers!.get(LANE)![field]++
      })
      expect(named(result, 'ledger').map((p) => p.detail)).toContain(
        `${field} ${publishedField(field)}`,
      )
      expect(result.verdict).toBe('fail')
    }
    const injected = await audited(({ ledgers }) => {
      ledgers!.get(LANE)!.injected.held++
    })
    expect(named(injected, 'ledger')[0].detail).toBe('injected.held 1, expected 0')
    expect(named(ledger, 'ledger')[0]).toMatchObject({ topic: TOPIC, partition: 2 })
    const rejected = await audited((t) => t.rejected!.set(`${TOPIC}/2/7`, 'schema'))
    expect(named(rejected, 'rejected')).toMatchObject([
      { offset: 7n, detail: 'schema, expected to be folded' },
    ])
    for (const r of [truth, partial, ledger, rejected]) expect(r.verdict).toBe('fail')
  })
})

describe('the audit of a run that goes on', () => {
  const whole = smallRun({}, { domains: ['parking'] })

  /** Every topic-partition as it might be found: each a little further than the one before. */
  function found(): SmallRun {
    const run = copyOf(whole)
    for (const [name, lane] of run.lanes) {
      const at = ['08:32:30', '08:33:00', '08:33:10', '08:34:20'][Number(name.split('/')[1])]
      const tick = lane.findIndex((r) => isTick(r) && tickOf(r).time.includes(at))
      // And some events of the interval that the next tick will end.
      run.lanes.set(name, lane.slice(0, tick + 3))
    }
    return run
  }

  function goesOn(run: SmallRun, more: Partial<AuditInput> = {}): Promise<AuditResult> {
    const input = inputOf(run)
    const upTo = publishedUpTo(run.world.descriptor, input.published.readings ?? [])
    return audit({ ...input, endedAt: null, upTo, resimulate: true, ...more })
  }

  it('reaches up to the last window that all topic-partitions have published', async () => {
    const result = await goesOn(found())
    expect(result).toMatchObject({ verdict: 'pass', ended: false, windows: 2, places: [] })
    expect(result.upTo).toBe('2025-06-18T08:32:00.000Z')
    expect(result.total).toMatchObject({
      differing: 0,
      unexplained: 0,
      ledgers: 4,
      chainsBroken: 0,
    })
    expect(result.total.cells).toBeGreaterThan(100)
  })

  it('names a removed event as soon as a tick speaks of it', async () => {
    const run = found()
    const lane = run.lanes.get(LANE)!
    const i = lane.findIndex((r) => r.key !== null && eventOf(r).time > '2025-06-18T08:33:02')
    const { subject, seq } = eventOf(lane[i])
    lane.splice(i, 1)
    const result = await goesOn(run)
    expect(result.verdict).toBe('fail')
    expect(named(result, 'missing')).toMatchObject([{ asset: subject, seq }])
  })

  it('does not pass where nobody published a reading, and says how much was compared', async () => {
    const run = found()
    const { published } = inputOf(run)
    const nobody = { ...published, readings: [], ledgers: new Map(), partials: new Map() }
    const nothing = await goesOn(run, { published: nobody, upTo: START })
    expect(nothing).toMatchObject({ verdict: 'nothing-compared', windows: 0, places: [] })
    expect(nothing.coverage).toEqual({
      windows: { compared: 0, of: 2 },
      truths: { compared: 0, of: 12 },
      partials: { compared: 0, of: 12 },
      ledgers: { compared: 0, of: 4 },
      topicPartitions: { compared: 4, of: 4 },
    })
    const text = auditText(nothing, 10).join('\n')
    expect(text).toMatch(/^coverage: 0 of 2 windows/m)
    expect(text).toMatch(/^NOTHING COMPARED: no final reading of parking /m)
    expect(text).not.toMatch(/PASS/)
    const passed = await goesOn(run)
    expect(passed.coverage).toMatchObject({
      windows: { compared: 2, of: 2 },
      truths: { compared: 8, of: 12 },
      partials: null,
      ledgers: { compared: 4, of: 4 },
    })
  })

  it('does not pass where one domain of several published nothing', async () => {
    const two = smallRun({}, { domains: ['parking', 'traffic-signal'] })
    const { published } = inputOf(two)
    const readings = published.readings!.filter((r) => r.kpi.startsWith('parking.'))
    // Its readings went with retention: none is missed.
    const result = await auditOf(two, { published: { ...published, readings, trimmed: ['kpi'] } })
    expect(result).toMatchObject({ verdict: 'nothing-compared', places: [] })
    expect(result.total.cells).toBeGreaterThan(0)
    expect(auditText(result, 10).join('\n')).toMatch(/no final reading of traffic-signal /)
  })

  it('misses neither the finals to come nor what the processor has not published yet', async () => {
    const run = found()
    const { published } = inputOf(run)
    const ledgers = new Map([...published.ledgers!].slice(0, 2))
    expect(await goesOn(run, { published: { ...published, ledgers } })).toMatchObject({
      verdict: 'pass',
    })
    // The same, had the run ended, is not enough.
    const ended = await goesOn(run, {
      published: { ...published, ledgers },
      endedAt: Date.parse(run.world.descriptor.end),
    })
    const kinds = new Set(ended.places.map((p) => p.kind))
    expect([...kinds].sort()).toEqual(['ledger', 'missing', 'tick-missing'])
  })
})
