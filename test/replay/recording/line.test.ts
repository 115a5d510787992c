// A record's line: the same record comes back, whatever it was, and any JSON parser reads it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { below, stream } from '../../../infra/random.ts'
import { decodeLine, LineText } from '../../../replay/recording/line.ts'
import { asText, hostileRecord } from './hostile-records.ts'

const RECORDS = 100_000

test('brings back 100,000 hostile records as they were, each line read by DuckDB, too', async () => {
  const words = stream(1, 'records', 'line')
  const text = new LineText(1024)
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-line-'))
  const file = join(folder, 'lines.jsonl')
  let mismatches = 0
  const pieces: Buffer[] = []
  for (let i = 0; i < RECORDS; i++) {
    const record = hostileRecord(words, BigInt(i))
    text.clear()
    text.add(record)
    const line = Buffer.from(text.view)
    pieces.push(line)
    const back = decodeLine(line.subarray(0, -1))
    if (
      typeof back === 'string' ||
      asText(back) !== asText(record) ||
      line.indexOf(0x0a) !== line.length - 1
    )
      mismatches++
  }
  writeFileSync(file, Buffer.concat(pieces))
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(
    `select count(*)::int, max("offset")::int, count(distinct enc)::int from read_json('${file}', format='newline_delimited',
     columns={ts:'BIGINT',"offset":'UBIGINT',topic:'VARCHAR',key:'JSON',headers:'JSON',enc:'VARCHAR',n:'BIGINT',value:'JSON'})`,
  )
  rmSync(folder, { recursive: true })
  expect(mismatches).toBe(0)
  expect(reader.getRows()).toEqual([[RECORDS, RECORDS - 1, 4]])
})

test('takes digits in a name for no number beyond a double', () => {
  const encodingOf = (value: string) => {
    const text = new LineText(1024)
    text.add({ ...hostileRecord(stream(3, 'records', 'line'), 1n), value: Buffer.from(value) })
    return /"enc":"(\w+)","n":\d+,"value"/.exec(text.view.toString())?.[1]
  }
  expect(encodingOf('{"source":"/huacheng/r-d934dde28596/parking","n":1.5e10}')).toBe('json')
  for (const number of ['1e999', '-1.25E+400', ' 7e308', '[2e999]']) {
    expect(encodingOf(`{"a":${number}}`), number).toBe('text')
  }
})

test('says what is wrong with a line that is none, and never throws', () => {
  const words = stream(2, 'records', 'line')
  const text = new LineText(1024)
  text.add(hostileRecord(words, 7n))
  const line = Buffer.from(text.view.subarray(0, -1))
  for (let i = 0; i < 20_000; i++) {
    const broken = Buffer.from(line)
    for (let n = below(words, 0, 3); n >= 0; n--)
      broken[below(words, 0, broken.length)] = below(words, 0, 256)
    const back = decodeLine(broken.subarray(0, below(words, 0, broken.length + 1)))
    if (typeof back === 'string') expect(back).toMatch(/^got|JSON|Unterminated|token/)
  }
  expect(decodeLine(Buffer.from('{}'))).toContain('expected the last fields of a record')
  expect(decodeLine(Buffer.concat([line, Buffer.from(' ')]))).toContain('as "n" says')
})
