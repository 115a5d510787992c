// A part of the page that is fetched when it is first wanted, or a little before: what everybody waits for stays small.
import type { ComponentChildren, ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../../i18n/i18n.ts'
import { useApp } from '../shell/context.ts'

export type LatePart = {
  /** Null until it is there. */
  part: ComponentType | null
  fetch(): Promise<ComponentType>
}

/** The part `name` of what `load` fetches. */
export function latePart<Name extends string>(
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
): LatePart {
  const late: LatePart = {
    part: null,
    async fetch() {
      late.part ??= (await load())[name]
      return late.part
    },
  }
  return late
}

/** `meanwhile` is shown until it is there, and when it never comes. */
export function Later({ late, meanwhile }: { late: LatePart; meanwhile?: ComponentChildren }) {
  const { store } = useApp()
  const [Part, setPart] = useState(() => late.part)
  useEffect(() => {
    late
      .fetch()
      .then((part) => setPart(() => part))
      .catch((error: Error) => store.problem(error.message))
  }, [])
  if (Part) return <Part />
  return <>{meanwhile ?? <p class="note">{t('asset.loading')}</p>}</>
}
