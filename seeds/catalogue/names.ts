// Names assets by patterns: after their subdistrict or road, counting up: 「猎德街道写字楼停车场 03」, "Liede Subdistrict …".
import type { AttributeValue, City, Text } from '../contract.ts'
import type { NamePattern, SpreadSection } from '../load/catalogue-section.ts'
import type { Subdistrict } from './subdistricts.ts'

/** What a name may speak of. */
export type Named = {
  subdistrict: Subdistrict
  /** Roads that the asset stands on: none, one, or two at a crossing. */
  roads: Text[]
}

export type Namer = (site: Named, attributes: Record<string, AttributeValue>) => Text

/** Digits of the number that tells assets of one name apart where the pattern has no place for it. */
const DIGITS = 2

/**
 * Names the assets of one kind in one district, in the order of their ids: the number counts up per name, so that
 * a name never depends on how many assets follow.
 */
export function createNamer(city: City, scope: number, section: SpreadSection): Namer {
  const district = city.scopes[scope].name
  const words: DistrictWords = { zh: district.zh, en: `${district.en} District` }
  const patternOf = patternsOf(section)
  const given = new Map<string, Numbered>()
  return (site, attributes) => {
    const pattern = patternOf(attributes)
    const roads = Math.min(site.roads.length, pattern.forms.length - 1)
    const form = pattern.forms[roads]
    let key = `${pattern.number}/${roads}`
    if (form.bySubdistrict) key += `/${site.subdistrict.number}`
    for (let i = 0; i < roads; i++) key += `/${site.roads[i].zh}`
    let name = given.get(key)
    if (!name) {
      name = {
        zh: fill(form.zh, 'zh', site, words),
        en: fill(form.en, 'en', site, words),
        count: 0,
      }
      given.set(key, name)
    }
    name.count++
    return { zh: numbered(name.zh, name.count), en: numbered(name.en, name.count) }
  }
}

type DistrictWords = Text

/** A pattern's texts for no road, one, and a crossing of two, as far as it has them. */
type Pattern = { number: number; forms: Form[] }
type Form = Text & { bySubdistrict: boolean }
/** Texts around the place of the number. */
type Numbered = { zh: string[]; en: string[]; count: number }

function patternsOf(section: SpreadSection): (of: Record<string, AttributeValue>) => Pattern {
  const { names, asset } = section
  const usual = { zh: `{street}${asset.zh} {nn}`, en: `{street} ${asset.en} {nn}` }
  if (!names || !('by' in names)) {
    const only = patternOf(names ?? usual, 0)
    return () => only
  }
  const cases = new Map(
    Object.entries(names.cases).map(([value, own], i) => [value, patternOf(own, i + 1)]),
  )
  const other = patternOf(usual, 0)
  return (attributes) => cases.get(String(attributes[names.by])) ?? other
}

function patternOf({ zh, en, onRoad, atCrossing }: NamePattern, number: number): Pattern {
  const texts: Text[] = [{ zh, en }]
  if (onRoad || atCrossing) texts.push(onRoad ?? { zh, en })
  if (atCrossing) texts.push(atCrossing)
  const forms = texts.map((text) => ({ ...text, bySubdistrict: text.zh.includes('{street}') }))
  return { number, forms }
}

/** The text on both sides of its number; a pattern without one is numbered behind, from the second on. */
function fill(text: string, lang: keyof Text, site: Named, district: Text): string[] {
  const words: Record<string, string> = {
    street: site.subdistrict.name[lang],
    district: district[lang],
    road: site.roads[0]?.[lang] ?? '',
    cross: site.roads[1]?.[lang] ?? '',
  }
  const filled = text.replace(/\{(street|district|road|cross)\}/g, (_, name) => words[name])
  const number = /\{(n+)\}/.exec(filled)
  if (!number) return [filled]
  const after = filled.slice(number.index + number[0].length)
  return [filled.slice(0, number.index), after, number[1]]
}

function numbered([before, after, digits]: string[], count: number): string {
  if (digits !== undefined) return before + String(count).padStart(digits.length, '0') + after
  return count === 1 ? before : `${before} ${String(count).padStart(DIGITS, '0')}`
}
