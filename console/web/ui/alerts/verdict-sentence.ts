// The city in one sentence: its state, where what is wrong, against what, and the plan; pure, from what the page knows.
import type { Alert, AlertView, FindingView, IncidentRecord, RunView } from '../../../messages.ts'
import { hourMinute, quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'
import { findingsText } from './finding-text.ts'

/** Why nothing may be called well; null = everything is known. */
export type Doubt = 'connecting' | 'lost' | 'stale' | 'ended' | 'warming'

export type VerdictDeviation = {
  code: string
  kpi: DeclaredKpi
  value: number
  /** How much worse than usual, as it is said. */
  by: string
}

export type PlanCount = {
  total: number
  met: number
  track: number
  /** Names of those behind. */
  behind: string[]
}

export type VerdictFacts = {
  run: RunView | null
  doubt: Doubt | null
  /** The district that is looked at; null = the whole city. */
  chosen: string | null
  /** Open ones, the worst first. */
  alerts: { alert: AlertView; kpi: DeclaredKpi }[]
  findings: FindingView[]
  /** Under way, with the place in words and the district where it is one. */
  incidents: { incident: IncidentRecord; where: string; kind: string; district: string | null }[]
  /** Districts that are worse than usual; null where nobody knows what is usual. */
  deviations: VerdictDeviation[] | null
  plan: PlanCount | null
}

export type VerdictPart = {
  /** Stays the same while the numbers change. */
  key: string
  text: string
  /** For whoever hears it. */
  spoken?: string
  to:
    | { kind: 'alert'; alert: Alert }
    | { kind: 'finding'; finding: FindingView }
    | { kind: 'incident'; incident: IncidentRecord }
    | { kind: 'district'; code: string; kpi: string }
    | { kind: 'plan' }
}

export type CityVerdict = {
  tone: 'critical' | 'warning' | 'normal' | 'offline'
  lead: string
  parts: VerdictPart[]
}

/** With the plan at the end: more links than three nobody reads. */
const MOST_PARTS = 3
/** Names of targets that are behind, at most. */
const NAMED = 2

export function verdictOf(facts: VerdictFacts): CityVerdict {
  const { run, doubt, chosen } = facts
  if (!run) return { tone: 'offline', lead: t('verdict.doubt.connecting'), parts: [] }
  const here = chosen === null ? facts : inDistrict(facts, chosen)
  const plan = planPart(facts.plan)
  const wrong = [
    ...alertParts(here, run),
    ...findingParts(here, run),
    ...incidentParts(here),
    ...deviationParts(here, run),
  ]
  const parts = [...wrong.slice(0, MOST_PARTS - plan.length), ...plan]
  const tone = toneOf(here)
  const isSure = doubt === null || (doubt === 'warming' && tone !== 'normal')
  if (!isSure) return { tone: 'offline', lead: t(`verdict.doubt.${doubt}`), parts }
  return { tone, lead: leadOf(here, run, tone), parts }
}

/** The verdict as one sentence. */
export function verdictSentence({ lead, parts }: CityVerdict): string {
  return [lead, ...parts.map(({ text, spoken }) => spoken ?? text)].join(
    lang.value === 'zh' ? '；' : '; ',
  )
}

function inDistrict(facts: VerdictFacts, code: string): VerdictFacts {
  return {
    ...facts,
    alerts: facts.alerts.filter(({ alert }) => alert.scope === code),
    findings: facts.findings.filter(({ districts }) => districts.some((d) => d.code === code)),
    incidents: facts.incidents.filter(({ district }) => district === code),
    deviations: facts.deviations?.filter((d) => d.code === code) ?? null,
  }
}

function toneOf({ alerts, findings, incidents, deviations }: VerdictFacts): CityVerdict['tone'] {
  if (alerts.some(({ alert }) => alert.severity === 'critical')) return 'critical'
  const other = [alerts, findings, incidents, deviations ?? []]
  return other.some(({ length }) => length > 0) ? 'warning' : 'normal'
}

function leadOf(facts: VerdictFacts, run: RunView, tone: CityVerdict['tone']): string {
  const { chosen, deviations } = facts
  const isJudged = deviations !== null
  if (chosen !== null) {
    const name = nameOf(run, chosen)
    if (tone === 'normal')
      return t(isJudged ? 'verdict.district.calm' : 'verdict.district.calm.unjudged', { name })
    return t(tone === 'critical' ? 'verdict.district.critical' : 'verdict.district.watch', { name })
  }
  const districts = run.scopes.length - 1
  if (tone === 'normal')
    return t(isJudged ? 'verdict.calm' : 'verdict.calm.unjudged', { n: districts })
  const n = districtsOf(facts, run).size
  if (n === 0) return t('verdict.city')
  if (tone === 'critical') return t('verdict.critical', { n })
  return t(n > districts / 2 ? 'verdict.many' : 'verdict.mostly', { n })
}

/** Where something is wrong. */
function districtsOf(facts: VerdictFacts, { scopes }: RunView): Set<string> {
  const codes = [
    ...facts.alerts.map(({ alert }) => alert.scope),
    ...facts.findings.map(({ districts }) => districts[0]?.code),
    ...facts.incidents.map(({ district }) => district),
    ...(facts.deviations ?? []).map(({ code }) => code),
  ]
  const known = new Set(scopes.slice(1).map(({ code }) => code))
  return new Set(codes.filter((code): code is string => known.has(code ?? '')))
}

/** The worst of each group: the others are likely the same thing. */
function alertParts({ alerts }: VerdictFacts, run: RunView): VerdictPart[] {
  const groups = Map.groupBy(alerts, ({ alert }) => alert.group)
  return [...groups.values()].map(([{ alert, kpi }, ...others]): VerdictPart => {
    const { unit } = kpi.measure
    const shown = (n: number | null) => quantityText(n, unit, lang.value)
    const its = { where: nameOf(run, alert.scope), kpi: tx(kpi.measure.label) }
    const value = shown(alert.value)
    const text = alert.against
      ? t('verdict.alert.usual', { ...its, value, usual: shown(alert.against.usual) })
      : t('verdict.alert', { ...its, value, threshold: shown(alert.threshold) })
    return {
      key: `alert ${alert.id}`,
      text: others.length > 0 ? t('verdict.alert.more', { text, n: 1 + others.length }) : text,
      to: { kind: 'alert', alert },
    }
  })
}

/** Those of one kind are one part. */
function findingParts({ findings }: VerdictFacts, run: RunView): VerdictPart[] {
  const kinds = Map.groupBy(findings, ({ domain, attribute }) => `${domain} ${attribute}`)
  return [...kinds].map(([kind, of]): VerdictPart => {
    const most = of.toSorted((a, b) => b.count - a.count)
    const text = findingsText(most, run)
    return { key: `finding ${kind}`, text, to: { kind: 'finding', finding: most[0] } }
  })
}

function incidentParts({ incidents }: VerdictFacts): VerdictPart[] {
  return incidents.map(({ incident, where, kind }): VerdictPart => {
    const from = hourMinute(Date.parse(incident.from))
    const text = t('verdict.incident', { where, kind, from })
    return { key: `incident ${incident.id}`, text, to: { kind: 'incident', incident } }
  })
}

function deviationParts({ deviations }: VerdictFacts, run: RunView): VerdictPart[] {
  return (deviations ?? []).map(({ code, kpi, value, by }): VerdictPart => {
    const text = t('verdict.deviation', {
      ...{ where: nameOf(run, code), kpi: tx(kpi.measure.label), by },
      value: quantityText(value, kpi.measure.unit, lang.value),
    })
    return { key: `district ${code}`, text, to: { kind: 'district', code, kpi: kpi.id } }
  })
}

function planPart(plan: PlanCount | null): VerdictPart[] {
  if (!plan || plan.total === 0) return []
  const { total, met, track, behind } = plan
  const unknown = total - met - track - behind.length
  if (unknown === total) return []
  const counts = { n: total, met, track, behind: behind.length }
  const text = t(unknown > 0 ? 'verdict.plan.unknown' : 'verdict.plan', { ...counts, unknown })
  const more = behind.length > NAMED ? '…' : ''
  const names = behind.slice(0, NAMED).join(lang.value === 'zh' ? '、' : ', ') + more
  return [
    {
      key: 'plan',
      text: names === '' ? text : t('verdict.plan.names', { text, names }),
      spoken: t('verdict.plan.say', counts),
      to: { kind: 'plan' },
    },
  ]
}

const nameOf = ({ scopes }: RunView, code: string): string =>
  tx(scopes.find((scope) => scope.code === code)?.name)
