// The proof view: the account of every record and where it breaks; digest, commands and finals against truth beside it.
import type { LedgerBreak, LedgerView, TaskView } from '../../../messages.ts'
import { hourMinuteSecond, whole } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { isBalanced, isUnexplained } from '../../store/ledger.ts'
import { usePolled } from '../parts/polled.ts'
import { Scroll } from '../parts/scroll.tsx'
import { useApp } from '../shell/context.ts'
import { DemoButton } from '../shell/demo-bar.tsx'
import { ShowAsset } from '../stage/show-asset.tsx'
import { missingText } from './missing.ts'
import { DigestPart, TruthPart } from './proof-parts.tsx'
import { TaskGrid } from './task-grid.tsx'

export function Proof() {
  const { store } = useApp()
  const tasks = usePolled('ledger', store.api.ledger) ?? []
  const proof = usePolled('proof', store.api.proof)
  if (!store.run.value) return null
  return (
    <div class="view-columns view-proof">
      <section class="panel" aria-labelledby="proof-title">
        <div class="panel-head">
          <h2 id="proof-title">{t('proof.title')}</h2>
          <DemoButton capability="return" />
          <DemoButton capability="steal" />
        </div>
        <Scroll label={t('proof.title')}>
          <p class="is-muted">{t('proof.lead')}</p>
          <Account tasks={tasks} />
          <Breaks tasks={tasks} />
          <TaskGrid tasks={tasks} modes={['count']} title={t('proof.tasks')} />
          <TaskGrid tasks={tasks} modes={['chain']} title={t('proof.chains')} />
        </Scroll>
      </section>
      <section class="panel" aria-labelledby="truth-title">
        <h2 id="truth-title">{t('proof.recompute')}</h2>
        <Scroll label={t('proof.recompute')}>
          <DigestPart proof={proof} />
          <TruthPart proof={proof} />
        </Scroll>
      </section>
    </div>
  )
}

function Account({ tasks }: { tasks: TaskView[] }) {
  const { store } = useApp()
  const ledger = store.ledger.value
  if (!ledger) return <p class="is-grey">{t('conf.warming-up')}</p>
  const balanced = isBalanced(ledger)
  return (
    <>
      <p class={`verdict ${balanced ? '' : 'tone-critical'}`}>
        {balanced ? '✓' : '▲'} {t(balanced ? 'proof.balanced' : 'proof.unbalanced')}
      </p>
      <Equation ledger={ledger} tasks={tasks} />
      <p class="account account-aside">
        <Term name={t('proof.read')} value={ledger.read} />
        <Term name={t('proof.duplicate')} value={ledger.duplicate} />
        <Term name={t('proof.deadLetter')} value={ledger.deadLetter} />
      </p>
    </>
  )
}

/** produced = folded + late + held + lost (dropped + corrupted by injection + unexplained). */
function Equation({ ledger, tasks }: { ledger: LedgerView; tasks: TaskView[] }) {
  const injected = (kind: 'drop' | 'corrupt') =>
    tasks.reduce((sum, task) => sum + task.injected[kind], 0)
  const wrong = ledger.unexplained !== 0
  return (
    <p class="account">
      <Term name={t('proof.produced')} value={ledger.produced} />
      <Sign text="=" />
      <Term name={t('proof.folded')} value={ledger.folded} />
      <Sign text="+" />
      <Term name={t('proof.late')} value={ledger.late} />
      <Sign text="+" />
      <Term name={t('proof.held')} value={ledger.held} />
      <Sign text="+" />
      <span class="account-lost">
        <small>{t('proof.lost')}</small>
        <Sign text="(" />
        <Term name={t('proof.drop')} value={injected('drop')} />
        <Sign text="+" />
        <Term name={t('proof.corrupt')} value={injected('corrupt')} />
        <Sign text="+" />
        <Term name={t('proof.unexplained')} value={ledger.unexplained} alarm={wrong} />
        <Sign text=")" />
      </span>
    </p>
  )
}

const Sign = ({ text }: { text: string }) => <span class="sign">{text}</span>

const Term = (props: { name: string; value: number; alarm?: boolean }) => (
  <span class={`term ${props.alarm ? 'tone-critical' : ''}`}>
    <b>{whole(props.value, lang.value)}</b>
    <small>{props.name}</small>
  </span>
)

const SHOWN_NAMES = 3

/** What was missing came back, or this is where it came. */
const isClosed = (b: LedgerBreak) => !b.altered && b.unexplained <= b.returned

/** Newest first. */
function Breaks({ tasks }: { tasks: TaskView[] }) {
  const { store } = useApp()
  const run = store.run.value
  const all = tasks.flatMap((task) => task.breaks.map((b) => ({ task, b })))
  const open = all
    .filter(({ b }) => isUnexplained(b))
    .sort((x, y) => (x.b.to < y.b.to ? 1 : x.b.to > y.b.to ? -1 : 0))
  const explained = all.length - open.length
  const time = (iso: string) => hourMinuteSecond(Date.parse(iso))
  return (
    <>
      <h3>{t('proof.breaks')}</h3>
      {open.length === 0 && <p class="is-muted">{t('proof.noBreaks')}</p>}
      {open.length > 0 && (
        <table class="plain breaks">
          <thead>
            <tr>
              <th scope="col">{t('proof.place')}</th>
              <th scope="col">{t('proof.interval')}</th>
              <th scope="col" class="num">
                {t('proof.expected')}
              </th>
              <th scope="col" class="num">
                {t('proof.got')}
              </th>
              <th scope="col">{t('proof.missing')}</th>
            </tr>
          </thead>
          <tbody>
            {open.map(({ task, b }) => (
              <tr key={`${task.domain}/${task.partition}/${b.from}`}>
                <th scope="row">
                  {tx(run?.declarations[task.domain]?.label)} / {task.partition}
                </th>
                <td class="nowrap">
                  {time(b.from)}–{time(b.to)}
                </td>
                <td class="num">{whole(b.expected, lang.value)}</td>
                {isClosed(b) ? (
                  <td class="num is-muted">{whole(b.got, lang.value)}</td>
                ) : (
                  <td class="num tone-critical">▲ {whole(b.got, lang.value)}</td>
                )}
                <td>
                  {missingText(b, run?.scopes ?? [], SHOWN_NAMES).map((line) => (
                    <span key={line} class="missing">
                      {line}
                    </span>
                  ))}
                  {b.missing.slice(0, SHOWN_NAMES).map(({ asset, seq }) => (
                    <ShowAsset key={`${asset}/${seq}`} id={asset} label={t('stage.show')} />
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {explained > 0 && <p class="note">{t('proof.explained', { n: explained })}</p>}
    </>
  )
}
