// The published binary layouts suffice to read what the processor writes.
import { describe, expect, it } from 'vitest'
import { encodeFrame } from '../../../processor/contract/frame.ts'
import {
  CHECKPOINT_LAYOUT,
  FRAME_LAYOUT,
  type LayoutField,
} from '../../../processor/contract/schemas.ts'
import { cutCheckpoint, STATE_VERSION } from '../../../processor/task/checkpoint.ts'

const READ = {
  u8: { size: 1, at: (b: Buffer, o: number) => b.readUInt8(o) },
  u16: { size: 2, at: (b: Buffer, o: number) => b.readUInt16LE(o) },
  u32: { size: 4, at: (b: Buffer, o: number) => b.readUInt32LE(o) },
  f64: { size: 8, at: (b: Buffer, o: number) => b.readDoubleLE(o) },
}

/** Reads by the layout alone, as another program would; `rest` = bytes behind it. */
function read(layout: LayoutField[], bytes: Buffer) {
  const fields: Record<string, number | number[]> = {}
  let at = 0
  for (const { name, type, length, padTo } of layout) {
    const { size, at: value } = READ[type]
    const items = length === 1 ? 1 : (fields[length] as number)
    const list = Array.from({ length: items }, (_, i) => value(bytes, at + i * size))
    at += items * size
    while (padTo !== undefined && at % padTo !== 0) at++
    fields[name] = length === 1 ? list[0] : list
  }
  return { fields, rest: bytes.length - at }
}

describe('the published layout', () => {
  it.each([0, 1, 2, 3])('reads a map frame of %d assets', (count) => {
    const items = Array.from({ length: count }, (_, i) => i + 1)
    const bytes = encodeFrame({
      epoch: 41,
      offset: 918_233,
      time: 1_750_235_400_000,
      keyframe: true,
      number: Uint32Array.from(items, (i) => 100_000 + i),
      value: Uint16Array.from(items, (i) => 65_535 - i),
      state: Uint8Array.from(items, (i) => 255 - i),
    })
    const { fields, rest } = read(FRAME_LAYOUT, bytes)
    expect(fields).toEqual({
      magic: 0x31464348,
      epoch: 41,
      offset: 918_233,
      time: 1_750_235_400_000,
      flags: 1,
      count,
      number: items.map((i) => 100_000 + i),
      value: items.map((i) => 65_535 - i),
      state: items.map((i) => 255 - i),
    })
    expect(rest).toBe(0)
    expect(bytes.toString('latin1', 0, 4)).toBe('HCF1')
  })

  it('reads the head of a checkpoint', () => {
    const bytes = cutCheckpoint('lamp/0', {
      head: { epoch: 41, nextOffset: 918_234 },
      columns: {},
    })()
    const { fields, rest } = read(CHECKPOINT_LAYOUT, bytes)
    expect(fields).toEqual({
      magic: 0x314b4348,
      stateVersion: STATE_VERSION,
      epoch: 41,
      nextOffset: 918_234,
    })
    expect(rest).toBeGreaterThan(0)
    expect(bytes.toString('latin1', 0, 4)).toBe('HCK1')
  })
})
