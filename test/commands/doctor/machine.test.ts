// The machine itself: versions, ports and disks on both sides of what is enough.
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import {
  chineseFont,
  disk,
  nodeVersion,
  port,
  roomFinding,
} from '../../../commands/doctor/machine.ts'

describe('Node', () => {
  it.each([
    ['22.9.0', 'wrong'],
    ['24.0.0', 'fine'],
    ['24.21.0', 'fine'],
    ['26.1.0', 'open'],
  ])('%s is %s', async (version, state) => {
    const finding = await nodeVersion(version).run()
    expect(finding).toMatchObject({ state, found: expect.stringContaining(version) })
    expect(finding.todo === undefined).toBe(state === 'fine')
  })
})

describe('the port', () => {
  it('is fine when it is free, and the next one is named when it is not', async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    const { port: held } = holder.address() as { port: number }
    const taken = await port('127.0.0.1', held).run()
    expect(taken.state).toBe('open')
    expect(taken.found).toMatch(
      new RegExp(`^${held} on 127.0.0.1 is taken; the page will open on \\d+$`),
    )
    await new Promise((resolve) => holder.close(resolve))
    expect(await port('127.0.0.1', held).run()).toEqual({
      state: 'fine',
      found: `${held} on 127.0.0.1 is free`,
    })
  })

  it('is wrong on an address that is not ours', async () => {
    const finding = await port('203.0.113.7', 8080).run() // of the range for documentation
    expect(finding).toMatchObject({ state: 'wrong', found: expect.stringMatching(/EADDRNOTAVAIL/) })
  })
})

describe('the disk', () => {
  it('is judged by what is left', () => {
    expect(roomFinding(80e9, '/x')).toEqual({ state: 'fine', found: '80 GB free at /x' })
    expect(roomFinding(5e9, '/x')).toMatchObject({ state: 'open', todo: expect.any(String) })
    expect(roomFinding(0.9e9, '/x')).toMatchObject({ state: 'wrong', found: '900 MB free at /x' })
  })

  it('is asked', async () => {
    expect((await disk(tmpdir()).run()).found).toMatch(/^\d.* free at /)
    await expect(disk('/no/such/folder').run()).rejects.toThrow('ENOENT')
  })
})

describe('the Chinese font', () => {
  it('is not checked where the system should bring one and does not', async () => {
    const elsewhere = process.platform === 'win32' ? 'darwin' : 'win32'
    expect((await chineseFont(elsewhere).run()).found).toMatch(/^not checked: none of /)
  })
})
