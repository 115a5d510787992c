// The engine room: rates, lag and tasks of the pipeline, and what this page itself receives and draws.
import { bytes, hourMinuteSecond, span, speedText, whole } from '../i18n/format.ts'
import { lang, t, tx } from '../i18n/i18n.ts'
import { useApp } from './context.ts'
import { useTasks } from './proof.tsx'
import { Scroll } from './scroll.tsx'

export function EngineRoom() {
  const { store, connection, map, tick } = useApp()
  void tick.value
  const run = store.run.value
  const clock = store.clock.value
  const health = store.health.value
  const tasks = useTasks()
  if (!run || !clock) return null
  const l = lang.value
  const pipeline: [string, string][] = [
    [t('engine.rate'), whole(health?.eventsPerSecond ?? 0, l)],
    [t('engine.speed'), `${speedText(clock.speed, l)} / ${speedText(clock.achieved, l)}`],
    [t('engine.lag'), span(health?.lagSimMs ?? 0, l)],
    [t('engine.horizon'), hourMinuteSecond(clock.horizon, l)],
    [t('engine.tasks'), whole(tasks.length, l)],
    [t('engine.partitions'), whole(run.partitions, l)],
    [t('engine.assets'), whole(run.assets, l)],
    [t('engine.clients'), whole(health?.clients ?? 0, l)],
  ]
  const entities = store.entities.value
  const { counters } = connection
  const page: [string, string][] = [
    [t('engine.frames'), whole(counters.frames, l)],
    [t('engine.bytes'), bytes(counters.bytes, l)],
    [t('engine.changes'), whole(entities?.counters.changes ?? 0, l)],
    [t('engine.drawn'), whole(map.value?.pointCounters()?.drawn ?? 0, l)],
    [t('engine.reconnects'), whole(counters.reconnects, l)],
  ]
  return (
    <div class="view-columns">
      <section class="panel" aria-labelledby="engine-title">
        <h2 id="engine-title">{t('engine.title')}</h2>
        <Scroll label={t('engine.title')}>
          <Figures list={pipeline} />
          <h3>{t('engine.page')}</h3>
          <Figures list={page} />
        </Scroll>
      </section>
      <section class="panel" aria-labelledby="lag-title">
        <h2 id="lag-title">{t('engine.watermarks')}</h2>
        <Scroll label={t('engine.watermarks')}>
          <DomainLags />
        </Scroll>
      </section>
    </div>
  )

  function DomainLags() {
    const domains = [...new Set(tasks.map((task) => task.domain))]
    return (
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">{t('engine.domain')}</th>
            <th scope="col" class="num">
              {t('engine.tasks')}
            </th>
            <th scope="col" class="num">
              {t('engine.read')}
            </th>
            <th scope="col" class="num">
              {t('engine.slowest')}
            </th>
            <th scope="col" class="num">
              {t('health.lag')}
            </th>
          </tr>
        </thead>
        <tbody>
          {domains.map((domain) => {
            const own = tasks.filter((task) => task.domain === domain)
            const slowest = own.reduce((a, b) => (b.watermark < a.watermark ? b : a))
            const lag = (clock?.horizon ?? 0) - Date.parse(slowest.watermark)
            return (
              <tr key={domain}>
                <th scope="row">
                  {tx(run?.declarations[domain]?.label)} <code>{domain}</code>
                </th>
                <td class="num">{own.length}</td>
                <td class="num">
                  {whole(
                    own.reduce((sum, task) => sum + task.read, 0),
                    l,
                  )}
                </td>
                <td class="num">{slowest.partition}</td>
                <td class="num">{span(lag, l)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    )
  }
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
