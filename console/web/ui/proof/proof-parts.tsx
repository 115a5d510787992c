// Two parts of the proof: the digest with the commands that recompute it, and the finals against the truth.
import { useState } from 'preact/hooks'
import type { ProofView } from '../../../messages.ts'
import { hourMinute, hourMinuteSecond, whole } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { Columns } from '../parts/columns.tsx'
import { useApp } from '../shell/context.ts'
import { copyText } from './copy.ts'

export function DigestPart({ proof }: { proof: ProofView | null }) {
  const { store } = useApp()
  const run = store.run.value
  const digest = proof?.digest
  if (!run) return null
  const { count = 0, first = null } = proof?.interventions ?? {}
  return (
    <>
      <h3>{t('proof.digest')}</h3>
      {!digest && <p class="is-grey">{t('conf.warming-up')}</p>}
      {digest && (
        <p class="digest">
          <code class="wrap">{digest.digest}</code>
          <span class={digest.equal ? 'is-muted' : 'tone-critical'}>
            {digest.equal ? '✓ ' : '▲ '}
            {t(digest.equal ? 'proof.chains.equal' : 'proof.chains.differ', {
              n: Object.keys(digest.chains).length,
              time: hourMinuteSecond(Date.parse(digest.tick)),
            })}
          </span>
        </p>
      )}
      {proof?.commands.digest && (
        <Copyable label={t('proof.recheck')} text={proof.commands.digest} />
      )}
      {proof && proof.unknownScenario !== null && (
        <p class="note">{t('proof.recheck.unknown', { scenario: proof.unknownScenario })}</p>
      )}
      {proof?.commands.audit && <Copyable label={t('proof.audit')} text={proof.commands.audit} />}
      {count > 0 && (
        <p class="note problem">
          {t('proof.interventions', {
            n: count,
            time: first === null ? '–' : hourMinuteSecond(Date.parse(first)),
          })}
        </p>
      )}
      <p class="note run-facts">
        {t('proof.run')} <code>{run.run}</code> · {t('proof.epoch')} {run.epoch} · {t('proof.seed')}{' '}
        <code>{run.seed}</code> · {t('proof.scenario')}{' '}
        <code title={run.digest}>{run.digest.slice(0, 12)}…</code>
      </p>
    </>
  )
}

/** How long it says so. */
const COPIED_MS = 4_000

function Copyable({ label, text }: { label: string; text: string }) {
  const { store } = useApp()
  const [isCopied, setCopied] = useState(false)
  // What is pointed at does not change: it is read, and then copied.
  const [held, setHeld] = useState<string | null>(null)
  const shown = held ?? text
  const hold = () => setHeld(shown)
  const release = () => setHeld(null)
  const say = () => {
    setCopied(true)
    setTimeout(() => setCopied(false), COPIED_MS)
  }
  return (
    <>
      <p class="copy-label">{label}</p>
      <p
        class="copy"
        onPointerEnter={hold}
        onPointerLeave={release}
        onFocusIn={hold}
        onFocusOut={release}
      >
        <code>
          {shown.split(/ (?=--)/).map((part, i) => (
            <>
              {i > 0 && ' '}
              <span key={part} class="nowrap">
                {part}
              </span>
            </>
          ))}
        </code>
        <button
          type="button"
          aria-label={`${t('proof.copy')}: ${label}`}
          onClick={() => {
            copyText(shown).then(say, (error: Error) => store.problem(error.message))
          }}
        >
          {t(isCopied ? 'proof.copied' : 'proof.copy')}
        </button>
      </p>
    </>
  )
}

const EQUAL = '='
const DIFFERS = '!'
const MARKS: Record<string, string> = { [EQUAL]: '▪', [DIFFERS]: '▲' }
const SHOWN_DIFFERING = 12

/** One mark per KPI and recent window; only what differs has a colour. */
export function TruthPart({ proof }: { proof: ProofView | null }) {
  const { store } = useApp()
  const { windows = [], rows = [] } = proof?.truth ?? {}
  const count = (mark: string) =>
    rows.reduce((sum, { marks }) => sum + marks.split(mark).length - 1, 0)
  const differ = count(DIFFERS)
  const time = (iso: string | undefined) => (iso ? hourMinute(Date.parse(iso)) : '')
  const span = `${time(windows[0])} – ${time(windows.at(-1))}`
  return (
    <>
      <h3>{t('proof.truth')}</h3>
      <p class="is-muted">{t('proof.truth.lead')}</p>
      {windows.length === 0 && <p class="is-grey">{t('conf.warming-up')}</p>}
      {windows.length > 0 && (
        <>
          <p class={`truth-verdict ${differ > 0 ? 'tone-critical' : ''}`}>
            {differ > 0 ? '▲ ' : '✓ '}
            {t('proof.truth.sum', {
              windows: windows.length,
              kpis: rows.length,
              equal: whole(count(EQUAL), lang.value),
              differ: whole(differ, lang.value),
            })}
          </p>
          <Differing proof={proof} />
          <table class="truth-grid">
            <Columns
              titles={[t('proof.kpi'), span, t('proof.equal'), t('proof.differs')]}
              numbers={2}
            />
            <tbody>
              {[...rows].sort(differingFirst).map(({ kpi, marks }) => (
                <TruthRow
                  key={kpi}
                  name={tx(store.kpis.value.get(kpi)?.measure.label)}
                  marks={marks}
                />
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  )
}

const differingFirst = (a: { marks: string }, b: { marks: string }): number =>
  Number(b.marks.includes(DIFFERS)) - Number(a.marks.includes(DIFFERS))

function TruthRow({ name, marks }: { name: string; marks: string }) {
  const equal = marks.split(EQUAL).length - 1
  const differ = marks.split(DIFFERS).length - 1
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="marks" aria-hidden="true">
        {(marks.match(/(.)\1*/g) ?? []).map((stretch, i) => (
          <span key={i} class={stretch[0] === DIFFERS ? 'tone-critical' : ''}>
            {(MARKS[stretch[0]] ?? ' ').repeat(stretch.length)}
          </span>
        ))}
      </td>
      <td class="num is-muted">{equal}</td>
      <td class={`num ${differ > 0 ? 'tone-critical' : 'is-grey'}`}>{differ}</td>
    </tr>
  )
}

/** Each leads to where its number comes from. */
function Differing({ proof }: { proof: ProofView | null }) {
  const { store, state } = useApp()
  const { windows, rows } = proof!.truth
  const all = rows.flatMap(({ kpi, marks }) =>
    [...marks].flatMap((mark, i) => (mark === DIFFERS ? [{ kpi, end: windows[i] }] : [])),
  )
  if (all.length === 0) return null
  const newest = all.sort((a, b) => (a.end < b.end ? 1 : -1)).slice(0, SHOWN_DIFFERING)
  return (
    <ul class="differing">
      {newest.map(({ kpi, end }) => (
        <li key={`${kpi}${end}`}>
          <button
            type="button"
            class="link"
            onClick={() => {
              state.lineage.value = kpi
            }}
          >
            ▲ {tx(store.kpis.value.get(kpi)?.measure.label)} ·{' '}
            {hourMinute(Date.parse(end) - (store.run.value?.windowMs ?? 0))}–
            {hourMinute(Date.parse(end))}
          </button>
        </li>
      ))}
      {all.length > newest.length && (
        <li class="is-muted">{t('missing.more', { n: all.length - newest.length })}</li>
      )}
    </ul>
  )
}
