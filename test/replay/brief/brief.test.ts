// A brief says what was recorded, number by number, and nothing that stands in a recording becomes markup.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readValues } from '../../../commands/options/options.ts'
import { brief } from '../../../commands/replay/brief.ts'
import { Problem } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import type { Alert } from '../../../processor/contract/types.ts'
import { type BriefFacts, briefFacts } from '../../../replay/brief/facts.ts'
import { html } from '../../../replay/brief/html.ts'
import { briefPage } from '../../../replay/brief/page.ts'
import { BriefWords } from '../../../replay/brief/words.ts'
import { finalsOf } from '../../../replay/diff/final-cells.ts'
import { ReplayedRun } from '../../../replay/player/replayed-run.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { type RecordingVerdict, verifyRecording } from '../../../replay/verify/verify.ts'
import { alteredCopy } from '../altered-copy.ts'
import { recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-brief-'))
const at = (name: string) => join(scratch, name)
let recording: Recording
let run: ReplayedRun
let verdict: RecordingVerdict
let end: number
beforeAll(async () => {
  await recordSmallRun(at('run'), 'gz', { for: 'PT6M' })
  recording = await Recording.open(at('run'))
  run = await ReplayedRun.open(recording)
  verdict = await verifyRecording(recording)
  end = (await run.positions.span()).to
})
afterAll(async () => {
  await recording.close()
  rmSync(scratch, { recursive: true })
})

const command = (args: string[]) => brief.run(readValues(brief, args))
const pageOf = (facts: BriefFacts, lang: 'zh' | 'en' = 'zh') =>
  briefPage({ facts, verdict, lang, landmarks: [] })

describe('a brief', () => {
  test('has the newest final reading of every headline figure, cell by cell as it was recorded', async () => {
    const facts = await briefFacts(run, end)
    const finals = await finalsOf(recording)
    const city = facts.descriptor.scopes![0].code
    expect(facts.kpis.length).toBeGreaterThan(8)
    for (const { id, reading, cell } of facts.kpis) {
      const { kind, start } = reading.window
      const recorded = finals.get(`${id} ${kind} ${start}`)!
      expect(cell, id).toEqual(recorded.scopes[city])
      const ends = [...finals.values()].filter((it) => it.kpi === id && it.window.kind === kind)
      const newest = Math.max(...ends.map((it) => Date.parse(it.window.end)))
      expect(Date.parse(reading.window.end), id).toBe(newest)
    }
    const text = pageOf(facts)
    const words = new BriefWords('zh', [])
    for (const { measure, cell } of facts.kpis) {
      expect(text).toContain(`<td class="n strong">${words.number(cell.value, measure.unit)}</td>`)
    }
  })

  test('as of an earlier time has the readings of then, and none that was final later', async () => {
    const time = end - 150_000
    const facts = await briefFacts(run, time + 3_000)
    expect(facts.at).toBe(time)
    for (const { reading } of facts.kpis) {
      expect(Date.parse(reading.window.end)).toBeLessThanOrEqual(time)
      expect(Date.parse(reading.window.end)).toBeGreaterThan(time - 120_000)
    }
  })

  test('has every official target with its clause, and the status that was recorded', async () => {
    const { targets, descriptor } = await briefFacts(run, end)
    const official = descriptor.plan.targets.filter(({ grade }) => grade === 'official')
    expect(targets.map(({ target }) => target.id)).toEqual(official.map(({ id }) => id))
    const finals = [...(await finalsOf(recording)).values()]
    for (const { target, status, value, expected } of targets) {
      const day = finals.findLast((it) => it.kpi === target.kpi && it.window.kind === 'day')!
      if (day.target === target.id) expect(status, target.id).toBe(day.status)
      expect(value, target.id).not.toBeNull()
      // What a target asks for now lies between where it began and where it ends.
      const [least, most] = [target.baseline.value, target.value].sort((a, b) => a - b)
      if (expected === null) continue
      expect(expected, target.id).toBeGreaterThanOrEqual(least - 1)
      expect(expected, target.id).toBeLessThanOrEqual(most + 1)
    }
    const text = pageOf(await briefFacts(run, end))
    for (const { target } of targets) expect(text).toContain(target.clause.zh)
  })

  test('carries its account, its proof, run and digest, and says that it is simulated', async () => {
    const facts = await briefFacts(run, end)
    const { lanes, produced, folded, unexplained, chainsEqual, differing } = facts.account
    expect(produced).toBeGreaterThan(1_000)
    expect([folded, unexplained, chainsEqual, differing]).toEqual([produced, 0, lanes, 0])
    for (const lang of ['zh', 'en'] as const) {
      const text = pageOf(facts, lang)
      expect(text).toContain('SIMULATED')
      expect(text).toContain('模拟数据')
      expect(text).toContain(facts.descriptor.run)
      expect(text).toContain(facts.descriptor.digest)
      expect(text).not.toMatch(/<script|https?:|undefined|NaN|\{\w+\}/)
    }
    expect(pageOf(facts)).toContain('自起点至')
  })

  test('of a recording that does not prove says so, with exit code 99', async () => {
    await alteredCopy(at('run'), at('altered'), '"occupied":1', '"occupied":2')
    await command([at('altered'), '--lang', 'en', '--out', at('altered.html')])
    expect(process.exitCode).toBe(99)
    process.exitCode = 0
    expect(readFileSync(at('altered.html'), 'utf8')).toMatch(/class="late">[^<]* 1 differences/)
  })

  test('before any reading was final, in no language, or without a file is refused', async () => {
    const refusal = async (args: string[]) => {
      const error = await command([at('run'), ...args]).then(
        () => null,
        (error: unknown) => error,
      )
      expect(error).toBeInstanceOf(Problem)
      return (error as Problem).message
    }
    const begin = isoTime((await run.positions.span()).from)
    expect(await refusal(['--at', begin, '--out', at('x.html')])).toContain('no final reading')
    expect(await refusal(['--lang', 'fr', '--out', at('x.html')])).toContain('zh or en')
    expect(await refusal([])).toContain('--out')
    const late = ['--at', isoTime(end + 60_000), '--out', at('x.html')]
    expect(await refusal(late)).toContain('which the recording holds')
  })
})

test('what stands in a recording is text on the page, whatever it is', async () => {
  const facts = structuredClone(await briefFacts(run, end))
  const evil = '</td><img src=x onerror=alert(1)>"\'&\u202e'
  const { descriptor, at: time } = facts
  descriptor.title = { zh: evil, en: evil }
  descriptor.scopes![1].name = { zh: evil, en: evil }
  descriptor.incidents = []
  const severity = evil as Alert['severity']
  const alert = { id: 'a', kpi: evil, scope: descriptor.scopes![1].code, severity }
  const when = { openedAt: isoTime(time), closedAt: null, value: 1, threshold: 2, windows: 3 }
  facts.alerts = [{ epoch: 0, ...alert, ...when }]
  const command = { id: 'c', name: evil, target: evil, args: {}, by: evil, term: 0 }
  facts.commands = [{ ...command, effectiveAt: isoTime(time) }]
  const text = pageOf(facts)
  expect(text).not.toContain('<img')
  expect(text).not.toContain('\u202e')
  expect(text.split('&lt;img').length).toBeGreaterThan(5)
  expect(html`<b title="${evil}">${[evil, null, 1]}</b>`.text).not.toMatch(/[^=]"[^>]|<img/)
})
