// The page's words: the same keys in both languages, every key used, every use a key, and the same values to fill in.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from '../../../../console/web/i18n/en.ts'
import { zh } from '../../../../console/web/i18n/zh.ts'
import { STAGES } from '../../../../console/web/store/latency.ts'
import { HANDLINGS } from '../../../../console/web/ui/alerts/handling.ts'
import type { IgnoredReason } from '../../../../infra/event-log/ignored-records.ts'
import { REACHES } from '../../../../producers/contract/declaration.ts'
import { REPLAY_COMMANDS, RUN_COMMANDS } from '../../../../producers/contract/run/run-commands.ts'
import { SEVERITIES } from '../../../../seeds/contract.ts'

const WEB = join(import.meta.dirname, '../../../../console/web')

/** Source of the page without its words, its development mock and what was built. */
const sources = readdirSync(WEB, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/^(?:dist|mock|i18n|node_modules)\//.test(name))
  .map((name) => readFileSync(join(WEB, name), 'utf8'))

/** By the type, so that a reason without a word does not compile. */
const IGNORED = Object.keys({
  ...{ null: 1, 'too-large': 1, 'not-utf8': 1, 'not-json': 1, 'too-deep': 1 },
  ...{ schema: 1, key: 1, foreign: 1, bounds: 1, encoding: 1 },
} satisfies Record<IgnoredReason, 1>)

/** Keys that are put together from a beginning and one of a few values. */
const PUT_TOGETHER: Record<string, readonly string[]> = {
  'conn.': ['connecting', 'live', 'stale', 'lost'],
  'verdict.doubt.': ['connecting', 'lost', 'stale', 'ended', 'warming'],
  'cmd.': ['sent', 'accepted', 'confirmed', 'refused'],
  'status.': ['met', 'ahead', 'on-track', 'behind', 'missed', 'no-data', 'warming-up'],
  'grade.': ['official', 'demo assumption'],
  'truth.': ['equal', 'differs', 'pending'],
  'lineage.kind.': ['ratio', 'count', 'share', 'gauge', 'level'],
  'alerts.state.': HANDLINGS,
  'latency.': STAGES,
  'demo.': ['steal', 'kill'],
  'ignored.': IGNORED,
  'search.': ['district', 'kpi', 'landmark', 'asset'],
  'density.': ['explaining', 'engineering'],
  'grid.': ['count', 'chain', 'watermark', 'owner'],
  'incident.': ['lon', 'lat'],
  'incident.place.': ['district', 'landmark', 'point', 'route'],
  'severity.': SEVERITIES,
  'unit.': ['S', 'M', 'H', 'D'],
  'unit.short.': ['S', 'M', 'H', 'D'],
  'stage.steal.': ['folded', 'late'],
  'reach.': REACHES,
  'effect.where.': ['target', 'reach'],
}

/** Names of commands that look like words. */
const COMMANDS = [...Object.keys(RUN_COMMANDS), ...Object.keys(REPLAY_COMMANDS)]

const ROOTS = new Set(Object.keys(zh).map((key) => key.split('.')[0]))

function usedKeys(): { literal: Set<string>; templates: Map<string, string> } {
  const literal = new Set<string>()
  const templates = new Map<string, string>()
  for (const source of sources) {
    for (const [, key] of source.matchAll(/'([a-z]+(?:\.[\w-]+)+)'/g)) {
      if (ROOTS.has(key.split('.')[0])) literal.add(key)
    }
    for (const [, start, end] of source.matchAll(
      /`([a-z]+(?:\.[\w-]+)*\.)\$\{[^`}]+\}([\w.-]*)`/g,
    )) {
      if (ROOTS.has(start.split('.')[0])) templates.set(`${start}|${end}`, start)
    }
  }
  return { literal, templates }
}

const { literal, templates } = usedKeys()
const made = [...templates].flatMap(([pattern, start]) =>
  (PUT_TOGETHER[start] ?? [`no values known for ${start}`]).map(
    (value) => `${start}${value}${pattern.split('|')[1]}`,
  ),
)
const used = new Set([...literal, ...made])
const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()

describe('the page’s words', () => {
  it('have the same keys in both languages, none of them empty', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
    for (const text of [...Object.values(zh), ...Object.values(en)]) expect(text).not.toBe('')
  })

  it('are all used', () => {
    expect(literal.size).toBeGreaterThan(100)
    expect(Object.keys(zh).filter((key) => !used.has(key))).toEqual([])
  })

  it('are there for every use', () => {
    expect([...used].filter((key) => !(key in zh) && !COMMANDS.includes(key)).sort()).toEqual([])
  })

  it('ask for the same values in both languages', () => {
    for (const [key, text] of Object.entries(zh)) {
      expect([key, values(en[key as keyof typeof en])]).toEqual([key, values(text)])
    }
  })

  it('mean one thing each: no file of a language replaces another one’s word', () => {
    const folder = join(WEB, 'i18n')
    for (const ending of ['en', 'zh']) {
      const files = readdirSync(folder).filter((name) => name.endsWith(`${ending}.ts`))
      const keys = files.flatMap((name) =>
        [...readFileSync(join(folder, name), 'utf8').matchAll(/^ {2}'([^']+)':/gm)].map(
          ([, key]) => key,
        ),
      )
      expect(keys.length).toBeGreaterThan(200)
      expect(keys.filter((key, i) => keys.indexOf(key) < i)).toEqual([])
    }
  })
})
