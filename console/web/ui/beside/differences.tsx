// Where the two recordings differ: marks over the track of the transport bar, the ways to them, and a sentence.
import type { BesideDifferences, ReplayBeside, ReplayView } from '../../../messages.ts'
import { hourMinute, hourMinuteSecond, whole } from '../../i18n/format.ts'
import { lang } from '../../i18n/i18n.ts'
import { say } from './words.ts'

const FIRST = 'M5 3h2v18H5zM8 4h11l-3 4 3 4H8z'
const NEXT = 'M3 5l7 7-7 7zM12 5l7 7-7 7zM20 5h2v14h-2z'

/** Over the replay's own track. */
export function DifferenceMarks(props: { of: BesideDifferences | null; replay: ReplayView }) {
  const { of, replay } = props
  if (!of) return null
  const place = (time: number) => `${(100 * (time - replay.from)) / (replay.to - replay.from)}%`
  const most = Math.max(1, ...of.windows.map(({ cells }) => cells))
  return (
    <>
      {of.windows.map(({ end, cells }) => (
        <span
          key={end}
          class={`beside-window ${cells * 2 > most ? 'is-many' : ''}`}
          style={{ left: place(end) }}
          title={say('windowMark', { time: hourMinute(end), n: cells })}
        />
      ))}
      {of.first && (
        <span
          class="beside-first"
          style={{ left: place(of.first.at) }}
          title={say('firstMark', { time: timeOf(of.first) })}
        />
      )}
    </>
  )
}

const timeOf = ({ time, at }: NonNullable<BesideDifferences['first']>) =>
  hourMinuteSecond(time ?? at)

export function DifferenceButtons(props: {
  of: BesideDifferences | null
  first(): void
  window(isBack: boolean): void
}) {
  const { of, first, window } = props
  const isNone = !of?.windows.length
  return (
    <>
      <button
        type="button"
        class="beside-go"
        aria-keyshortcuts="J"
        title={`${say('first')} (J)`}
        disabled={!of?.first}
        onClick={first}
      >
        <Icon d={FIRST} /> {say('first')}
      </button>
      <button
        type="button"
        aria-label={say('lastWindow')}
        aria-keyshortcuts="Shift+U"
        title={`${say('lastWindow')} (⇧U)`}
        disabled={isNone}
        onClick={() => window(true)}
      >
        <Icon d={NEXT} isBack />
      </button>
      <button
        type="button"
        aria-label={say('nextWindow')}
        aria-keyshortcuts="U"
        title={`${say('nextWindow')} (U)`}
        disabled={isNone}
        onClick={() => window(false)}
      >
        <Icon d={NEXT} />
      </button>
    </>
  )
}

const Icon = ({ d, isBack }: { d: string; isBack?: boolean }) => (
  <svg viewBox="0 0 24 24" aria-hidden="true" class={`replay-icon ${isBack ? 'is-back' : ''}`}>
    <path d={d} />
  </svg>
)

/** What `huacheng diff` says, in one sentence. */
export function differenceSentence({ differences, problem }: ReplayBeside): string {
  if (problem !== null) return say('failed', { error: problem })
  if (!differences) return say('comparing')
  const { first, lanes, differingLanes, cells, differingCells } = differences
  const count = (n: number) => whole(n, lang.value)
  const counts = {
    lanes: count(lanes),
    n: count(differingLanes),
    m: count(differingCells),
    cells: count(cells),
  }
  if (first) {
    const { lane, key } = first
    return say('differ', { time: timeOf(first), lane, key: key ?? '–', ...counts })
  }
  return say(differingCells > 0 ? 'onlyCells' : 'alike', counts)
}
