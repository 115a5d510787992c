// What is missing from a tick interval, in words: by name as soon as it is known, and as a number until then.
import type { BrokenView, LedgerBreak, RunView } from '../../../messages.ts'
import { hourMinuteSecond } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'

type Scopes = RunView['scopes']

const time = (iso: string) => hourMinuteSecond(Date.parse(iso))
const nameOf = (scopes: Scopes, code: string) =>
  tx(scopes.find((s) => s.code === code)?.name) || code

/** One line per named event, at most `shown`, then how many more, then how many have no name yet. */
export function missingText(b: LedgerBreak, scopes: Scopes, shown: number): string[] {
  if (b.altered) return [t('missing.altered')]
  if (b.unexplained < 0) return [t('missing.surplus', { n: -b.unexplained })]
  const lines = b.missing.slice(0, shown).map((m) =>
    t('missing.named', {
      district: nameOf(scopes, m.district),
      asset: m.asset,
      seq: m.seq,
      after: m.after === null ? '–' : time(m.after),
      before: time(m.before),
    }),
  )
  const more = b.missing.length - lines.length
  if (more > 0) lines.push(t('missing.more', { n: more }))
  if (b.returned > 0) lines.push(t('missing.returned', { n: b.returned }))
  const unnamed = b.expected - b.got - b.returned - b.missing.length
  if (unnamed > 0) lines.push(t('missing.unnamed', { n: unnamed }))
  return lines
}

/** The broken account in two short lines, for the chip in the header. */
export function brokenText(place: BrokenView, run: RunView): { what: string; where: string } {
  const { unexplained, named, partition } = place
  const interval = { from: time(place.from), to: time(place.to) }
  const key =
    unexplained > 0 ? 'broken.missing' : unexplained < 0 ? 'broken.surplus' : 'broken.altered'
  const what = t(key, { n: Math.abs(unexplained), ...interval })
  if (named) {
    const district = nameOf(run.scopes, named.district)
    return { what, where: t('broken.named', { district, asset: named.asset, seq: named.seq }) }
  }
  const domain = tx(run.declarations[place.domain]?.label)
  return { what, where: t('broken.place', { domain, partition }) }
}
