// A real Prometheus over a city's programs: the published rules, and any query, as an operator's own would answer.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../load/child-program.ts'

const RULES = join(import.meta.dirname, '../../infra/grafana/rules.yml')

type Sample = { metric: Record<string, string>; value: [number, string] }

/** `programs` are the addresses of status ports by name. */
export async function startPrometheus(programs: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-prometheus-'))
  const targets = Object.entries(programs).map(([program, url]) => ({
    targets: [new URL(url).host],
    labels: { program },
  }))
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [RULES],
    scrape_configs: [{ job_name: 'huacheng', static_configs: targets }],
  }
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child: ChildProcess = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  )
  const ended = once(child, 'close')

  async function ask<T>(path: string): Promise<T> {
    const answer = (await (await fetch(`${url}${path}`)).json()) as { data: T; error?: string }
    if (answer.error) throw new Error(`${path}: ${answer.error}`)
    return answer.data
  }

  return {
    isReady: () =>
      fetch(`${url}/-/ready`)
        .then((answer) => answer.ok)
        .catch(() => false),
    async query(expr: string): Promise<Sample[]> {
      const path = `/api/v1/query?query=${encodeURIComponent(expr)}`
      return (await ask<{ result: Sample[] }>(path)).result
    },
    /** Names of alerts that are pending or fire. */
    async alerts(): Promise<string[]> {
      const { alerts } = await ask<{ alerts: { labels: { alertname: string } }[] }>(
        '/api/v1/alerts',
      )
      return alerts.map(({ labels }) => labels.alertname)
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
