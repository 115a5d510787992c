// Files as people have them: marks, packing, other encodings and other things than text; what is refused is named.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { Problem } from '../../../infra/problem.ts'
import { printable } from '../../../infra/text/printable.ts'
import { decodeText, readTextBytes, readTextFile } from '../../../infra/text/text-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'huacheng-text-'))
afterAll(() => rmSync(folder, { recursive: true }))

const TEXT = '{"title":"花城"}\n'
const MARK = Buffer.from([0xef, 0xbb, 0xbf])
const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const gotOf = (bytes: Buffer) => {
  const { fault } = decodeText(bytes)
  return fault && `${fault.got}; ${fault.todo}`
}

describe('decoding', () => {
  it.each([
    ['plain', Buffer.from(TEXT)],
    ['with a mark', Buffer.concat([MARK, Buffer.from(TEXT)])],
    ['gzip', gzipSync(TEXT)],
    ['gzip with a mark in it', gzipSync(Buffer.concat([MARK, Buffer.from(TEXT)]))],
  ])('reads UTF-8 that is %s', (_, bytes) => {
    expect(decodeText(bytes)).toEqual({ bytes: Buffer.from(TEXT) })
  })

  it.each([
    [
      'UTF-16 little end first',
      Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(TEXT)]),
      'UTF-16; convert it: iconv -f UTF-16',
    ],
    [
      'UTF-16 big end first',
      Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(TEXT)]).swap16(),
      'UTF-16; convert it: iconv',
    ],
    ['UTF-16 without a mark', utf16(TEXT), 'UTF-16 without a mark; convert it: iconv'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]), 'UTF-32; convert it'],
    [
      'binary',
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
      'binary data',
    ],
    ['zip', Buffer.from('PK\x03\x04 and more', 'latin1'), 'a zip archive; unpack it'],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2]), 'a zstd archive; unpack it'],
    ['a broken gzip', gzipSync(TEXT).subarray(0, 20), 'a damaged gzip archive'],
  ])('names %s', (_, bytes, got) => expect(gotOf(bytes)).toContain(got))

  it('names the first byte that is no UTF-8 by line and offset', () => {
    const bytes = Buffer.concat([
      Buffer.from('{\n"市": 1,\n"a": "'),
      Buffer.from([0xe5, 0x41]),
      Buffer.from('"}'),
    ])
    expect(gotOf(bytes)).toBe(
      'byte 0xe5 in line 3 (offset 18), which is no UTF-8; save it as UTF-8, or convert it with iconv',
    )
    expect(bytes[18]).toBe(0xe5)
    expect(gotOf(Buffer.concat([Buffer.from('花'), Buffer.from([0xff])]))).toContain(
      '0xff in line 1 (offset 3)',
    )
    expect(gotOf(Buffer.from('花').subarray(0, 2))).toContain('0xe8 in line 1 (offset 0)')
  })

  it('names GB18030 with the command that converts it', () => {
    // 广州 in GB18030
    const bytes = Buffer.concat([
      Buffer.from('{"title":"'),
      Buffer.from([0xb9, 0xe3, 0xd6, 0xdd]),
      Buffer.from('"}'),
    ])
    expect(gotOf(bytes)).toContain(
      'it looks like GB18030 (GBK): convert it: iconv -f GB18030 -t UTF-8',
    )
  })

  it('bounds the size, packed or not', () => {
    const bomb = gzipSync(Buffer.alloc(3_000_000, 0x20))
    expect(decodeText(bomb, 1_048_576).fault?.expected).toBe('at most 1 MiB')
    expect(decodeText(Buffer.alloc(1_048_577, 0x20), 1_048_576).fault?.expected).toBe(
      'at most 1 MiB',
    )
  })
})

describe('reading', () => {
  it('says of a file that cannot be read why, and what to do', () => {
    const inside = join(folder, 'file.txt')
    writeFileSync(inside, TEXT)
    mkdirSync(join(folder, 'sub'))
    expect(readTextFile(inside)).toBe(TEXT)
    const problem = (path: string) => {
      try {
        readTextFile(path, 'my.json')
      } catch (error) {
        return error instanceof Problem ? `${error.exitCode} ${error.message}` : error
      }
      return 'none'
    }
    expect(problem(join(folder, 'none'))).toBe(
      '2 my.json: no such file, expected a file that can be read; check the path; it counts from where you stand',
    )
    expect(problem(join(folder, 'sub'))).toBe(
      '2 my.json: a folder, expected a file; name the file in it',
    )
    expect(problem(join(inside, 'x'))).toContain(
      '2 my.json: a file stands where a folder should be',
    )
    expect(problem('a\0b')).toContain('2 my.json: a name with a zero byte')
    expect(problem('x'.repeat(5_000))).toContain('2 my.json: a name that is too long')
  })

  it('ends with a device that never does', () => {
    expect(readTextBytes('/dev/zero', 1_048_576).fault).toEqual({
      ...{ got: 'more than that', expected: 'at most 1 MiB', todo: 'is it the right file?' },
    })
  })
})

describe('printable', () => {
  it('leaves nothing that a terminal would obey, and cuts what nobody reads', () => {
    expect(printable('a\u001b[2J\u0007\r\tb\u202ec\n花')).toBe(
      'a\\u001b[2J\\u0007\\u000d\\u0009b\\u202ec\n花',
    )
    expect(printable(`ok\n${'x'.repeat(9_000)}`)).toBe(`ok\n${'x'.repeat(4_000)}…`)
  })
})
