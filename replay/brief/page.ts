// A brief as one self-contained HTML page: facts and words in, a file's text out. No script, nothing loaded from anywhere.
import type { Alert } from '../../processor/contract/types.ts'
import type { AcceptedCommand, IncidentRecord } from '../../producers/contract/records.ts'
import type { IncidentPlace, Landmark, Text } from '../../seeds/contract.ts'
import type { RecordingVerdict } from '../verify/verify.ts'
import type { BriefFacts, KpiFact, TargetFact } from './facts.ts'
import { html, Markup } from './html.ts'
import { BRIEF_STYLE } from './style.ts'
import { type BriefLanguage, BriefWords } from './words.ts'

/** So many rows fit on the sheet; what is left out is counted in words. */
const MOST_ROWS = 36
const MOST_KPIS = 14
const MOST_TARGETS = 14
const MOST_EVENTS = 9
const LEAST_EVENTS = 3
/** Letters of a clause in one row, Chinese ones counted as two. */
const CLAUSE_LETTERS = 44
/** Names of what is wrong in the first sentence. */
const NAMED = 2
const KM_OF_DEGREE = 111
/** A landmark so near the middle of a place stands for it: within this part of the place's radius, or this far. */
const NEAR_MIDDLE = 0.25
const NEAR_KM = 2

export type BriefPage = {
  facts: BriefFacts
  verdict: RecordingVerdict
  lang: BriefLanguage
  /** Of the city, where this build has its seeds. */
  landmarks: Landmark[]
}

export function briefPage(page: BriefPage): string {
  const { declarations, plan } = page.facts.descriptor
  const units = [...Object.values(declarations).map((it) => it.units), plan.units]
  return new BriefWriter(page, new BriefWords(page.lang, units)).text()
}

class BriefWriter {
  readonly #page: BriefPage
  readonly #words: BriefWords

  constructor(page: BriefPage, words: BriefWords) {
    this.#page = page
    this.#words = words
  }

  text(): string {
    const { lang } = this.#page
    const say = this.#words
    const { descriptor } = this.#page.facts
    const title = `${say.say('title')} · ${descriptor.run}`
    const policy = "default-src 'none'; style-src 'unsafe-inline'"
    // Our own, with quotes that are quotes.
    const style = html`<style>${new Markup(BRIEF_STYLE)}</style>`
    return html`<!doctype html>
<html lang="${lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
${style}
</head>
<body><main class="sheet">
${this.#head()}
<p class="verdict">${this.#sentence()}</p>
${this.#kpis()}
${this.#plan()}
${this.#events()}
${this.#proof()}
${this.#foot()}
</main></body>
</html>
`.text
  }

  #head(): Markup {
    const { descriptor, from, at } = this.#page.facts
    const { title, scenario, run, seed, scopes } = descriptor
    const say = this.#words
    const city = scopes?.[0] ? say.text(scopes[0].name) : descriptor.city
    const items: [string, string][] = [
      [say.say('period'), this.#span(from, at)],
      [say.say('scenario'), `${say.text(title)} (${scenario})`],
      [say.say('run'), run],
      [say.say('seed'), String(seed)],
    ]
    return html`<header>
<h1>${say.say('title')}<small>${city} · ${say.date(at)}</small></h1>
<p class="asof">${say.say('asOf')}<b>${say.time(at)}</b></p>
</header>
<dl>${items.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
  }

  /** What is open, what is under way, how the plan stands. */
  #sentence(): string {
    const { alerts, incidents, descriptor, at, targets } = this.#page.facts
    const say = this.#words
    const open = alerts.filter(({ closedAt }) => closedAt === null)
    const names = this.#few(open.map((alert) => `${this.#scope(alert.scope)} ${this.#kpi(alert)}`))
    const districts = Math.max(0, (descriptor.scopes?.length ?? 1) - 1)
    const under = incidents.filter(({ until }) => Date.parse(until) > at)
    const going = under.map((it) => `${this.#place(it.place)}${this.#gap()}${this.#kindOf(it)}`)
    const alarm =
      open.length === 0
        ? say.say(going.length === 0 ? 'calm' : 'unalarmed', { n: districts })
        : say.say(open.length === 1 ? 'wrongOne' : 'wrong', { n: open.length, names })
    const parts = [...(going.length > 0 ? [say.say('on', { names: this.#few(going) })] : []), alarm]
    if (targets.length > 0) parts.push(this.#planSum(targets))
    const [comma, stop] = this.#page.lang === 'zh' ? ['；', '。'] : ['; ', '.']
    return parts.join(comma) + stop
  }

  #planSum(targets: TargetFact[]): string {
    const say = this.#words
    const has = (...wanted: string[]) =>
      targets.filter(({ status }) => wanted.includes(status ?? '')).length
    const [met, track, behind] = [has('met', 'ahead'), has('on-track'), has('behind', 'missed')]
    const rest = targets.length - met - track - behind
    const sum = say.say('planSum', { n: targets.length, met, track, behind })
    return rest > 0 ? sum + say.say('planRest', { n: rest }) : sum
  }

  #kpis(): Markup {
    const say = this.#words
    const { kpis } = this.#page.facts
    // Without a twin nobody knows what is usual.
    const hasUsual = kpis.some(({ usual }) => usual !== null)
    const columns = ['kpi', 'value', 'unit', 'samples', 'window', 'against'] as const
    const head = [...columns, ...(hasUsual ? (['usual'] as const) : [])].map((it) => say.say(it))
    const widths = hasUsual ? [25, 11, 9, 8, 16, 18, 13] : [29, 12, 10, 9, 18, 22]
    const rows = kpis.slice(0, MOST_KPIS).map((fact) => {
      const cells = this.#kpiCells(fact)
      return hasUsual ? [...cells, this.#usualCell(fact)] : cells
    })
    const note = this.#more(kpis.length - rows.length)
    const list = table(widths, head, [1, 3, 6], rows)
    return html`<section><h2>${say.say('kpis')}${note}</h2>${list}</section>`
  }

  #kpiCells({ measure, reading, cell, target, status }: KpiFact): Markup[] {
    const say = this.#words
    const { unit } = measure
    const against = target
      ? `${say.quantity(target.value, target.unit)} · ${say.status(status)}`
      : '–'
    return [
      html`<td>${say.text(measure.label)}</td>`,
      html`<td class="n strong">${say.number(cell.value, unit)}</td>`,
      html`<td class="soft">${say.unit(unit)}</td>`,
      html`<td class="n soft">${say.whole(cell.n)}</td>`,
      html`<td class="soft">${this.#window(reading.window)}</td>`,
      html`<td class="${isLate(status) ? 'late' : ''}">${against}</td>`,
    ]
  }

  #usualCell({ measure, cell, usual }: KpiFact): Markup {
    if (!usual || usual.value === null || cell.value === null) return html`<td class="n">–</td>`
    return html`<td class="n">${this.#words.difference(cell.value - usual.value, measure.unit)}</td>`
  }

  #plan(): Markup | null {
    const { targets, assumed } = this.#page.facts
    if (targets.length === 0) return null
    const say = this.#words
    const columns = [
      'clause',
      'target',
      'now',
      'expected',
      'unit',
      'samples',
      'due',
      'status',
    ] as const
    const head = columns.map((word) => say.say(word))
    const rows = targets
      .slice(0, MOST_TARGETS)
      .map(({ target, value, expected, n, status }) => [
        html`<td><div class="clause">${say.text(target.clause)}</div></td>`,
        html`<td class="n">${say.number(target.value, target.unit)}</td>`,
        html`<td class="n strong">${say.number(value, target.unit)}</td>`,
        html`<td class="n">${say.number(expected, target.unit)}</td>`,
        html`<td class="soft">${say.unit(target.unit)}</td>`,
        html`<td class="n soft">${n === null ? '–' : say.whole(n)}</td>`,
        html`<td class="soft">${target.due}</td>`,
        html`<td class="${isLate(status) ? 'late' : ''}">${say.status(status)}</td>`,
      ])
    const left = assumed > 0 ? html`<span>${say.say('assumed', { n: assumed })}</span>` : null
    const note = [this.#more(targets.length - rows.length), left]
    const list = table([36.5, 9, 9, 9, 12, 5.5, 11, 8], head, [1, 2, 3, 5], rows)
    return html`<section><h2>${say.say('plan')}${note}</h2>${list}</section>`
  }

  #more(n: number): Markup | null {
    return n > 0 ? html`<span>${this.#words.say('more', { n })}</span>` : null
  }

  #events(): Markup {
    const { at, incidents, alerts, commands, kpis, targets } = this.#page.facts
    const clauses = targets
      .slice(0, MOST_TARGETS)
      .map(({ target }) => this.#words.text(target.clause))
    const long = clauses.filter((clause) => lettersOf(clause) > CLAUSE_LETTERS).length
    const room = MOST_ROWS - Math.min(MOST_KPIS, kpis.length) - clauses.length - long
    const most = Math.max(LEAST_EVENTS, Math.min(MOST_EVENTS, room))
    const isOn = ({ until }: IncidentRecord) => Date.parse(until) > at
    const isOpen = ({ closedAt }: Alert) => closedAt === null
    // What goes on comes first.
    const happened = [
      ...incidents.filter(isOn).map((it) => this.#incidentRow(it)),
      ...alerts.filter(isOpen).map((it) => this.#alertRow(it)),
      ...incidents.filter((it) => !isOn(it)).map((it) => this.#incidentRow(it)),
      ...alerts.filter((it) => !isOpen(it)).map((it) => this.#alertRow(it)),
    ]
    const given = commands.toReversed().map((it) => this.#commandRow(it))
    return html`<div class="columns">
<section><h2>${this.#words.say('incidents')}</h2>${this.#list([21, 13, 66], happened, most)}</section>
<section><h2>${this.#words.say('commands')}</h2>${this.#list([15, 85], given, most)}</section>
</div>`
  }

  #list(widths: number[], rows: Markup[][], most: number): Markup {
    const say = this.#words
    if (rows.length === 0) return html`<p class="soft">${say.say('none')}</p>`
    const shown = rows.length > most ? rows.slice(0, most - 1) : rows
    const more = rows.length - shown.length
    const note = more > 0 ? html`<p class="soft">${say.say('more', { n: more })}</p>` : null
    return html`${table(widths, null, [], shown)}${note}`
  }

  #incidentRow(incident: IncidentRecord): Markup[] {
    const { from, until, severity, place } = incident
    return [
      html`<td class="soft">${this.#span(Date.parse(from), Date.parse(until))}</td>`,
      html`<td>${this.#words.severity(severity)}</td>`,
      html`<td>${this.#kindOf(incident)} · ${this.#place(place)}</td>`,
    ]
  }

  #alertRow(alert: Alert): Markup[] {
    const say = this.#words
    const { openedAt, closedAt, severity, scope, value, threshold } = alert
    const unit = this.#measure(alert)?.unit ?? '1'
    const time =
      closedAt === null
        ? `${say.time(Date.parse(openedAt))} · ${say.say('open')}`
        : this.#span(Date.parse(openedAt), Date.parse(closedAt))
    const bound = alert.against ? '' : ` (${say.say('threshold')} ${say.quantity(threshold, unit)})`
    return [
      html`<td class="${closedAt === null ? 'strong' : 'soft'}">${time}</td>`,
      html`<td>${say.severity(severity)}</td>`,
      html`<td>${this.#scope(scope)} · ${this.#kpi(alert)} ${say.quantity(value, unit)}${bound}</td>`,
    ]
  }

  #commandRow(command: AcceptedCommand): Markup[] {
    return [
      html`<td class="soft">${this.#words.time(Date.parse(command.effectiveAt))}</td>`,
      html`<td>${[...this.#commandWords(command), command.by].join(' · ')}</td>`,
    ]
  }

  #commandWords({ name, target, args }: AcceptedCommand): string[] {
    const { declarations, incidents = [] } = this.#page.facts.descriptor
    const declared = Object.values(declarations)
      .flatMap(({ commands }) => commands)
      .find((it) => it.name === name)
    if (declared) return [this.#words.text(declared.label), ...(target ? [target] : [])]
    if (name === 'incident.stop') return [this.#words.say('ends')]
    const kind = incidents.find((it) => it.kind === args.kind)
    if (name !== 'incident.start' || !kind) return [name]
    const place = this.#place(args.place as IncidentPlace)
    return [this.#words.say('starts'), `${this.#words.text(kind.label)} · ${place}`]
  }

  #proof(): Markup {
    const say = this.#words
    const { account } = this.#page.facts
    const { lanes, problems } = this.#page.verdict
    const { produced, folded, unexplained, chainsEqual, equal, differing } = account
    const counts = { produced, folded, unexplained, equal: chainsEqual, lanes: account.lanes }
    const first = say.say('account', {
      ...Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, say.whole(n)])),
      ...{ same: say.whole(equal), differing: say.whole(differing) },
    })
    const broken = problems.length + lanes.reduce((n, lane) => n + lane.broken.length, 0)
    const records = lanes.reduce((n, lane) => n + lane.records, 0)
    const second = say.say('verified', {
      ...{ records: say.whole(records), broken: say.whole(broken), spans: this.#proved() },
    })
    const isWell = broken + unexplained + differing === 0
    return html`<section class="proof"><h2>${say.say('proof')}</h2>
<p class="${isWell ? '' : 'late'}">${first}${this.#gap()}${second}</p></section>`
  }

  #proved(): string {
    const say = this.#words
    const spans = this.#page.verdict.lanes.flatMap(({ proved }) => proved)
    const from = Math.max(...spans.map((span) => span.from))
    const to = Math.min(...spans.map((span) => span.to))
    if (spans.length === 0 || from >= to) return say.say('unproved')
    const begin = from === Number.NEGATIVE_INFINITY ? say.say('beginning') : say.time(from)
    return say.say('proved', { from: begin, to: say.time(to) })
  }

  #foot(): Markup {
    const say = this.#words
    const { descriptor } = this.#page.facts
    return html`<div class="end">
<p class="sign"><b class="soft">${say.say('signed')}<span></span></b></p>
<footer><div>${say.say('notReal')}<br>
${say.say('run')} <code>${descriptor.run}</code> · ${say.say('digest')} <code>${descriptor.digest}</code></div>
<b>${say.say('simulated')}</b></footer></div>`
  }

  #window({ kind, start, end }: { kind: string; start: string; end: string }): string {
    const span = this.#span(Date.parse(start), Date.parse(end))
    return kind === 'day' ? `${this.#words.say('day')} ${span}` : span
  }

  #span(from: number, to: number): string {
    return `${this.#words.time(from)}–${this.#words.time(to)}`
  }

  #gap(): string {
    return this.#page.lang === 'zh' ? '' : ' '
  }

  #few(names: string[]): string {
    const [comma, rest] = this.#page.lang === 'zh' ? ['、', '等'] : [', ', ' …']
    return names.slice(0, NAMED).join(comma) + (names.length > NAMED ? rest : '')
  }

  #scope(code: string): string {
    const scope = this.#page.facts.descriptor.scopes?.find((it) => it.code === code)
    return scope ? this.#words.text(scope.name) : code
  }

  #measure({ kpi }: Pick<Alert, 'kpi'>) {
    const { declarations } = this.#page.facts.descriptor
    const declaration = Object.values(declarations).find(({ domain }) =>
      kpi.startsWith(`${domain}.`),
    )
    return declaration?.measures.find(({ name }) => `${declaration.domain}.${name}` === kpi)
  }

  #kpi(alert: Pick<Alert, 'kpi'>): string {
    const label: Text | undefined = this.#measure(alert)?.label
    return label ? this.#words.text(label) : alert.kpi
  }

  #kindOf({ kind }: IncidentRecord): string {
    const label = this.#page.facts.descriptor.incidents?.find((it) => it.kind === kind)?.label
    return label ? this.#words.text(label) : kind
  }

  #place(place: IncidentPlace): string {
    const say = this.#words
    if ('district' in place) return this.#scope(place.district)
    if ('polygon' in place) return say.say('area', { n: place.polygon.length })
    const km = say.quantity(place.km, 'km')
    if ('route' in place) return say.say('along', { n: place.route.length, km })
    const { lon, lat } = place
    const far = (it: Landmark) => Math.hypot(it.lon - lon, it.lat - lat)
    const nearest = this.#page.landmarks.toSorted((a, b) => far(a) - far(b)).at(0)
    const near = Math.max(NEAR_KM, NEAR_MIDDLE * place.km) / KM_OF_DEGREE
    const isThere = nearest && far(nearest) < near
    return say.say('around', { where: isThere ? say.text(nearest.name) : `${lon}, ${lat}`, km })
  }
}

const isLate = (status: string | null): boolean => status === 'behind' || status === 'missed'

/** As wide as they are: a Chinese letter is two. */
const lettersOf = (text: string) => text.length + (text.match(/[\u2e80-\uffef]/g) ?? []).length

/** `widths` in per cent; `numbers` = columns whose heads stand at the right. */
function table(
  widths: number[],
  head: string[] | null,
  numbers: number[],
  rows: Markup[][],
): Markup {
  const columns = widths.map((width) => html`<col style="width:${width}%">`)
  const heads = head?.map(
    (text, i) => html`<th class="${numbers.includes(i) ? 'n' : ''}">${text}</th>`,
  )
  const top = heads ? html`<thead><tr>${heads}</tr></thead>` : null
  const body = rows.map((cells) => html`<tr>${cells}</tr>`)
  return html`<table><colgroup>${columns}</colgroup>${top}<tbody>${body}</tbody></table>`
}
