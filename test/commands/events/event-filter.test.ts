// The filters of `huacheng events`: each alone and together, against a plain filtering of everything; wrong names are refused.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventFilter } from '../../../commands/events/event-filter.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import { SMALL_CITY } from '../../cities.ts'

const ROOT = join(import.meta.dirname, '../../..')
const OUTPUT_BYTES = 64 * 1024 * 1024
const VALUES = { city: SMALL_CITY, for: 'PT3M' }
const WORLD = Object.entries(VALUES).flatMap(([name, value]) => [`--${name}`, value])

type Event = { type: string; district: string; time: string; source: string }

async function linesOf(...args: string[]): Promise<string[]> {
  const command = ['huacheng.js', 'events', ...WORLD, ...args]
  const options = { cwd: ROOT, maxBuffer: OUTPUT_BYTES }
  const { stdout } = await promisify(execFile)(process.execPath, command, options)
  return stdout.trimEnd().split('\n')
}

describe('filters of events', () => {
  const world = openWorld(VALUES, { truth: false })
  const { start } = world.descriptor
  const [, district] = world.city.scopes
  const middle = new Date(Date.parse(start) + 60_000).toISOString()
  let all: string[] = []
  let meta: string[] = []

  beforeAll(async () => {
    ;[all, meta] = await Promise.all([linesOf('--json'), linesOf('--json', '--meta')])
  })

  it.each<[string[], (e: Event) => boolean]>([
    [['--domain', 'parking,e-license'], (e) => /\/(parking|e-license)$/.test(e.source)],
    [['--type', 'city.parking.status.v1'], (e) => e.type === 'city.parking.status.v1'],
    [['--type', 'exit,entry'], (e) => /^city\.parking\.(exit|entry)\.v1$/.test(e.type)],
    [['--type', 'status', '--domain', 'parking'], (e) => e.type === 'city.parking.status.v1'],
    [['--district', district.code], (e) => e.district === district.code],
    [['--district', district.name.zh], (e) => e.district === district.code],
    [['--from', middle], (e) => e.time >= middle],
    [['--until', middle], (e) => e.time < middle],
    [['--from', start, '--until', middle], (e) => e.time >= start && e.time < middle],
  ])('%j', async (args, takes) => {
    const wanted = all.filter((line) => takes(JSON.parse(line)))
    expect(wanted.length).toBeGreaterThan(0)
    expect(wanted.length).toBeLessThan(all.length)
    expect(await linesOf('--json', ...args)).toEqual(wanted)
  })

  it('count and print records in the same way', async () => {
    const args = ['--domain', 'parking', '--from', middle]
    const wanted = meta.filter((line) => {
      const { topic, value } = JSON.parse(line)
      return topic === 'city.parking' && JSON.parse(value).time >= middle
    })
    expect(wanted.some((line) => line.includes('city.tick.v1'))).toBe(true)
    expect(await linesOf('--json', '--meta', ...args)).toEqual(wanted)
    const events = wanted.filter((line) => JSON.parse(line).key !== null)
    expect((await linesOf(...args)).at(-1)).toMatch(new RegExp(`^ *${events.length}  in all`))
  })

  it('refuse every name and instant that is none, at once', () => {
    const values = {
      ...{ domain: 'parking,weather', type: 'rain', district: 'Atlantis' },
      ...{ from: '2025-02-30T00:00:00Z', until: 'later' },
    }
    const names = Object.keys(world.descriptor.declarations).sort()
    const filter = () => eventFilter(values, world.descriptor.declarations, world.city)
    for (const text of [
      `--domain: "weather", expected one of ${names.join(', ')}`,
      `--type: "rain", expected one of city.${names[0]}.`,
      `--district: "Atlantis", expected one of ${world.city.code}`,
      '--from: "2025-02-30T00:00:00Z", expected a day of the calendar: 2025-02 has 28 days',
      '--until: "later", expected an ISO 8601 instant',
    ]) {
      expect(filter).toThrow(text)
    }
    const turned = { from: middle, until: start }
    expect(() => eventFilter(turned, world.descriptor.declarations, world.city)).toThrow(
      'expected an instant after --from',
    )
    expect(eventFilter({}, world.descriptor.declarations, world.city)).toBeNull()
  })
})
