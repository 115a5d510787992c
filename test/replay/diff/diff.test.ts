// Two runs of one seed are the same whatever ran them; another seed, a command and an altered byte are found where they are.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareRecordings, isAlike } from '../../../replay/diff/diff.ts'
import { firstDifference } from '../../../replay/diff/first-difference.ts'
import type { RecordedRecord } from '../../../replay/recording/line.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { alteredCopy } from '../altered-copy.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-diff-'))
const run = (name: string) => join(scratch, name)
beforeAll(async () => {
  await recordSmallRun(run('one'), 'gz', { for: 'PT6M' })
  await recordSmallRun(run('again'), 'zst', { for: 'PT6M' })
  await recordSmallRun(run('longer'), 'gz', { for: 'PT8M' })
  await recordSmallRun(run('other'), 'gz', { for: 'PT6M', seed: '99' })
})
afterAll(() => rmSync(scratch, { recursive: true }))

async function compared(a: string, b: string) {
  const [inA, inB] = [await Recording.open(run(a)), await Recording.open(run(b))]
  try {
    return await compareRecordings(inA, inB)
  } finally {
    await inA.close()
    await inB.close()
  }
}

describe('two recordings', () => {
  test('of the same run are the same, with every cell, whatever packed them', async () => {
    const result = await compared('one', 'again')
    expect(result.differing).toEqual([])
    expect(isAlike(result)).toBe(true)
    expect(result.lanes).toBeGreaterThan(10)
    expect(result.sections).toBeGreaterThan(100)
    expect(result.cells.cells).toBeGreaterThan(50)
    expect(result.beyond).toEqual({ a: 0, b: 0 })
  })

  test('of different length are compared as far as both go', async () => {
    const result = await compared('one', 'longer')
    expect(result.differing).toEqual([])
    expect(result.cells.differing).toEqual([])
    expect(result.beyond.a).toBe(0)
    expect(result.beyond.b).toBeGreaterThan(10)
  })

  test('of different seeds differ from the first interval, in events and in cells', async () => {
    const result = await compared('one', 'other')
    expect(result.differing.length).toBeGreaterThan(10)
    expect(result.differing[0].record?.kind).toBeDefined()
    expect(result.cells.differing.length).toBeGreaterThan(10)
  })

  test('of different runs are compared by what happened, whatever the runs are called', async () => {
    const city = join(import.meta.dirname, '../../../seeds/guangzhou/scenarios/rainstorm.json')
    const calm = { ...JSON.parse(readFileSync(city, 'utf8')), incidents: [], cues: [] }
    calm.sources = calm.sources.filter(({ of }: { of: string }) => of !== 'incidents')
    const own = join(scratch, 'calm.json')
    writeFileSync(own, JSON.stringify(calm))
    await recordSmallRun(run('storm'), 'gz', { for: 'PT6M', scenario: 'rainstorm' })
    await recordSmallRun(run('calm'), 'gz', { for: 'PT6M', scenario: own, city: 'guangzhou' })
    // The storm comes later: until then both are the same afternoon.
    const alike = await compared('storm', 'calm')
    expect(alike.runs?.a).not.toBe(alike.runs?.b)
    expect(isAlike(alike)).toBe(true)
    expect(alike.sections).toBeGreaterThan(100)
    await alteredCopy(run('calm'), run('touched-calm'), '"occupied":1', '"occupied":2')
    expect((await compared('storm', 'touched-calm')).differing).toHaveLength(1)
  })

  test('that differ in one byte differ in that field of that event, and in no cell', async () => {
    const [from, to] = ['"occupied":1', '"occupied":2']
    await alteredCopy(run('one'), run('touched'), from, to)
    const result = await compared('one', 'touched')
    expect(result.differing).toHaveLength(1)
    const { record } = result.differing[0]
    expect(record?.kind).toBe('altered')
    expect(record?.a?.offset).toBe(record?.b?.offset)
    const [left, right] = [record!.a!.value!.toString(), record!.b!.value!.toString()]
    expect([left.includes(from), right.includes(to)]).toEqual([true, true])
    expect(record?.fields).not.toEqual([])
    expect(result.cells.differing).toEqual([])
    expect(isAlike(result)).toBe(false)
  })
})

describe('the first difference', () => {
  const record = (offset: number, id: string, n: number): RecordedRecord => ({
    ...{ topic: 'city.x', partition: 0, offset: BigInt(offset), timestamp: 0 },
    key: Buffer.from('a'),
    value: Buffer.from(JSON.stringify({ id, data: { n, list: [1, 2] } })),
  })
  const list = [record(0, 'a-1', 1), record(1, 'a-2', 2), record(2, 'a-3', 3)]

  test('is none where bytes are the same, whatever their offsets', () => {
    expect(firstDifference(list, [record(5, 'a-1', 1), ...list.slice(1)])).toBeNull()
  })

  test('is a record that only one of them has', () => {
    expect(firstDifference(list, [list[0], list[2]])).toMatchObject({ kind: 'only-a', a: list[1] })
    expect(firstDifference([list[0], list[2]], list)).toMatchObject({ kind: 'only-b', b: list[1] })
    expect(firstDifference(list.slice(0, 2), list)).toMatchObject({ kind: 'only-b', b: list[2] })
  })

  test('names the fields of one that was altered', () => {
    const other = [list[0], record(1, 'a-2', 7), list[2]]
    expect(firstDifference(list, other)).toMatchObject({
      kind: 'altered',
      fields: [{ field: 'data.n', a: 2, b: 7 }],
    })
  })
})
