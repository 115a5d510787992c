// The proof view: the account of every record, finals against truth, and the command that recomputes the run.
import { useEffect, useState } from 'preact/hooks'
import type { LedgerReading, RunView } from '../../messages.ts'
import { hourMinute, whole } from '../i18n/format.ts'
import { lang, t, tx } from '../i18n/i18n.ts'
import { accountedFor, isBalanced } from '../store/ledger.ts'
import { useApp } from './context.ts'
import { Scroll } from './scroll.tsx'

const POLL_MS = 2_000

/** The tasks' ledgers, read again while the view is open. */
export function useTasks(): LedgerReading[] {
  const { store } = useApp()
  const [tasks, setTasks] = useState<LedgerReading[]>([])
  useEffect(() => {
    let open = true
    const read = () => {
      store.api
        .ledger()
        .then((list) => open && setTasks(list.sort(byTask)))
        .catch((error: Error) => store.problem(error.message))
    }
    read()
    const timer = setInterval(read, POLL_MS)
    return () => {
      open = false
      clearInterval(timer)
    }
  }, [])
  return tasks
}

const byTask = (a: LedgerReading, b: LedgerReading): number =>
  a.domain < b.domain ? -1 : a.domain > b.domain ? 1 : a.partition - b.partition

export function Proof() {
  const { store } = useApp()
  const run = store.run.value
  const tasks = useTasks()
  if (!run) return null
  return (
    <div class="view-columns">
      <section class="panel" aria-labelledby="proof-title">
        <h2 id="proof-title">{t('proof.title')}</h2>
        <Scroll label={t('proof.title')}>
          <p>{t('proof.lead')}</p>
          <Account />
          <h3>{t('proof.digest')}</h3>
          <Digests run={run} />
          <h3>{t('proof.truth')}</h3>
          <p class="is-grey">{t('proof.truth.lead')}</p>
          <Truth />
        </Scroll>
      </section>
      <section class="panel" aria-labelledby="tasks-title">
        <h2 id="tasks-title">{t('proof.tasks', { n: tasks.length })}</h2>
        <Scroll label={t('proof.tasks', { n: tasks.length })}>
          <TaskTable tasks={tasks} />
        </Scroll>
      </section>
    </div>
  )
}

function Account() {
  const { store } = useApp()
  const ledger = store.ledger.value
  if (!ledger) return <p class="is-grey">{t('conf.warming-up')}</p>
  const balanced = isBalanced(ledger)
  const terms: [string, number][] = [
    [t('proof.folded'), ledger.folded],
    [t('proof.late'), ledger.late],
    [t('proof.held'), ledger.held],
    [t('proof.injected'), ledger.lost ?? 0],
  ]
  const aside: [string, number][] = [
    [t('proof.read'), ledger.read],
    [t('proof.duplicate'), ledger.duplicate],
    [t('proof.deadLetter'), ledger.deadLetter],
    [t('proof.unexplained'), ledger.unexplained],
  ]
  return (
    <>
      <p class={`verdict ${balanced ? '' : 'tone-critical'}`}>
        {balanced ? '✓' : '▲'} {t(balanced ? 'proof.balanced' : 'proof.unbalanced')}
      </p>
      <p class="account">
        <Term name={t('proof.produced')} value={ledger.produced} />
        <span aria-hidden="true">{accountedFor(ledger) === ledger.produced ? '=' : '≠'}</span>
        {terms.map(([name, value], i) => (
          <>
            {i > 0 && <span aria-hidden="true">+</span>}
            <Term key={name} name={name} value={value} />
          </>
        ))}
      </p>
      <p class="account account-aside">
        {aside.map(([name, value]) => (
          <Term key={name} name={name} value={value} />
        ))}
      </p>
      {ledger.broken.length > 0 && (
        <ul class="breaks">
          {ledger.broken.map((b) => (
            <li key={`${b.domain}${b.partition}${b.from}`} class="tone-critical">
              ▲ {b.domain}/{b.partition} · {hourMinute(Date.parse(b.from), lang.value)} –{' '}
              {hourMinute(Date.parse(b.to), lang.value)}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const Term = ({ name, value }: { name: string; value: number }) => (
  <span class="term">
    <b>{whole(value, lang.value)}</b>
    <small>{name}</small>
  </span>
)

/** ISO 8601 duration of whole minutes, for the command line. */
function minutes(ms: number): string {
  return `PT${Math.max(1, Math.floor(ms / 60_000))}M`
}

function Digests({ run }: { run: RunView }) {
  const { store } = useApp()
  const [copied, setCopied] = useState(false)
  const passed = (store.clock.value?.horizon ?? run.clock.start) - run.clock.start
  const command = `npx huacheng digest --scenario ${run.scenario} --seed ${run.seed} --for ${minutes(passed)}`
  return (
    <>
      <dl class="fields fields-tight">
        <div>
          <dt>{t('proof.run')}</dt>
          <dd>
            <code>{run.run}</code> · {run.epoch}
          </dd>
        </div>
        <div>
          <dt>{t('proof.seed')}</dt>
          <dd>
            <code>{run.seed}</code>
          </dd>
        </div>
        <div>
          <dt>{t('proof.scenario')}</dt>
          <dd>
            <code class="wrap">{run.digest}</code>
          </dd>
        </div>
      </dl>
      <h3>{t('proof.recheck')}</h3>
      <p class="copy">
        <code>{command}</code>
        <button
          type="button"
          onClick={() => {
            navigator.clipboard
              .writeText(command)
              .then(() => setCopied(true))
              .catch((error: Error) => store.problem(error.message))
          }}
        >
          {t(copied ? 'proof.copied' : 'proof.copy')}
        </button>
      </p>
    </>
  )
}

/** Finals that equal and that differ from the truth, per KPI, over what the page holds. */
function Truth() {
  const { store } = useApp()
  useEffect(() => {
    // One after the other: the server has better things to do than answer thirty at once.
    const load = async () => {
      for (const id of store.kpis.value.keys()) {
        store.readings.remember(id, await store.api.history(id))
      }
    }
    load().catch((error: Error) => store.problem(error.message))
  }, [])
  void store.readings.revision.value
  const rows = [...store.kpis.value.values()].map((kpi) => {
    const finals = store.readings.finals(kpi.id).value
    const equal = finals.filter((r) => r.truth === 'equal').length
    const differs = finals.filter((r) => r.truth === 'differs').length
    return { kpi, equal, differs, none: finals.length - equal - differs }
  })
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">{t('proof.kpi')}</th>
          <th scope="col" class="num">
            {t('proof.equal')}
          </th>
          <th scope="col" class="num">
            {t('proof.differs')}
          </th>
          <th scope="col" class="num">
            {t('truth.none')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ kpi, equal, differs, none }) => (
          <tr key={kpi.id}>
            <th scope="row">{tx(kpi.measure.label)}</th>
            <td class="num">{whole(equal, lang.value)}</td>
            <td class={`num ${differs > 0 ? 'tone-critical' : 'is-grey'}`}>
              {differs > 0 ? '▲ ' : ''}
              {whole(differs, lang.value)}
            </td>
            <td class="num is-grey">{whole(none, lang.value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function TaskTable({ tasks }: { tasks: LedgerReading[] }) {
  const { store } = useApp()
  const run = store.run.value
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">{t('proof.task')}</th>
          {(['produced', 'folded', 'duplicate', 'late', 'deadLetter', 'unexplained'] as const).map(
            (key) => (
              <th key={key} scope="col" class="num">
                {t(`proof.${key}`)}
              </th>
            ),
          )}
          <th scope="col">{t('proof.chain')}</th>
        </tr>
      </thead>
      <tbody>
        {tasks.map((task) => (
          <tr key={`${task.domain}/${task.partition}`}>
            <th scope="row">
              {tx(run?.declarations[task.domain]?.label) || task.domain} / {task.partition}
            </th>
            <td class="num">{whole(task.produced, lang.value)}</td>
            <td class="num">{whole(task.folded, lang.value)}</td>
            <td class="num is-grey">{whole(task.duplicate, lang.value)}</td>
            <td class="num is-grey">{whole(task.late, lang.value)}</td>
            <td class="num is-grey">{whole(task.deadLetter, lang.value)}</td>
            <td class={`num ${task.unexplained === 0 ? 'is-grey' : 'tone-critical'}`}>
              {whole(task.unexplained, lang.value)}
            </td>
            <td class={task.chainEqual ? '' : 'tone-critical'} title={task.chain}>
              {task.chainEqual ? '✓ ' : '▲ '}
              <code>{task.chain.slice(0, 8)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
