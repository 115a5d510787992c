// The engine room: speed, rates and lag of the pipeline, its topics and tasks, and the way from send to pixel.
import { useEffect, useState } from 'preact/hooks'
import type { EngineView, TaskView, TopicView } from '../../../messages.ts'
import {
  bytes,
  compact,
  hourMinuteSecond,
  rateText,
  span,
  speedText,
  whole,
} from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'
import { Sparkline } from '../parts/charts.tsx'
import { Columns } from '../parts/columns.tsx'
import { Later } from '../parts/later.tsx'
import { usePolled } from '../parts/polled.ts'
import { Scroll } from '../parts/scroll.tsx'
import { TaskGrid } from '../proof/task-grid.tsx'
import { useApp } from '../shell/context.ts'
import { DemoButton } from '../shell/demo-bar.tsx'
import { otherEngine } from '../shell/timeline.tsx'
import { IgnoredPart } from './ignored-part.tsx'
import { LatencyPart } from './latency-part.tsx'

export function EngineRoom() {
  const { store } = useApp()
  const tasks = usePolled('ledger', store.api.ledger) ?? []
  const engine = usePolled('engine', store.api.engine)
  const run = store.run.value
  if (!run) return null
  return (
    <div class="view-columns view-engine">
      <section class="panel" aria-labelledby="engine-title">
        <div class="panel-head">
          <h2 id="engine-title">{t('engine.title')}</h2>
          <DemoButton capability="kill" />
        </div>
        <Scroll label={t('engine.title')}>
          {run.engine && <Later late={otherEngine} />}
          <Pipeline engine={engine} tasks={tasks} />
          <LagLine />
          <h3>{t('engine.topics')}</h3>
          <Topics topics={engine?.topics ?? []} />
          <h3>{t('engine.ignored')}</h3>
          <IgnoredPart ignored={engine?.ignored ?? []} />
        </Scroll>
      </section>
      <section class="panel" aria-labelledby="lag-title">
        <h2 id="lag-title">{t('engine.flow')}</h2>
        <Scroll label={t('engine.flow')}>
          <LatencyPart />
          <TaskGrid tasks={tasks} modes={['watermark', 'owner']} title={t('engine.tasksTitle')} />
          <h3>{t('engine.page')}</h3>
          <Page engine={engine} />
        </Scroll>
      </section>
    </div>
  )
}

function Pipeline({ engine, tasks }: { engine: EngineView | null; tasks: TaskView[] }) {
  const { store } = useApp()
  const clock = store.clock.value
  const health = store.health.value
  const l = lang.value
  if (!clock) return null
  const { loop, memoryBytes, stalls } = engine ?? {}
  return (
    <Figures
      list={[
        [t('engine.rate'), rateText(health?.eventsPerSecond, l)],
        [t('engine.speed'), `${speedText(clock.speed, l)} / ${speedText(clock.achieved, l)}`],
        [t('engine.lag'), span(health?.lagSimMs ?? 0, l)],
        [t('engine.horizon'), hourMinuteSecond(clock.horizon)],
        [t('engine.stalls'), stalls === undefined || stalls === null ? '–' : whole(stalls, l)],
        [t('engine.tasks'), whole(tasks.length, l)],
        [
          t('engine.loop'),
          loop ? `${whole(loop.p50, l)} / ${whole(loop.p99, l)} / ${whole(loop.max, l)} ms` : '–',
        ],
        [t('engine.memory'), memoryBytes === undefined ? '–' : bytes(memoryBytes, l)],
      ]}
    />
  )
}

const LAG_EVERY_MS = 1_000
const LAG_POINTS = 120

/** The lag of the last two minutes of this view: a pause of the processor is a peak. */
function LagLine() {
  const { store } = useApp()
  const [lags, setLags] = useState<number[]>([])
  useEffect(() => {
    const note = () => {
      const health = store.health.value
      if (health) setLags((list) => [...list, health.lagSimMs].slice(-LAG_POINTS))
    }
    note()
    const timer = setInterval(note, LAG_EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <div class="lag-line">
      <span>
        {t('engine.lagLine')}{' '}
        <small>{t('engine.lagMax', { value: span(Math.max(0, ...lags), lang.value) })}</small>
      </span>
      <Sparkline values={lags} label={t('engine.lagLine')} />
    </div>
  )
}

function Topics({ topics }: { topics: TopicView[] }) {
  if (topics.length === 0) return <p class="is-grey">{t('conf.warming-up')}</p>
  const l = lang.value
  return (
    <table class="plain topics">
      <Columns
        titles={[
          t('engine.topic'),
          t('engine.partitions'),
          t('engine.held'),
          t('engine.perSecond'),
          t('engine.unread'),
        ]}
        numbers={1}
      />
      <tbody>
        {topics.map((topic) => (
          <tr key={topic.topic}>
            <th scope="row">
              <code>{topic.topic}</code>
            </th>
            <td class="num is-muted">{whole(topic.partitions, l)}</td>
            <td class="num is-muted">{compact(topic.held, l)}</td>
            <td class="num">{topic.perSecond === null ? '–' : whole(topic.perSecond, l)}</td>
            <td class="num">{topic.lag === null ? '' : whole(topic.lag, l)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Page({ engine }: { engine: EngineView | null }) {
  const { store, connection, map, tick } = useApp()
  void tick.value
  const l = lang.value
  const { counters } = connection
  const clients = engine?.clients ?? []
  const slow = clients.filter((c) => c.waiting > 0).length
  return (
    <Figures
      list={[
        [t('engine.clients'), whole(store.health.value?.clients ?? 0, l)],
        [t('engine.slow'), whole(slow, l)],
        [t('engine.frames'), whole(counters.frames, l)],
        [t('engine.bytes'), bytes(counters.bytes, l)],
        [t('engine.changes'), whole(store.entities.value?.counters.changes ?? 0, l)],
        [t('engine.drawn'), whole(map.value?.pointCounters()?.drawn ?? 0, l)],
        [t('engine.reconnects'), whole(counters.reconnects, l)],
      ]}
    />
  )
}

const Figures = ({ list }: { list: [string, string][] }) => (
  <dl class="figures">
    {list.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
)
