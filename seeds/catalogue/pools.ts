// Pools of codes for companies and types, and their neutral words: nobody's real name, and nothing that wants translating.
import { below, stream } from '../../infra/random.ts'
import type { AttributeValue, City, Text } from '../contract.ts'
import type { Rule, SpreadSection } from '../load/catalogue-section.ts'

type PoolRule = Extract<Rule, { pool: unknown }>

/** The ten heavenly stems, which Chinese counts parties by; more than ten go by number. */
const STEMS = [...'甲乙丙丁戊己庚辛壬癸']
const DIGITS = 2
const WORDS: Record<PoolRule['pool'], Text> = {
  vendor: { zh: '设备商', en: 'Vendor' },
  organisation: { zh: '运营单位', en: 'Operator' },
}
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ' // I and O look like digits

/** `vendor-01`, `vendor-02` …: what an attribute with this rule may be. */
export function companyPool({ pool, size }: Pick<PoolRule, 'pool' | 'size'>): string[] {
  return Array.from({ length: size }, (_, i) => `${pool}-${String(i + 1).padStart(DIGITS, '0')}`)
}

/** `size` distinct type codes such as `SC-482K`; each (seed, name) pool is its own, so that adding one changes no other. */
export function modelPool(seed: number, name: string, size: number, prefix: string): string[] {
  const words = stream(seed, name, 'pool')
  const made = new Set<string>()
  while (made.size < size) {
    made.add(`${prefix}-${100 + below(words, 0, 900)}${LETTERS[below(words, 0, LETTERS.length)]}`)
  }
  return [...made]
}

/** Words for the codes of a domain's attributes, by attribute and code: 「设备商甲」, "Vendor A". */
export function attributeWords(
  { scopes }: City,
  section: SpreadSection,
): Record<string, Record<string, Text>> {
  const words: Record<string, Record<string, Text>> = {}
  for (const [name, rule] of Object.entries(section.attributes)) {
    if ('pool' in rule) words[name] = poolWords(rule)
    if ('ofDistrict' in rule && rule.label) {
      const { zh, en } = rule.label
      words[name] = Object.fromEntries(
        scopes
          .slice(1)
          .map(({ code, name: district }) => [
            `${rule.ofDistrict}-${code}`,
            { zh: district.zh + zh, en: `${district.en} ${en}` },
          ]),
      )
    }
    if ('labels' in rule && rule.labels) words[name] = rule.labels
  }
  return words
}

function poolWords(rule: PoolRule): Record<AttributeValue & string, Text> {
  const { zh, en } = rule.label ?? WORDS[rule.pool]
  const byStem = rule.size <= STEMS.length
  return Object.fromEntries(
    companyPool(rule).map((code, i) => {
      const number = String(i + 1).padStart(DIGITS, '0')
      const text = byStem
        ? { zh: `${zh}${STEMS[i]}`, en: `${en} ${LETTERS[i]}` }
        : { zh: `${zh} ${number}`, en: `${en} ${number}` }
      return [code, text]
    }),
  )
}
