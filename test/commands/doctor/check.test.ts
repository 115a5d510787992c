// One check of the doctor: bounded in time, and its trouble is a finding.
import { describe, expect, it } from 'vitest'
import { checkText, type DoctorCheck, outputOf, runCheck } from '../../../commands/doctor/check.ts'
import { virtualClock } from '../../../infra/clock.ts'

const check = (run: DoctorCheck['run']): DoctorCheck => ({
  name: 'x',
  isEssential: true,
  limitMs: 1000,
  run,
})

describe('a check', () => {
  it('is said with what it found', async () => {
    const run = async () => ({ state: 'fine' as const, found: 'all of it' })
    expect(await runCheck(check(run), virtualClock())).toEqual({
      ...{ name: 'x', isEssential: true, state: 'fine', found: 'all of it' },
    })
  })

  it('that takes too long was not made', async () => {
    const clock = virtualClock()
    const result = runCheck(
      check(() => new Promise(() => {})),
      clock,
    )
    clock.advance(999)
    clock.advance(1)
    expect(await result).toMatchObject({
      state: 'open',
      found: 'not checked: no answer within 1 s',
    })
  })

  it('that breaks was not made, and says why', async () => {
    const run = async () => {
      throw new Error('no rights')
    }
    const found = await runCheck(check(run), virtualClock())
    expect(found).toMatchObject({ state: 'open', found: 'not checked: no rights' })
  })

  it('leaves no timer behind', async () => {
    const clock = virtualClock()
    let cancelled = 0
    const counting = {
      ...clock,
      schedule(ms: number, task: () => void) {
        const cancel = clock.schedule(ms, task)
        return () => {
          cancelled++
          cancel()
        }
      },
    }
    await runCheck(
      check(async () => ({ state: 'fine', found: '' })),
      counting,
    )
    expect(cancelled).toBe(1)
  })
})

describe('the text of a finding', () => {
  it('has a symbol, and what to do in a line of its own', () => {
    const base = { name: 'disk', isEssential: true }
    expect(checkText({ ...base, state: 'fine', found: '80 GB' }, 6)).toBe('✓ disk    80 GB')
    expect(checkText({ ...base, state: 'wrong', found: 'full', todo: 'make room' }, 4)).toBe(
      '✗ disk  full\n        → make room',
    )
    expect(checkText({ ...base, state: 'open', found: 'not checked' }, 4)).toBe(
      '– disk  not checked',
    )
  })
})

describe('the output of a program', () => {
  const node = (script: string, ms = 20_000) => outputOf(process.execPath, ['-e', script], ms)

  it('is what it prints', async () => {
    expect(await node('console.log(7)')).toBe('7\n')
  })

  it('is null when there is no such program', async () => {
    expect(await outputOf('no-such-program-anywhere', [], 1000)).toBeNull()
  })

  it('is an error when it fails, in its own last words', async () => {
    await expect(
      node('console.error("a"); console.error("no daemon"); process.exit(3)'),
    ).rejects.toThrow(/: no daemon$/)
    await expect(node('process.exit(3)')).rejects.toThrow(/exit code 3$/)
  })

  it('is an error when it takes too long', async () => {
    await expect(node('setInterval(() => {}, 1000)', 300)).rejects.toThrow('no answer within 0.3 s')
  })
})
