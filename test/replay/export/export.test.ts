// A recording as files: every record once and in its own bytes, what is selected and nothing else, all of it or nothing.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readValues } from '../../../commands/options/options.ts'
import { exportCommand } from '../../../commands/replay/export.ts'
import { Problem } from '../../../infra/problem.ts'
import { decodeLine, type RecordedRecord } from '../../../replay/recording/line.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-export-'))
const folder = join(scratch, 'run')
let start: number
beforeAll(async () => {
  const { world } = await recordSmallRun(folder, 'gz')
  start = world.scenario.start
})
afterAll(() => rmSync(scratch, { recursive: true }))

const outOf = (name: string) => join(scratch, name)
const command = (args: string[]) => exportCommand.run(readValues(exportCommand, [folder, ...args]))

async function refusal(run: () => Promise<unknown>): Promise<string> {
  const error = await run().then(
    () => null,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(Problem)
  return (error as Problem).message
}

async function recorded(): Promise<RecordedRecord[]> {
  const recording = await Recording.open(folder)
  const all: RecordedRecord[] = []
  for (const track of ['events', 'control'] as const) {
    for await (const records of recording.records(track)) all.push(...records)
  }
  await recording.close()
  return all
}

function lines(path: string): RecordedRecord[] {
  const bytes = readFileSync(path)
  const text = path.endsWith('.gz') ? gunzipSync(bytes) : bytes
  const found = text.toString('latin1').split('\n').slice(0, -1)
  return found.map((line) => decodeLine(Buffer.from(line, 'latin1')) as RecordedRecord)
}

const noted = (out: string) => JSON.parse(readFileSync(join(out, 'export.json'), 'utf8'))

describe('lines', () => {
  test('are all records but checkpoints, byte for byte, a file per topic; plain and packed alike', async () => {
    await command(['--format', 'jsonl', '--out', outOf('plain')])
    await command(['--format', 'jsonl', '--gz', '--out', outOf('packed')])
    const all = await recorded()
    const byTopic = Map.groupBy(all, ({ topic }) => topic)
    for (const [topic, records] of byTopic) {
      expect(lines(join(outOf('plain'), `${topic}.jsonl`)), topic).toEqual(records)
    }
    const { files, leftOut } = noted(outOf('plain'))
    expect(files).toHaveLength(byTopic.size)
    expect(leftOut[0]).toMatch(/^\d+ checkpoints/)
    for (const { file, rows } of files) {
      const packed = execFileSync('zcat', [join(outOf('packed'), `${file}.gz`)], { maxBuffer: 1e9 })
      expect(packed.equals(readFileSync(join(outOf('plain'), file))), file).toBe(true)
      expect(rows).toBe(byTopic.get(file.replace('.jsonl', ''))!.length)
    }
  })

  test('of some topics and a stretch of sim time are those and no other', async () => {
    const [from, until] = [start + 60_000, start + 180_000]
    const times = ['--from', new Date(from).toISOString(), '--until', new Date(until).toISOString()]
    const all = await recorded()
    const topic = all.find(({ key }) => key !== null)!.topic
    const short = topic.replace('city.', '')
    const named = ['--topics', `${short},city.kpi`]
    await command(['--format', 'jsonl', '--out', outOf('slice'), ...times, ...named])
    expect(readdirSync(outOf('slice')).sort()).toEqual(
      ['export.json', 'city.kpi.jsonl', `${topic}.jsonl`].sort(),
    )
    const timeOf = ({ value }: RecordedRecord) => Date.parse(JSON.parse(value!.toString()).time)
    const expected = all.filter(
      (it) => it.topic === topic && timeOf(it) >= from && timeOf(it) < until,
    )
    expect(expected.length).toBeGreaterThan(10)
    expect(lines(join(outOf('slice'), `${topic}.jsonl`))).toEqual(expected)
    const ends = lines(join(outOf('slice'), 'city.kpi.jsonl'))
      .map(({ value }) => JSON.parse(value!.toString()))
      .filter(({ final }) => final)
      .map(({ window }) => Date.parse(window.end))
    expect([...new Set(ends)].sort()).toEqual(
      [from + 60_000, until].filter((end) => end > from).sort(),
    )
  })
})

describe('an export', () => {
  test('says everything that is wrong with its options at once', async () => {
    const text = await refusal(() => command(['--format', 'xml', '--from', 'noon', '--gz']))
    for (const part of ['--format: "xml"', '--out: nothing', '--from: "noon"']) {
      expect(text).toContain(part)
    }
    const two = ['2025-06-18T10:00:00Z', '2025-06-18T09:00:00Z']
    const times = ['--from', two[0], '--until', two[1]]
    expect(
      await refusal(() => command(['--format', 'jsonl', '--out', outOf('x'), ...times])),
    ).toContain(`--until: ${two[1]}, expected later than ${two[0]}`)
    expect(
      await refusal(() => command(['--format', 'jsonl', '--out', outOf('x'), '--topics', 'nope'])),
    ).toContain('--topics: nope, expected topics of the recording')
  })

  test('takes a new or an empty folder only, and leaves nothing where nothing is selected', async () => {
    mkdirSync(outOf('full'))
    writeFileSync(join(outOf('full'), 'mine.txt'), 'mine')
    expect(await refusal(() => command(['--format', 'jsonl', '--out', outOf('full')]))).toContain(
      'a folder with 1 files, expected a new or empty one',
    )
    const later = ['--from', '2031-01-01T00:00:00Z', '--topics', 'incident']
    expect(
      await refusal(() => command(['--format', 'jsonl', '--out', outOf('none'), ...later])),
    ).toContain('no record with these options')
    expect(readdirSync(outOf('none'))).toEqual([])
  })

  test('that the system takes no more of ends in words and takes away what it made', () => {
    const args = `export ${folder} --format jsonl --out ${outOf('limited')}`
    // 32 KiB a file: the first larger piece is refused.
    const shell = `ulimit -f 32; "${process.execPath}" huacheng.js ${args}`
    const { status, stderr } = spawnSync('bash', ['-c', shell], { encoding: 'utf8' })
    expect(stderr).toMatch(/limited\/city\.[a-z-]+\.jsonl: the file would be too large, expected/)
    expect(status).toBe(1)
    expect(readdirSync(outOf('limited'))).toEqual([])
  })
})
