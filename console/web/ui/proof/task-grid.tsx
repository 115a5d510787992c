// One cell per task, domains by topic-partitions: counts, chains, watermarks or owners; only what is wrong has a colour.
import { useState } from 'preact/hooks'
import type { TaskView } from '../../../messages.ts'
import { hourMinuteSecond, span, whole } from '../../i18n/format.ts'
import { lang, t, tx, type WordKey } from '../../i18n/i18n.ts'
import { isTaskBroken } from '../../store/ledger.ts'
import { Scroll } from '../parts/scroll.tsx'
import { useApp } from '../shell/context.ts'

export type GridMode = 'count' | 'chain' | 'watermark' | 'owner'

const WORDS: Record<GridMode, WordKey> = {
  count: 'grid.count',
  chain: 'grid.chain',
  watermark: 'grid.watermark',
  owner: 'grid.owner',
}
const CHAIN_DIGITS = 6

type Last = { word: WordKey; text(own: TaskView[]): string }

/** What the last column says of a domain's tasks together; `horizon` = sim ms that the city has reached. */
const LAST: Partial<Record<GridMode, (horizon: number) => Last>> = {
  count: () => ({
    word: 'grid.sum',
    text: (own) =>
      whole(
        own.reduce((sum, task) => sum + task.produced, 0),
        lang.value,
      ),
  }),
  watermark: (horizon) => ({
    word: 'health.lag',
    text(own) {
      const slowest = Math.min(...own.map((task) => Date.parse(task.watermark)))
      return own.length === 0 ? '–' : span(horizon - slowest, lang.value)
    },
  }),
}

export function TaskGrid(props: { tasks: TaskView[]; modes: GridMode[]; title: string }) {
  const { tasks, modes, title } = props
  const { store } = useApp()
  const [mode, setMode] = useState(modes[0])
  const run = store.run.value
  if (!run) return null
  const owners = [...new Set(tasks.map((task) => task.owner ?? ''))].sort()
  const partitions = Array.from({ length: run.partitions }, (_, p) => p)
  const domains = Object.keys(run.declarations).sort()
  const horizon = store.clock.value?.horizon ?? 0
  const last = LAST[mode]?.(horizon)
  const byPlace = new Map(tasks.map((task) => [`${task.domain}/${task.partition}`, task]))
  return (
    <>
      <div class="grid-head">
        <h3>{title}</h3>
        {modes.length > 1 && (
          <fieldset class="segmented" aria-label={title}>
            {modes.map((m) => (
              <button key={m} type="button" aria-pressed={m === mode} onClick={() => setMode(m)}>
                {t(WORDS[m])}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      <Scroll label={title} class="grid-scroll">
        <table class="task-grid">
          <thead>
            <tr>
              <th scope="col">{t('engine.domain')}</th>
              {partitions.map((p) => (
                <th key={p} scope="col" class="num">
                  {p}
                </th>
              ))}
              {last && (
                <th scope="col" class="num grid-sum">
                  {t(last.word)}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {domains.map((domain) => (
              <tr key={domain}>
                <th scope="row">{tx(run.declarations[domain].label)}</th>
                {partitions.map((p) => (
                  <Cell key={p} task={byPlace.get(`${domain}/${p}`)} mode={mode} owners={owners} />
                ))}
                {last && (
                  <td class="num grid-sum">
                    {last.text(tasks.filter((task) => task.domain === domain))}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {mode === 'owner' && (
        <p class="note grid-owners">
          {owners.map((owner, i) => (
            <span key={owner}>
              <b>{letter(i)}</b> {owner || t('grid.unknown')} · {count(tasks, owner)}
            </span>
          ))}
        </p>
      )}
    </>
  )
}

function Cell(props: { task: TaskView | undefined; mode: GridMode; owners: string[] }) {
  const { task, mode, owners } = props
  if (!task) return <td class="num is-grey">–</td>
  const broken = (mode === 'count' || mode === 'chain') && isTaskBroken(task)
  return (
    <td class={`num ${broken ? 'tone-critical' : ''}`} title={hint(task)}>
      {broken && (
        <>
          <span aria-hidden="true">▲</span>
          <span class="visually-hidden">{t('proof.unbalanced')}</span>
        </>
      )}
      {mode === 'count' && whole(task.produced, lang.value)}
      {/* The chain of nothing is the same everywhere: side by side it would look like a mistake. */}
      {mode === 'chain' &&
        (task.produced > 0 ? <code>{task.chain.slice(0, CHAIN_DIGITS)}</code> : '–')}
      {mode === 'watermark' && hourMinuteSecond(Date.parse(task.watermark))}
      {mode === 'owner' && letter(owners.indexOf(task.owner ?? ''))}
    </td>
  )
}

const letter = (i: number): string => String.fromCharCode(65 + (i % 26))

const count = (tasks: TaskView[], owner: string): string =>
  t('grid.tasks', { n: tasks.filter((task) => (task.owner ?? '') === owner).length })

/** Everything of a task, for the pointer; the lists below say it for everybody. */
function hint(task: TaskView): string {
  const n = (value: number) => whole(value, lang.value)
  return [
    `${task.domain}/${task.partition}`,
    `${t('proof.produced')} ${n(task.produced)}`,
    `${t('proof.folded')} ${n(task.folded)}`,
    `${t('proof.duplicate')} ${n(task.duplicate)}`,
    `${t('proof.late')} ${n(task.late)}`,
    `${t('proof.deadLetter')} ${n(task.deadLetter)}`,
    `${t('proof.unexplained')} ${n(task.unexplained)}`,
    `${t('proof.chain')} ${task.chain.slice(0, 16)}…`,
    `${t('lineage.watermark')} ${hourMinuteSecond(Date.parse(task.watermark))}`,
    task.owner ?? '',
  ].join('\n')
}
