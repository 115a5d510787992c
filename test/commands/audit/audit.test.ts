// `huacheng audit` as another team would use it: files in, a table and an exit code out.

import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit as auditRun } from '../../../audit/audit.ts'
import { audit as auditCommand } from '../../../commands/audit/audit.ts'
import { auditFile } from '../../../commands/audit/audit-file.ts'
import { domains } from '../../../producers/domains.ts'

const ROOT = join(import.meta.dirname, '../../..')
const VALUES = { scale: '0.02', for: 'PT3M', partitions: '2' }
/** Topic-partitions of the domains. */
const LANES = domains.length * Number(VALUES.partitions)
const WORLD = Object.entries(VALUES).flatMap(([name, value]) => [`--${name}`, value])
const OUTPUT_BYTES = 256 * 1024 * 1024

function huacheng(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const options = {
      cwd: ROOT,
      maxBuffer: OUTPUT_BYTES,
      env: { ...process.env, KAFKA_BROKERS: '' },
    }
    execFile(process.execPath, ['huacheng.js', ...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })
}

describe('huacheng audit --from-file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'))
  const records = join(folder, 'records.jsonl')
  const kpis = join(folder, 'kpis.jsonl')
  let lines: string[] = []

  const audit = (file: string, ...more: string[]) =>
    huacheng('audit', '--from-file', file, ...WORLD, ...more)

  /** A copy of the records with an edit, as a file. */
  function editedFile(edit: (lines: string[]) => void): string {
    const copy = [...lines]
    edit(copy)
    const path = join(folder, 'edited.jsonl')
    writeFileSync(path, copy.join('\n'))
    return path
  }

  beforeAll(async () => {
    const [events, readings] = await Promise.all([
      huacheng('events', ...WORLD, '--meta', '--json'),
      huacheng('kpis', ...WORLD, '--json'),
    ])
    writeFileSync(records, events.out)
    writeFileSync(kpis, readings.out)
    lines = events.out.split('\n')
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  it('passes what the commands themselves print, with 0', async () => {
    const { code, out, err } = await audit(records, '--kpis', kpis, '--json')
    expect([code, err]).toEqual([0, ''])
    const json = JSON.parse(out)
    expect(json).toMatchObject({ verdict: 'pass', resimulated: LANES, placesInAll: 0, windows: 3 })
  })

  it('names the events that were removed, doubled and altered in the file, with 99', async () => {
    const named: [string, string][] = []
    const path = editedFile((l) => {
      const events = l.flatMap((line, i) =>
        /T08:31:/.test(line) && line.includes('"key":"') ? [i] : [],
      )
      const edits: [string, (i: number) => void][] = [
        ['missing', (i) => l.splice(i, 1)],
        ['doubled', (i) => l.splice(i, 0, l[i])],
        ['altered', (i) => (l[i] = l[i].replace('\\"district\\":\\"4', '\\"district\\":\\"5'))],
      ]
      // From behind, so that the places before stay what they were.
      for (const [n, [kind, edit]] of edits.entries()) {
        const i = events.at(-1 - 10 * n)!
        named.push([kind, JSON.parse(JSON.parse(l[i]).value).id])
        edit(i)
      }
    })
    const { code, out } = await audit(path, '--kpis', kpis)
    expect(code).toBe(99)
    for (const [kind, id] of named) {
      const [asset, seq] = id.split(':')
      expect(out).toMatch(new RegExp(`^ +${kind} +city\\.\\S+/[01] .* ${asset} seq ${seq} `, 'm'))
    }
    expect(out).toMatch(/^FAIL/m)
  })

  it('does not pass a run too short for a reading, with 99', async () => {
    const short = ['--scale', '0.02', '--for', 'PT30S', '--partitions', '2']
    const path = join(folder, 'short.jsonl')
    writeFileSync(path, (await huacheng('events', ...short, '--meta', '--json')).out)
    const { code, out } = await huacheng('audit', '--from-file', path, ...short)
    expect(code).toBe(99)
    expect(out).toMatch(
      new RegExp(`^coverage: 0 of 0 windows, .*${LANES} of ${LANES} topic-partitions$`, 'm'),
    )
    expect(out).toMatch(/^NOTHING COMPARED: /m)
    expect(await huacheng('kpis', ...short, '--json')).toMatchObject({
      code: 99,
      out: '',
      err: expect.stringMatching(/^kpis: no final reading/),
    })
  })

  it('finds one changed digit of a reading that was given to it', async () => {
    const text = readFileSync(kpis, 'utf8').replace(/"n":(\d+)/, (_, n) => `"n":${Number(n) + 1}`)
    const path = join(folder, 'changed.jsonl')
    writeFileSync(path, text)
    const { input, close } = await auditFile({ ...VALUES, 'from-file': records, kpis: path })
    const { verdict, places } = await auditRun(input)
    close()
    expect(verdict).toBe('fail')
    expect(places).toMatchObject([
      { kind: 'cell', detail: expect.stringMatching(/ n \d+, expected \d+$/) },
    ])
  })

  it('says where a file is not what it takes it for', async () => {
    const open = (path: string, more = {}) =>
      expect(auditFile({ ...VALUES, 'from-file': path, ...more })).rejects
    const bad = editedFile((l) => (l[40] = '{"topic":1}'))
    await open(bad).toThrow(/edited\.jsonl:41: \{"topic":1\}, expected/)
    await open(join(folder, 'none.jsonl')).toThrow(/none\.jsonl: no such file, expected a file/)
    await open(folder).toThrow(/: a folder, expected a file/)
    await open(records, { seed: '7' }).toThrow(/run r-\w+, expected run r-\w+; give the options/)
    await open(records, { kpis: records }).toThrow(/records\.jsonl:1: .*, expected a reading/)
    await open(records, { kpis: bad.replace('edited', 'none') }).toThrow(/no such file/)
    const other = editedFile((l) => (l[3] = l[3].replace('city.', 'town.')))
    await open(other).toThrow(/:4: town\..*expected one of city\./)
  })

  it.each([
    [
      'nesting without end',
      (line: string) => line.replace(/"value":".*"/, `"value":${'['.repeat(5_000)}`),
      /:4: got more than 64 levels/,
    ],
    [
      'an offset that is none',
      (line: string) => line.replace('{', '{"offset":"1e3",'),
      /:4: \{"offset":"1e3"/,
    ],
    [
      'a partition that is none',
      (line: string) => line.replace(/"partition":\d+/, '"partition":-1'),
      /:4: city\.[a-z-]+\/-1, expected one of/,
    ],
    ['half a line', (line: string) => line.slice(0, 40), /:4: \{"topic"/],
  ])('refuses a line with %s by its number', async (_, edit, message) => {
    const path = editedFile((l) => (l[3] = edit(l[3])))
    await expect(auditFile({ ...VALUES, 'from-file': path })).rejects.toThrow(message)
  })

  it('refuses bytes that are no UTF-8 by line and offset, and binary data by name', async () => {
    const path = join(folder, 'bytes.jsonl')
    const text = readFileSync(records)
    const second = text.indexOf('\n') + 1
    writeFileSync(path, Buffer.concat([text.subarray(0, second), Buffer.from([0xb9, 0xe3, 10])]))
    const open = () => expect(auditFile({ ...VALUES, 'from-file': path })).rejects
    await open().toThrow(`bytes.jsonl: byte 0xb9 in line 2 (offset ${second}), which is no UTF-8`)
    writeFileSync(path, Buffer.from([0, 1, 2, 3]))
    await open().toThrow('bytes.jsonl: binary data, expected UTF-8 text')
  })

  it.each([
    ['packed', (text: Buffer) => gzipSync(text)],
    ['behind a byte order mark', (text: Buffer) => Buffer.concat([Buffer.from('\ufeff'), text])],
  ])('reads records that are %s', async (_, wrap) => {
    const path = join(folder, 'wrapped.jsonl')
    writeFileSync(path, wrap(readFileSync(records)))
    const { input, close } = await auditFile({ ...VALUES, 'from-file': path })
    expect((await auditRun(input)).verdict).toBe('pass')
    close()
  })

  it('reads records from a pipe', async () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    const writer = spawn('sh', ['-c', `cat "${records}" > "${path}"`])
    const { input, close } = await auditFile({ ...VALUES, 'from-file': path })
    expect((await auditRun(input)).verdict).toBe('pass')
    close()
    expect(writer.exitCode ?? 0).toBe(0)
  })
})

describe('huacheng audit', () => {
  it('wants brokers or a file, and no scenario of a run that has its own', async () => {
    const run = (values: Record<string, string>) => auditCommand.run(values)
    await expect(run({ brokers: '127.0.0.1:1', seed: '7' })).rejects.toThrow(
      /--seed: given without/,
    )
    await expect(run({ brokers: '127.0.0.1:1', kpis: 'x' })).rejects.toThrow(
      /--kpis: given without/,
    )
    await expect(run({ first: 'x', 'from-file': 'x' })).rejects.toThrow(/--first: "x", expected/)
    expect(await huacheng('audit')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/brokers: none named/),
    })
  })
})
