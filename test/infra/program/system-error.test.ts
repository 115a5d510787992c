// Refusals of the operating system: what, why and what to do, in one line; defects stay defects.
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../../infra/metrics.ts'
import { fileProblem, listenProblem, systemProblem } from '../../../infra/program/system-error.ts'
import { startStatusServer } from '../../../infra/status-server.ts'

const systemError = (code: string, syscall: string, more = {}) =>
  Object.assign(new Error(`${code}: something`), { code, syscall, ...more })
const shown = (problem: { exitCode: number; message: string } | null) =>
  problem && `${problem.exitCode} ${problem.message}`

describe('an error of the system', () => {
  it.each([
    ['ENOENT', '2 my.json: no such file, expected a file that can be read; check the path'],
    ['EISDIR', '2 my.json: a folder, expected a file'],
    ['EACCES', '2 my.json: no permission, expected a file that can be read; change its rights'],
    ['EROFS', '2 my.json: a read-only file system, expected a folder that can be written'],
    ['ENOSPC', '1 my.json: no space left, expected room on the disk; make room'],
    ['EIO', '1 my.json: the device failed'],
    ['EWEIRD', '2 my.json: EWEIRD, expected a file that can be read'],
  ])('%s about a file', (code, text) => {
    expect(shown(fileProblem(systemError(code, 'open'), 'my.json'))).toContain(text)
  })

  it.each([
    ['EADDRINUSE', 'listen', 'the port is taken, expected a free one; give another number'],
    [
      'EADDRNOTAVAIL',
      'listen',
      'no address of this machine, expected an address of this machine, such as 127.0.0.1',
    ],
    ['ENOTFOUND', 'getaddrinfo', 'an unknown host name, expected an address of this machine'],
    ['EACCES', 'listen', 'no permission for this port, expected a port above 1023'],
  ])('%s about an address', (code, syscall, text) => {
    expect(shown(listenProblem(systemError(code, syscall), '--port 80'))).toContain(
      `2 --port 80: ${text}`,
    )
  })

  it('that nobody expected names its own place', () => {
    expect(shown(systemProblem(systemError('EACCES', 'open', { path: '/a/b' })))).toContain(
      '2 /a/b: no permission',
    )
    expect(
      shown(systemProblem(systemError('ENOTFOUND', 'getaddrinfo', { hostname: 'nope' }))),
    ).toContain('2 nope: an unknown host name')
    expect(shown(systemProblem(systemError('ENOSPC', 'write')))).toContain('1 write: no space left')
  })

  it('is not every error', () => {
    expect(systemProblem(new TypeError('x is undefined'))).toBeNull()
    expect(systemProblem('text')).toBeNull()
    const defect = new TypeError('x is undefined')
    expect(() => fileProblem(defect, 'my.json')).toThrow(defect)
    expect(() => listenProblem(defect, '--port')).toThrow(defect)
  })
})

describe('the status server', () => {
  const listen = (host: string, port: number) =>
    startStatusServer({ host, port, registry: createMetrics().registry, reasons: () => [] })

  it('says what is wrong with its address', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    await expect(listen('127.0.0.1', port)).rejects.toThrow(
      `--status-port ${port} on --status-host 127.0.0.1: the port is taken`,
    )
    taken.close()
    await expect(listen('203.0.113.7', 0)).rejects.toThrow('no address of this machine')
    await expect(listen('no-such-host.invalid', 0)).rejects.toThrow(/host name/)
  })
})
