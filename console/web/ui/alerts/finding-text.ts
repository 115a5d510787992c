// A finding in a person's words: where, what its assets have in common, how many of them are in which state, since when.
import type { FindingView, RunView } from '../../../messages.ts'
import { SILENT } from '../../../messages.ts'
import { hourMinute, whole } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'

/** 「黄埔区 一处馈线断电：146 个基站退服（16:43 起）」. */
export function findingText(finding: FindingView, run: RunView): string {
  const [from, until] = [finding.since, finding.until].map((at) =>
    at === null ? '' : hourMinute(Date.parse(at)),
  )
  const text = whatText(finding, run)
  if (finding.until !== null) return t('finding.over', { text, from, until })
  return t(finding.sinceAtLatest ? 'finding.since.latest' : 'finding.since', { text, time: from })
}

/** Several of one kind in one sentence; the earliest says since when. */
export function findingsText(findings: FindingView[], run: RunView): string {
  const [first] = findings
  if (findings.length === 1) return findingText(first, run)
  const earliest = findings.reduce((a, b) => (a.since < b.since ? a : b))
  const text = t('finding.several', {
    ...words(first, run),
    where: whereText(findings, run),
    m: findings.length,
    n: whole(
      findings.reduce((sum, { count }) => sum + count, 0),
      lang.value,
    ),
  })
  const time = hourMinute(Date.parse(earliest.since))
  return t(earliest.sinceAtLatest ? 'finding.since.latest' : 'finding.since', { text, time })
}

/** Where there is little room: what its assets have in common, 「一处馈线断电」 or 「供电馈线 7」. */
export function findingName(finding: FindingView, run: RunView): string {
  const { what, label, value } = words(finding, run)
  return isDown(finding, what) ? what : `${label} ${value}`
}

/** Where half of them still run, what they hang on is not down: only something is wrong with it. */
const isDown = ({ count, of }: FindingView, what: string): boolean => what !== '' && count >= of / 2

/** Without its time. */
function whatText(finding: FindingView, run: RunView): string {
  const { count, of } = finding
  const its = words(finding, run)
  const where = whereText([finding], run)
  const n = whole(count, lang.value)
  if (isDown(finding, its.what)) return t('finding.together', { ...its, where, n })
  return t('finding.part', { ...its, where, n, of: whole(of, lang.value) })
}

function words({ domain, attribute, value, state }: FindingView, run: RunView) {
  const declaration = run.declarations[domain]
  const declared = declaration?.attributes?.[attribute]
  const word = declaration?.layer.states.find(({ code }) => code === state)?.label
  return {
    what: tx(declared?.together),
    label: tx(declared?.label) || attribute,
    value: value.startsWith(`${attribute}-`) ? value.slice(attribute.length + 1) : value,
    asset: tx(lang.value === 'zh' ? declaration?.asset : declaration?.label) || domain,
    state: state === SILENT ? t('finding.silent') : tx(word) || state,
  }
}

function whereText(findings: FindingView[], { scopes }: RunView): string {
  const codes = new Map<string, number>()
  for (const { districts } of findings) {
    for (const { code, count } of districts) codes.set(code, (codes.get(code) ?? 0) + count)
  }
  const ordered = [...codes].sort((a, b) => b[1] - a[1]).map(([code]) => code)
  const first = tx(scopes.find(({ code }) => code === ordered[0])?.name)
  return ordered.length > 1 ? t('finding.districts', { first, n: ordered.length }) : first
}
