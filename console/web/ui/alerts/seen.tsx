// Whether somebody has seen an alert or a finding, whose it is, what is being done, and the buttons that say so to every page.
import { useState } from 'preact/hooks'
import type { Acknowledgement, RunView } from '../../../messages.ts'
import { hourMinute } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import type { PageStore } from '../../store/store.ts'
import { useApp } from '../shell/context.ts'
import { handlingOf } from './handling.ts'

const LONGEST_NAME = 60

export const knownOf = (store: PageStore, id: string): Acknowledgement | undefined =>
  store.acknowledgements.value.find((known) => known.id === id)

/** 「 · 新」, or who acknowledged it and when, whose it is, and which command is about it. */
export function Seen({ id }: { id: string }) {
  const { store } = useApp()
  const run = store.run.value
  const known = knownOf(store, id)
  if (!known) return <b class="alert-new"> · {t('alerts.state.new')}</b>
  const { command, by, to, simTime } = known
  const at = (time: string) => hourMinute(Date.parse(time))
  // Who commands has seen: then only what is done is said.
  const seen =
    command && by === null && command.simTime === simTime
      ? []
      : [`${t('alerts.seen', { time: at(simTime) })}${by === null ? '' : ` ${by}`}`]
  const given = to === null ? [] : [t('alerts.assigned', { name: to })]
  return (
    <span>
      {' '}
      ·{' '}
      {command && (
        <>
          <b>{t(`alerts.state.${handlingOf(true, known)}`)}</b> {at(command.simTime)}{' '}
          {commandLabel(run, command.name)}
          {seen.length + given.length > 0 && ' · '}
        </>
      )}
      {[...seen, ...given].join(' · ')}
    </span>
  )
}

function commandLabel(run: RunView | null, name: string): string {
  const declared = Object.values(run?.declarations ?? {}).flatMap(({ commands }) => commands)
  return tx(declared.find((command) => command.name === name)?.label) || name
}

/** While nobody has seen it: that somebody has; from then on whose it is. */
export function Acknowledge({ id }: { id: string }) {
  const { store } = useApp()
  if (knownOf(store, id)) return <Assign id={id} />
  return (
    <button
      type="button"
      class="alert-seen"
      aria-keyshortcuts="X"
      title={`${t('alerts.acknowledge')} (X)`}
      onClick={() => store.acknowledge(id)}
    >
      {t('alerts.acknowledge')}
    </button>
  )
}

function Assign({ id }: { id: string }) {
  const { store } = useApp()
  const [isOpen, setOpen] = useState(false)
  if (!isOpen) {
    return (
      <button type="button" onClick={() => setOpen(true)}>
        {t('alerts.assign')}
      </button>
    )
  }
  return (
    <form
      class="alert-assign"
      onSubmit={(event) => {
        event.preventDefault()
        const name = new FormData(event.currentTarget).get('to')
        store.assign(id, String(name))
        setOpen(false)
      }}
      onKeyDown={(event) => {
        if (event.code !== 'Escape') return
        event.stopPropagation()
        setOpen(false)
      }}
    >
      <input
        name="to"
        aria-label={t('alerts.assign.to')}
        placeholder={t('alerts.assign.to')}
        maxLength={LONGEST_NAME}
        value={knownOf(store, id)?.to ?? ''}
        ref={(input) => input?.focus()}
      />
    </form>
  )
}
