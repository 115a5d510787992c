// The dashboard and the alerts ask for metrics that the programs have, and every alert and panel is explained to people.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDemo } from '../../commands/demo/demo-start.ts'
import { createMetrics, watchBacklog } from '../../infra/metrics.ts'
import { ROOT } from '../repository.ts'

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
type Target = { expr: string }
type Panel = { type: string; title: string; description?: string; targets?: Target[] }
const { panels } = JSON.parse(read('infra/grafana/dashboard.json')) as { panels: Panel[] }
const rules = read('infra/grafana/rules.yml')

/** Names of metrics in a query or in a whole file of rules. */
const metricsIn = (text: string) => text.match(/\b(?:huacheng|nodejs|process)_[a-z0-9_]+/g) ?? []
const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map((match) => match[1])

describe('infra/grafana', () => {
  let said = ''
  let stop = async () => {}
  beforeAll(async () => {
    const demo = await startDemo({
      port: '0',
      scale: '0.01',
      partitions: '1',
      'log-level': 'error',
    })
    stop = demo.stop
    said = await (await fetch(new URL('/metrics', demo.url))).text()
    // Only on Kafka does anything wait; program.ts watches it for every program there.
    const onKafka = createMetrics()
    watchBacklog(onKafka, () => ({ records: 0, bytes: 0, oldestMs: 0, error: null }))
    said += await onKafka.registry.metrics()
  })
  afterAll(() => stop())

  it('asks only for metrics that a program has', () => {
    const known = new Set([...said.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]))
    const asked = [...panels.flatMap((p) => p.targets ?? []).map((t) => t.expr), rules].flatMap(
      metricsIn,
    )
    const missing = asked
      .map((name) => name.replace(/_(bucket|sum|count)$/, ''))
      .filter((n) => !known.has(n))
    expect(asked.length).toBeGreaterThan(40)
    expect([...new Set(missing)]).toEqual([])
  })

  it('watches what must never happen and what stops the city', () => {
    for (const name of [
      'huacheng_unexplained_events',
      'huacheng_final_readings_total',
      'huacheng_records_ignored_total',
      'huacheng_achieved_speed',
      'huacheng_lag_records',
      'huacheng_backlog_age_seconds',
      'huacheng_uncaught_errors_total',
    ]) {
      expect(rules, name).toContain(name)
      expect(JSON.stringify(panels), name).toContain(name)
    }
  })

  it('has a runbook line for every alert, and no line for none', () => {
    const [, table] = read('docs/operations.md').split('| alert |')
    const rows = [...table.matchAll(/^\| `(Huacheng\w+)` \| [^|]{10,} \| [^|]{10,} \|$/gm)]
    expect(alerts.length).toBeGreaterThan(10)
    expect(rows.map((row) => row[1])).toEqual(alerts)
  })

  it('says for every panel which question it answers', () => {
    const rows = [...read('infra/grafana/README.md').matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)]
    const titles = panels.filter(({ type }) => type !== 'row').map(({ title }) => title)
    expect(rows.map((row) => row[1]).slice(2)).toEqual(titles)
    for (const { type, description, title } of panels) {
      if (type !== 'row') expect(description?.length, title).toBeGreaterThan(10)
    }
  })
})
