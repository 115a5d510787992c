// A running city's HTTP interface in the hands of other people's tools: schemathesis, SHACL, promtool.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDemo } from '../../commands/demo/demo-start.ts'
import { findPython } from './python.ts'
import { noPromtool, sayNotRun } from './tools.ts'

const python = await findPython()
const noPython = typeof python === 'string' ? python : null
sayNotRun('schemathesis and SHACL on a console', noPython)
const noTool = await noPromtool()
sayNotRun('promtool on /metrics of a console', noTool)

const SEED = '1'
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
  'allow_header_conformance',
]
const OUTPUT_BYTES = 16 * 1024 * 1024

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-interop-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

let url = ''
let stop = async () => {}
beforeAll(async () => {
  const demo = await startDemo({ port: '0', city: 'testville', speed: '60', 'log-level': 'error' })
  stop = demo.stop
  url = demo.url.replace(/\/$/, '')
  // A description of readings needs one.
  while (!(await fetch(`${url}/api/open-data`)).ok) await new Promise((r) => setTimeout(r, 100))
})
afterAll(() => stop())

/** Exit code and everything said. */
function run(file: string, args: string[], input = ''): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    // Schemathesis keeps what it found where it stands.
    const options = { maxBuffer: OUTPUT_BYTES, cwd: scratch }
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0
      resolve({ code, said: `${stdout}${stderr}` })
    })
    child.stdin!.end(input)
  })
}

describe.skipIf(noPython !== null)('a running console', () => {
  const { python: interpreter } = python as { python: string }

  it('answers schemathesis as its OpenAPI document says, and never with 5xx', async () => {
    const args = ['run', `${url}/openapi.json`, '--checks', CHECKS.join(','), '--seed', SEED]
    const bounds = ['--phases', 'examples,coverage,fuzzing', '--max-examples', '15', '--no-shrink']
    const quiet = ['--warnings', 'off']
    const { code, said } = await run(interpreter, [
      ...['-m', 'schemathesis.cli'],
      ...[...args, ...bounds, ...quiet],
    ])
    expect(code, said.slice(-8_000)).toBe(0)
    const [, cases] = /(\d+) generated, /.exec(said)!
    console.log(`schemathesis: ${cases} cases, none against the document`)
    expect(Number(cases)).toBeGreaterThan(200)
    // Every operation of the document is tried: these take what people type.
    const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object }
    const typed = ['/api/assets', '/api/acknowledgements', '/api/findings/{finding}', '/api/twin']
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(typed))
  })

  it('is still there after them, and its city moves', async () => {
    const { live } = (await (await fetch(`${url}/health`)).json()) as { live: boolean }
    expect(live).toBe(true)
  })

  it('describes its open data as DCAT-AP asks', async () => {
    const text = await (await fetch(`${url}/api/open-data?format=dcat`)).text()
    const script = join(import.meta.dirname, 'validate-dcat.py')
    const { code, said } = await run(interpreter, [script], text)
    expect(code, said).toBe(0)
    // A graph of nothing conforms as well.
    expect(said).toMatch(/'Catalog': 1, 'Dataset': [1-9]\d*, 'Distribution': [2-9]/)
  })

  it('writes what the Prometheus parser reads', async () => {
    const text = await (await fetch(`${url}/metrics`)).text()
    const count =
      'import sys; from prometheus_client.parser import text_string_to_metric_families as families; ' +
      'print(sum(f.name.startswith("huacheng_") for f in families(sys.stdin.read())))'
    const { said } = await run(interpreter, ['-c', count], text)
    expect(Number(said)).toBeGreaterThan(25)
  })
})

describe.skipIf(noTool !== null)('the metrics of a running console', () => {
  it('are what promtool calls good style, but for those of Node’s own library', async () => {
    const text = await (await fetch(`${url}/metrics`)).text()
    const { said } = await run('promtool', ['check', 'metrics'], text)
    expect(said.split('\n').filter((line) => line !== '' && !line.startsWith('nodejs_'))).toEqual(
      [],
    )
  })
})
