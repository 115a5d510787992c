// One recording's half of the page: its name and what it is, and its map.
import { useEffect, useRef, useState } from 'preact/hooks'
import { compact, quantityText } from '../../i18n/format.ts'
import { lang, tx } from '../../i18n/i18n.ts'
import { SvgMap } from '../map/svg-map.tsx'
import { AppContext, type AppState } from '../shell/context.ts'
import { say } from './words.ts'

const RUN_DIGITS = 10
const DIGEST_DIGITS = 8

type SideProps = { app: AppState; side: 'A' | 'B'; name: string; onFrame(frame: HTMLElement): void }

export function SideMap(props: SideProps) {
  const { app, side, name } = props
  return (
    <AppContext.Provider value={app}>
      <section class={`panel beside-side is-${side}`} aria-label={say('side', { side, name })}>
        <Caption {...props} />
        <SideFrame {...props} />
      </section>
    </AppContext.Provider>
  )
}

/** Which recording this is: its folder, its scenario, and by which digits it can be told from others. */
function Caption({ app, side, name }: SideProps) {
  const run = app.store.run.value
  const isLost = run !== null && app.store.connection.value.state === 'lost'
  return (
    <header class="beside-caption">
      <b class="beside-letter">{side}</b>
      <h2>{name}</h2>
      {run && (
        <p>
          {tx(run.title)} <span title={run.run}>{run.run.slice(0, RUN_DIGITS)}</span>{' '}
          <span title={run.digest}>
            {say('digest')} {run.digest.slice(0, DIGEST_DIGITS)}
          </span>{' '}
          <span>
            {say('scale')} {quantityText(run.scale, '1', lang.value)}
          </span>
        </p>
      )}
      {isLost && <p role="status">{say('lost', { side })}</p>}
    </header>
  )
}

function SideFrame({ app, side, onFrame }: SideProps) {
  const { store, state, map, still } = app
  const holder = useRef<HTMLDivElement>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const run = store.run.value
  const city = store.city.value
  const isReady = run !== null && city !== null
  useEffect(() => {
    if (!run || !city || !holder.current) return
    const container = holder.current
    let closed = false
    import('../../map/city-map.ts')
      .then(({ CityMap }) => {
        if (closed) return
        const said = { onHover() {}, onIdle() {}, onGraphics() {} }
        map.value = new CityMap({ ...{ container, store, state, run, city, still }, ...said })
        onFrame(container)
      })
      .catch(({ message }: Error) => {
        setFailed(message)
        store.pictureStands()
      })
    return () => {
      closed = true
      map.value?.destroy()
      map.value = null
    }
  }, [isReady, run?.epoch])
  const label = say('map', { side, n: compact(run?.assets ?? 0, lang.value) })
  const isThere = map.value !== null
  useEffect(() => {
    holder.current?.querySelector('canvas')?.setAttribute('aria-label', label)
  }, [isThere, label])
  return (
    <div class="map-panel beside-map">
      {failed === null ? <div ref={holder} class="map-holder" /> : <SvgMap />}
    </div>
  )
}
