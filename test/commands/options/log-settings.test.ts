// The log's settings from options and variables.
import { describe, expect, it } from 'vitest'
import { logSettings } from '../../../commands/options/log-settings.ts'
import { Problem } from '../../../infra/problem.ts'

describe('log settings', () => {
  it('have defaults for a laptop', () => {
    const { compression, replication, retention } = logSettings({}, {})
    expect([compression, replication]).toEqual(['none', undefined])
    expect(retention).toMatchObject({ eventBytes: 134_217_728, eventMs: 86_400_000 })
  })

  it('take options, and the variable where there is no option', () => {
    const env = { KAFKA_COMPRESSION: 'gzip' }
    expect(logSettings({}, env).compression).toBe('gzip')
    const values = {
      compression: 'zstd',
      replication: '2',
      'retention-bytes': '33554432',
      'retention-hours': '0.5',
    }
    const settings = logSettings(values, env)
    expect([settings.compression, settings.replication]).toEqual(['zstd', 2])
    expect(settings.retention).toMatchObject({ eventBytes: 33_554_432, eventMs: 1_800_000 })
    expect(logSettings({}, { KAFKA_COMPRESSION: '' }).compression).toBe('none')
  })

  it.each([
    [{ compression: 'lz4' }, {}, '--compression: "lz4", expected one of none, gzip, zstd'],
    [{}, { KAFKA_COMPRESSION: 'snappy' }, 'KAFKA_COMPRESSION: "snappy", expected one of none'],
    [{ replication: '0' }, {}, '--replication: "0", expected a whole number from 1'],
    [{ 'retention-bytes': '1000' }, {}, '--retention-bytes: "1000", expected a whole number'],
    [{ 'retention-hours': 'a day' }, {}, '--retention-hours: "a day", expected a number'],
  ])('refuse %j %j', (values, env, message) => {
    expect(() => logSettings(values, env)).toThrow(Problem)
    expect(() => logSettings(values, env)).toThrow(message)
  })
})
