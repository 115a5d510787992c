// The last commands of anybody in one line, and the ones before on request: when, who, what, and whether it counts yet.
import { useEffect, useState } from 'preact/hooks'
import type { TwinChoices } from '../../../messages.ts'
import { hourMinuteSecond } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { INCIDENT_START } from '../../store/incidents.ts'
import { sentText } from '../parts/sent-text.ts'
import { useApp, useSame } from '../shell/context.ts'
import { type CommandRow, type CommandState, commandRows } from './command-rows.ts'

const SHOWN = 8
/** Signs beside the words: what it means must not hang on colour. */
const GLYPHS: Record<CommandState, string> = { open: '○', due: '◌', done: '●', refused: '▲' }

export function CommandLog() {
  const { store } = useApp()
  const accepted = useAccepted()
  const rows = useSame(() =>
    commandRows(store.commands.sent.value, accepted, store.clock.value?.horizon ?? 0),
  )
  const [newest, ...before] = rows
  if (!newest) return null
  return (
    <section class="panel command-log" aria-label={t('log.title')}>
      <details>
        <summary>
          <b>{t('log.title')}</b>{' '}
          <span aria-live="polite">
            <Line row={newest} />
          </span>
        </summary>
        <ol>
          {before.slice(0, SHOWN).map((row) => (
            <li key={row.id}>
              <Line row={row} />
            </li>
          ))}
        </ol>
        <p class="is-muted">{t('log.list', { n: rows.length })}</p>
      </details>
    </section>
  )
}

/** What the run accepted, read anew whenever the stream says what became of a command. */
function useAccepted(): TwinChoices['commands'] {
  const { store } = useApp()
  const [known, setKnown] = useState<{ epoch: number; commands: TwinChoices['commands'] }>()
  const epoch = store.run.value?.epoch
  const told = store.commands.told.value
  const isLive = store.connection.value.state === 'live'
  useEffect(() => {
    // Nobody acted while this page looks on, and a page that opens has more to ask for.
    if (epoch === undefined || !isLive) return
    let isWanted = true
    const timer = setTimeout(() => {
      store.api
        .twinChoices()
        .then(({ commands }) => isWanted && setKnown({ epoch, commands }))
        .catch(() => {}) // what this page sent is listed all the same
    }, AFTER_MS)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [epoch, told, isLive])
  return known?.epoch === epoch ? (known?.commands ?? []) : []
}

/** One read for several answers, and none in the way of the first picture. */
const AFTER_MS = 1_500

function Line({ row }: { row: CommandRow }) {
  const { name, target, by, state, from, sent } = row
  const time = from === null ? '' : hourMinuteSecond(from)
  const words = {
    ...{ open: t('log.open'), due: t('log.due', { time }), done: t('log.done', { time }) },
    refused: sent ? sentText(sent) : '',
  }
  return (
    <>
      <span class={state === 'refused' ? 'tone-warning' : ''}>{GLYPHS[state]}</span>{' '}
      {useName(name, sent?.args)} {target ?? ''} <span class="is-muted">{by ?? t('log.you')}</span>{' '}
      · {words[state]}
    </>
  )
}

/** A command's declared words; what nobody declared is called by its name. */
function useName(name: string, args: Record<string, unknown> = {}): string {
  const run = useApp().store.run.value
  if (!run) return name
  if (name === INCIDENT_START) {
    const kind = run.incidents.find((one) => one.kind === args.kind)
    return kind ? `${t('incident.start')} ${tx(kind.label)}` : t('incident.inject')
  }
  const declared = Object.values(run.declarations).flatMap(({ commands }) => commands)
  const label = declared.find((command) => command.name === name)?.label
  return label ? tx(label) : name
}
