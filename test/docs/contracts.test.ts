// The worked examples of docs/contracts.md by hand: what is printed there must follow from what is printed there.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KpiReading } from '../../processor/contract/types.ts'
import type { Cell } from '../../producers/contract/records.ts'

const PAGE = join(import.meta.dirname, '../../docs/contracts.md')
const page = readFileSync(PAGE, 'utf8')

function part(name: string): string {
  return page.split(`<!-- generated: ${name} -->`)[1].split('<!-- end -->')[0]
}

const fenced = (text: string) =>
  [...text.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1])

describe('docs/contracts.md', () => {
  it('prints the bytes of two links of a chain, and what they hash to', () => {
    const text = part('digest')
    const links = fenced(text)
    const printed = [...text.matchAll(/gives `([0-9a-f]{64})`/g)].map((match) => match[1])
    let chain: Buffer = Buffer.alloc(32)
    const computed = links.map((lines) => {
      chain = createHash('sha256').update(chain).update(lines).digest()
      return chain.toString('hex')
    })
    expect(links.length).toBe(2)
    expect(computed).toEqual(printed)
  })

  it('prints a reading that follows from the sums above it', () => {
    const text = part('reading')
    const reading = JSON.parse(fenced(text)[0]) as KpiReading
    const sums = [...text.matchAll(/^\| \d+ \| (\d{6}) \| `(.*)` \|$/gm)].map(
      ([, scope, cell]) => [scope, JSON.parse(cell)] as [string, Cell],
    )
    const [city, ...districts] = Object.keys(reading.scopes)
    for (const scope of [city, ...districts]) {
      const mine = sums.filter(([district]) => scope === city || district === scope)
      const [numerator, denominator, n] = [0, 1, 2].map((i) =>
        mine.reduce((sum, [, cell]) => sum + cell[i]!, 0),
      )
      const value = denominator === 0 ? null : Math.round((numerator / denominator) * 1e6) / 1e6
      expect(reading.scopes[scope], scope).toEqual({ value, numerator, denominator, n })
    }
    expect(sums.length).toBeGreaterThan(0)
  })

  it('links only to files that are there', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1])
    expect(links.length).toBeGreaterThan(20)
    expect(links.filter((link) => !existsSync(join(dirname(PAGE), link)))).toEqual([])
  })
})
