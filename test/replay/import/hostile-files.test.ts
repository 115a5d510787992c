// Files as they are found in the wild, and worse: each is imported as it is, or named with its place and reason.
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { below, stream } from '../../../infra/random.ts'
import { csvFields } from '../../../replay/import/lines/csv-row.ts'
import { LineSplitter, type RawLine } from '../../../replay/import/lines/line-splitter.ts'
import { folderOf, imported, RAW_CSV, RAW_JSONL } from './imported.ts'

const values = ({ records }: { records: { value: Buffer | null }[] }) =>
  records.map(({ value }) => String(value))
const MIB = 1024 * 1024

describe('JSON lines', () => {
  test('with a byte order mark, CRLF, blank lines and no end of the last line', async () => {
    const folder = folderOf({ 'a.jsonl': '\ufeff{"t":1}\r\n\r\n  \n{"t":2} \r\n\n{"t":3}' })
    const outcome = await imported(folder, [RAW_JSONL])
    expect(values(outcome)).toEqual(['{"t":1}', '{"t":2} ', '{"t":3}'])
    expect(outcome.files[0]).toMatchObject({ lines: 6, records: 3, blank: 3, rejected: 0 })
  })

  test('that are none are rejected one by one, between others that are taken', async () => {
    const bad = [
      Buffer.from('{"t":1'),
      Buffer.from('[1]'),
      Buffer.from('"t"'),
      Buffer.from([0x7b, 0xff, 0x7d]),
      Buffer.from('\u0000'),
      Buffer.from(`{"t":${'['.repeat(5_000)}`),
      Buffer.from('{"t":"1"}x'),
      Buffer.from('{"t":-1}'),
      Buffer.from('{"t":1e400}'),
      Buffer.from('{"t":{"t":1}}'),
      Buffer.from('{"t":999999999999999}'),
      Buffer.from('{"__proto__":{"t":1}}'),
      Buffer.from('{"t":1,"k":[1]}'),
    ]
    const bytes = Buffer.concat(
      bad.flatMap((it) => [Buffer.from('{"t":7}\n'), it, Buffer.from('\n')]),
    )
    const { records, rejected } = await imported(folderOf({ 'a.jsonl': bytes }), [RAW_JSONL])
    expect(records).toHaveLength(bad.length)
    expect(rejected.map(({ line }) => line)).toEqual(bad.map((_, i) => 2 * i + 2))
    expect(rejected[3]).toMatchObject({ got: 'bytes that are not UTF-8', b64: 'e/99' })
    for (const { got, expected } of rejected)
      expect([got, expected].every((it) => it.length > 0)).toBe(true)
  })

  test('of one megabyte are records, of more than eight are rejected', async () => {
    const line = (bytes: number) => `{"t":1,"x":"${'花'.repeat(bytes / 3)}"}`
    const lines = [line(MIB), line(8 * MIB), '{"t":2}', line(7 * MIB)]
    const outcome = await imported(folderOf({ 'a.jsonl': lines.join('\n') }), [
      { ...RAW_JSONL, time: { of: { fixed: 5 }, format: 'ms' } },
    ])
    expect(values(outcome)).toEqual([lines[0], lines[2], lines[3]])
    expect(outcome.rejected).toEqual([
      { file: 'a.jsonl', line: 2, got: 'a longer line', expected: 'at most 8388608 bytes' },
    ])
  })
})

describe('CSV', () => {
  const keyed = { ...RAW_CSV, key: { from: 'name' } }
  const keys = ({ records }: { records: { key: Buffer | null }[] }) =>
    records.map(({ key }) => String(key))

  test('with quotes, delimiters, line ends and quotes within quotes is taken row by row', async () => {
    const rows = ['1,"a,b"', '2,"say ""花"""', '3,"two\r\nlines"', '4,plain', '5,"\n"']
    const outcome = await imported(folderOf({ 'a.csv': `\ufefft,name\r\n${rows.join('\r\n')}` }), [
      keyed,
    ])
    expect(values(outcome)).toEqual(rows)
    expect(keys(outcome)).toEqual(['a,b', 'say "花"', 'two\r\nlines', 'plain', '\n'])
    const tabs = { ...keyed, delimiter: '\t', header: ['t', 'name'] }
    expect(keys(await imported(folderOf({ 'a.csv': '1\tx\n2\t"y\tz"\n' }), [tabs]))).toEqual([
      'x',
      'y\tz',
    ])
  })

  test('that a spreadsheet would make the best of is rejected, line numbers staying right', async () => {
    const rows = ['1,"a\nb"', '2,5" pipe', '3,"x"y', '4', '5,a,b', '6,', '7,ok']
    const { rejected, records } = await imported(
      folderOf({ 'a.csv': `t,name\n${rows.join('\n')}\n` }),
      [keyed],
    )
    expect(keys({ records })).toEqual(['a\nb', 'ok'])
    expect(rejected.map(({ line, got }) => [line, got])).toEqual([
      [4, 'a quote in field 2, which is not quoted'],
      [5, 'text behind the quotes of field 2'],
      [6, '1 fields'],
      [7, '3 fields'],
      [8, 'nothing at name'],
    ])
  })

  test('with a quote that nothing closes says where, and that the rest is not read', async () => {
    const { rejected, records } = await imported(
      folderOf({ 'a.csv': 't,name\n1,a\n2,"b\n3,c\n' }),
      [keyed],
    )
    expect(keys({ records })).toEqual(['a'])
    expect(rejected).toEqual([
      {
        ...{ file: 'a.csv', line: 3, got: "a quote that nothing closes within the file's end" },
        expected: 'a closing one; the rest of the file is not read',
      },
    ])
    const long = folderOf({ 'a.csv': `t,name\n1,a\n2,"${'b\n'.repeat(5 * MIB)}` })
    expect((await imported(long, [keyed])).rejected[0].got).toContain('within 8388608 bytes')
  })

  test.each([
    ['t,name,t\n1,a,2\n', 'a.csv:1: the column "t" twice, expected each once; rename one of them'],
    ['t,label\n1,a\n', 'a.csv:1: the columns t, label, expected "name" among them'],
    ['t;name\n1;a\n', 'a.csv:1: the columns t;name, expected "t" among them'],
    ['t,"name\n1,a\n', 'a.csv:1: got a quote that nothing closes'],
    [Buffer.from([0x74, 0x2c, 0xff, 0x0a]), 'a.csv:1: got bytes that are not UTF-8'],
    [gzipSync('t,name\n'), 'a.csv: a gzip archive, expected UTF-8 text; unpack it (gunzip)'],
    [Buffer.from('\ufefft,name\n1,a\n', 'utf16le'), 'a.csv: UTF-16, expected UTF-8 text'],
    [Buffer.from('PK\u0003\u0004....'), 'a.csv: a zip archive'],
  ])(
    'that no mapping can read ends the import before anything is written: %j',
    async (bytes, message) => {
      await expect(imported(folderOf({ 'a.csv': bytes }), [keyed])).rejects.toThrow(message)
    },
  )
})

describe('a folder', () => {
  test('with links, or files of which none or two rules take one', async () => {
    const folder = folderOf({ 'a.jsonl': '{"t":1}', 'notes.txt': 'x' })
    symlinkSync('/etc/passwd', join(folder, 'b.jsonl'))
    expect((await imported(folder, [RAW_JSONL])).files.map(({ file }) => file)).toEqual(['a.jsonl'])
    const twice = [RAW_JSONL, { ...RAW_JSONL, match: 'a.*' }]
    await expect(imported(folder, twice)).rejects.toThrow(
      'folder: a.jsonl: files[0] and files[1] of the mapping, expected one that takes it',
    )
    const none = [{ ...RAW_JSONL, match: '*.json' }]
    await expect(imported(folder, none)).rejects.toThrow('no file that the mapping takes')
  })
})

describe('lines', () => {
  const split = (
    bytes: Buffer,
    delimiter: string | null,
    cuts: number[],
    most: number,
  ): RawLine[] => {
    const splitter = new LineSplitter(delimiter, most)
    const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
    const lines = edges
      .slice(1)
      .flatMap((to, i) => splitter.push(Buffer.from(bytes.subarray(edges[i], to))))
    return [...lines, ...splitter.end()]
  }

  test('are the same wherever the chunks of a file end', () => {
    const words = stream(3, 'import', 'chunks')
    const alphabet = ['a', '"', '""', ',', '\n', '\r\n', '花', ',"']
    for (let i = 0; i < 3_000; i++) {
      const text = Array.from(
        { length: below(words, 0, 40) },
        () => alphabet[below(words, 0, alphabet.length)],
      )
      const bytes = Buffer.from(text.join(''))
      for (const delimiter of [',', null]) {
        const cuts = Array.from({ length: 4 }, () => below(words, 0, bytes.length + 1))
        expect(split(bytes, delimiter, cuts, 30)).toEqual(split(bytes, delimiter, [], 30))
      }
    }
  })

  test('of CSV are what they were written as', () => {
    const words = stream(4, 'import', 'csv')
    const alphabet = ['a', '"', ',', '\n', '\r', '花', ' ', "'"]
    for (let i = 0; i < 2_000; i++) {
      const fields = Array.from({ length: below(words, 1, 5) }, () =>
        Array.from(
          { length: below(words, 0, 6) },
          () => alphabet[below(words, 0, alphabet.length)],
        ).join(''),
      )
      const row = fields
        .map((it) => (/["\n\r,]/.test(it) ? `"${it.replaceAll('"', '""')}"` : it))
        .join(',')
      const [first, ...more] = split(Buffer.from(`${row}\nnext`), ',', [], 1_000)
      if (row !== '') expect(csvFields(String(first.fault ? '' : first.bytes), ',')).toEqual(fields)
      expect(more).toHaveLength(1)
    }
  })
})
