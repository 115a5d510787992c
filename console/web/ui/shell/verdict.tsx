// The line below the header: is the city all right, where not, and how the plan stands; at most three links.
import { useEffect, useRef, useState } from 'preact/hooks'
import { lang, t } from '../../i18n/i18n.ts'
import { goTo, mayGo } from '../alerts/go.ts'
import { verdictFacts } from '../alerts/verdict-facts.ts'
import { type CityVerdict, type VerdictPart, verdictOf } from '../alerts/verdict-sentence.ts'
import { glyph } from '../parts/icons.tsx'
import { type AppState, useApp, useSame } from './context.ts'

/** What is shown stays so long, but for what must be known at once. */
const STAYS_MS = 10_000
const SAID_MS = 4_000
/** Nobody may read that all is well beside a row that says it is not. */
const WORSE = ['normal', 'warning', 'critical']

export function VerdictLine() {
  const app = useApp()
  const { tone, lead, parts } = useSlowly(app)
  return (
    <section class={`verdict-line tone-${tone}`} aria-label={t('verdict.label')}>
      <span class="verdict-lead">
        <span class="verdict-glyph" aria-hidden="true">
          {glyph(tone)}
        </span>
        <span key={lead} class="verdict-text">
          {lead}
        </span>
      </span>
      {parts.map((part) => (
        <Part key={part.key} part={part} />
      ))}
      <Nothing />
    </section>
  )
}

function Part({ part: { text, to } }: { part: VerdictPart }) {
  const app = useApp()
  const its = { class: `verdict-link is-${to.kind}`, title: text }
  // A new text is a new element: it fades in, and the button keeps the focus.
  const shown = (
    <span key={text} class="verdict-text">
      {text}
    </span>
  )
  if (!mayGo(app, to)) return <span {...its}>{shown}</span>
  return (
    <button type="button" {...its} onClick={() => goTo(app, to)}>
      {shown}
    </button>
  )
}

/** The answer to a key that found nothing to go to. */
function Nothing() {
  const { state } = useApp()
  const asked = state.nothingOpen.value
  const [said, setSaid] = useState(0)
  useEffect(() => {
    const timer = setTimeout(() => setSaid(asked), SAID_MS)
    return () => clearTimeout(timer)
  }, [asked])
  return (
    <span class="verdict-nothing" role="status">
      {asked > said ? t('verdict.nothing') : ''}
    </span>
  )
}

/** The verdict, changed at most every ten seconds; at once where it gets worse, or the person asked for another. */
function useSlowly(app: AppState): CityVerdict {
  const shown = useRef<{ verdict: CityVerdict; since: number; asked: string } | null>(null)
  // The server's clock comes twice a second, and this with it.
  return useSame(() => {
    const facts = verdictFacts(app)
    const verdict = verdictOf(facts)
    const now = performance.now()
    // A place has its name once the city is known.
    const known = `${facts.run?.epoch} ${app.store.city.value === null}`
    const asked = `${lang.value} ${facts.chosen} ${facts.doubt} ${known}`
    const before = shown.current
    const isAtOnce =
      !before ||
      before.asked !== asked ||
      WORSE.indexOf(verdict.tone) > WORSE.indexOf(before.verdict.tone) ||
      hasNewCritical(before.verdict, verdict)
    if (isAtOnce || now - before.since >= STAYS_MS) {
      const isSame = before !== null && JSON.stringify(before.verdict) === JSON.stringify(verdict)
      shown.current = isSame ? { ...before, asked } : { verdict, since: now, asked }
    }
    return shown.current!.verdict
  })
}

/** A critical alert that the line did not name. */
function hasNewCritical(before: CityVerdict, now: CityVerdict): boolean {
  const known = new Set(before.parts.map(({ key }) => key))
  return now.parts.some(
    ({ key, to }) => to.kind === 'alert' && to.alert.severity === 'critical' && !known.has(key),
  )
}
