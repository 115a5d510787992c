// docs/demo.md says what the scenarios' cues say, in both languages and in their order.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../repository.ts'

type Text = { zh: string; en: string }
type Walk = {
  title: Text
  cues: { title: Text; say: Text; hold?: boolean; highlight?: string[] }[]
}

const guide = readFileSync(join(ROOT, 'docs/demo.md'), 'utf8')

describe.each(['three-minutes', 'ten-minutes'])('the script %s', (name) => {
  const file = join(ROOT, `seeds/guangzhou/scenarios/${name}.json`)
  const { title, cues } = JSON.parse(readFileSync(file, 'utf8')) as Walk
  const from = guide.indexOf(`## ${title.en} · ${title.zh}`)
  const script = guide.slice(from, guide.indexOf('\n## ', from + 1))

  it('tells every cue with what is spoken, and no other', () => {
    expect(from).toBeGreaterThan(0)
    const parts = script.split('\n### ').slice(1)
    expect(parts.map((part) => part.split('\n')[0])).toEqual(
      cues.map((cue) => `${cue.title.en} · ${cue.title.zh}`),
    )
    cues.forEach(({ say, hold, highlight = [] }, i) => {
      expect(parts[i]).toContain(`- zh: ${say.zh}\n- en: ${say.en}\n`)
      expect(parts[i].includes('stands still')).toBe(hold === true)
      for (const kpi of highlight) expect(parts[i]).toContain(`\`${kpi}\``)
    })
  })
})
