// A process is known for gone by its own machine, and by nobody else.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { isGone, processName, thisProcess } from '../../../infra/program/process-name.ts'

const nameOf = (p: ReturnType<typeof thisProcess>) =>
  `huacheng-1234abcd@${p.machine}.${p.namespace}.${p.pid}.${p.start}`

describe('process name', () => {
  const here = thisProcess()

  it('tells a process that ended from one that lives', async () => {
    const child = spawn('sleep', ['60'])
    const name = nameOf({ ...here, pid: child.pid!, start: 0 })
    // Wherever the start is known, a living process with another start is somebody else under the same number.
    expect(isGone(name)).toBe(here.start !== 0)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isGone(name)).toBe(true)
    expect(isGone(`client-${processName()}-5e1f`)).toBe(false)
    expect(isGone(nameOf(here))).toBe(false)
  })

  it('says nothing of other machines, and of other namespaces only in a container of its own name', () => {
    const gone = { ...here, pid: 2 ** 22 + 1, start: 1 }
    expect(isGone(nameOf(gone))).toBe(true)
    expect(isGone(nameOf({ ...gone, machine: 'ffffffffffff' }))).toBe(false)
    const elsewhere = nameOf({ ...here, namespace: here.namespace + 1 })
    expect(isGone(elsewhere, here, 'some-host')).toBe(false)
    expect(isGone(elsewhere, here, '0123456789ab')).toBe(true)
  })

  it('takes no other name for one of a process', () => {
    for (const text of [
      '',
      'kcat',
      'rdkafka@host',
      `@${here.machine}.1.2`,
      `@${here.machine}.1.2.3.4`,
    ]) {
      expect(isGone(text), text).toBe(false)
    }
  })
})
