// The doctor as people call it: all checks, printed once, and an exit code for what is essential.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { type CheckResult, SYMBOLS } from '../../../commands/doctor/check.ts'
import { verdict } from '../../../commands/doctor/doctor.ts'

const ROOT = join(import.meta.dirname, '../../..')

describe('the verdict', () => {
  const of = (isEssential: boolean, state: CheckResult['state']): CheckResult => ({
    ...{ name: 'x', isEssential, state, found: '' },
  })

  it('is 1 only when something essential is wrong', () => {
    expect(verdict([of(true, 'fine'), of(false, 'wrong'), of(true, 'open')])).toBe(0)
    expect(verdict([of(true, 'fine'), of(true, 'wrong')])).toBe(1)
  })
})

describe('huacheng doctor', () => {
  it('checks everything within its limits, and a named cluster that is not there is wrong', async () => {
    const args = ['huacheng.js', 'doctor', '--json', '--brokers', '127.0.0.1:1']
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, CHROME_PATH: '/no/such/browser' },
    })
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
    const { ok, checks } = JSON.parse(await text(child.stdout)) as {
      ok: boolean
      checks: CheckResult[]
    }
    expect([ok, await ended]).toEqual([false, 1])
    const names = ['Node', 'port', 'disk', 'browser', 'CJK font', 'Docker', 'Kafka', 'speed']
    expect(checks.map((c) => c.name)).toEqual(names)
    for (const { state, found } of checks) {
      expect(Object.keys(SYMBOLS)).toContain(state)
      expect(found).not.toBe('')
    }
    const found = Object.fromEntries(checks.map((c) => [c.name, c]))
    expect(found.Node.state).toBe('fine')
    expect(found.browser.state).toBe('wrong')
    expect(found.Kafka).toMatchObject({ state: 'wrong', isEssential: true })
    expect(found.Kafka.found).toMatch(/^Kafka at 127\.0\.0\.1:1: .*ECONNREFUSED.*check --brokers/)
    expect(found.speed.found).toMatch(/^\d+ sim seconds per wall second at scale 1/)
  })
})
