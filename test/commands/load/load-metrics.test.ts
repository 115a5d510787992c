// The load test's dashboard and alerts ask for metrics that a load has.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { watchLoad } from '../../../commands/load/load-metrics.ts'
import type { LoadTest } from '../../../commands/load/load-run.ts'
import { createMetrics } from '../../../infra/metrics.ts'
import { LoadMeasured } from '../../../load/generate/measured.ts'
import { ROOT } from '../../repository.ts'

const read = (name: string) => readFileSync(join(ROOT, 'infra/grafana', name), 'utf8')
const metricsIn = (text: string) => text.match(/\bhuacheng_load_[a-z0-9_]+/g) ?? []

describe('metrics of a load', () => {
  it('are all that its dashboard and its alerts ask for', async () => {
    const metrics = createMetrics({ defaults: false })
    const session = { measured: new LoadMeasured(), meant: 7 }
    watchLoad(metrics, { session, lag: { now: 12 } } as unknown as LoadTest)
    const said = await metrics.registry.metrics()
    const known = new Set([...said.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]))
    const asked = [...metricsIn(read('load-dashboard.json')), ...metricsIn(read('load-rules.yml'))]
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.filter((name) => !known.has(name))).toEqual([])
    expect(said).toMatch(/huacheng_load_lag_records 12/)
    expect(said).toMatch(/huacheng_load_events_meant_total 7/)
  })

  it('have a line in the docs for every alert', () => {
    const docs = readFileSync(join(ROOT, 'docs/load-testing.md'), 'utf8')
    const alerts = [...read('load-rules.yml').matchAll(/- alert: (\w+)/g)].map((m) => m[1])
    const rows = [...docs.matchAll(/^\| `(Huacheng\w+)` \| [^|]{10,} \| [^|]{10,} \|$/gm)]
    expect(rows.map((row) => row[1])).toEqual(alerts)
  })
})
