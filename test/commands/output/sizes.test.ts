// Sizes and counts as people read them.
import { describe, expect, it } from 'vitest'
import { counted, sizeText } from '../../../commands/output/sizes.ts'

describe('sizes', () => {
  it('have a unit and two significant digits below ten', () => {
    const sizes = [0, 999, 1000, 9_949, 9_951, 999_499, 999_501, 1.2e9, 14.2e9, 5e18]
    expect(sizes.map(sizeText)).toEqual([
      ...['0 B', '999 B', '1.0 kB', '9.9 kB', '10 kB', '999 kB', '1.0 MB', '1.2 GB', '14 GB'],
      '5000 PB',
    ])
  })
})

describe('counts', () => {
  it('agree with their noun', () => {
    expect([counted(0, 'topic'), counted(1n, 'record'), counted(1234n, 'record')]).toEqual([
      '0 topics',
      '1 record',
      '1,234 records',
    ])
  })
})
