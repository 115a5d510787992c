// What we publish as files, read by other people's tools: AsyncAPI documents, Prometheus' configuration, rules and alerts.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile, Parser } from '@asyncapi/parser'
import { describe, expect, it } from 'vitest'
import { exec } from './python.ts'
import { noPromtool, sayNotRun } from './tools.ts'

const ROOT = join(import.meta.dirname, '../..')
const CONTRACTS = join(ROOT, 'docs/contracts')
const GRAFANA = join(ROOT, 'infra/grafana')

const documents = readdirSync(CONTRACTS, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /(^|\/)[^/]*asyncapi[^/]*\.json$/.test(file),
)

describe('the AsyncAPI parser', () => {
  it('finds documents at all', () => expect(documents).toContain('asyncapi.json'))

  it.each(documents)('reads %s without an error or a warning', async (file) => {
    const { document, diagnostics } = await fromFile(new Parser(), join(CONTRACTS, file)).parse()
    // 3.0 is what was asked for; that there is a 3.1 is no fault.
    expect(diagnostics.filter((d) => d.code !== 'asyncapi-latest-version')).toEqual([])
    expect(document!.allMessages().all().length).toBeGreaterThan(3)
  })
})

const noTool = await noPromtool()
sayNotRun('promtool on infra/grafana', noTool)

describe.skipIf(noTool !== null)('promtool', () => {
  it('takes the rules of a load test, and sees each fire when it should', async () => {
    const check = await exec('promtool', ['check', 'rules', join(GRAFANA, 'load-rules.yml')])
    expect(check.stdout).toContain('3 rules found')
    const tests = join(import.meta.dirname, 'load-rules.test.yml')
    const { stdout } = await exec('promtool', ['test', 'rules', tests])
    expect(stdout).toContain('SUCCESS')
  })

  it('takes prometheus.yml and rules.yml', async () => {
    const { stdout } = await exec('promtool', ['check', 'config', join(GRAFANA, 'prometheus.yml')])
    expect(stdout).toContain('rules found')
  })

  it('sees every alert fire when it should, and not before', async () => {
    const tests = join(import.meta.dirname, 'rules.test.yml')
    const { stdout } = await exec('promtool', ['test', 'rules', tests])
    expect(stdout).toContain('SUCCESS')
  })
})
