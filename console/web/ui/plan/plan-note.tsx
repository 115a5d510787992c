// What every reader of targets and values must know, in the words of the plan itself.
import { lang, t } from '../../i18n/i18n.ts'
import { useApp } from '../shell/context.ts'

/** The Chinese sentence stands in every language: it is the one that officials know. */
export function PlanNote({ strong = false }: { strong?: boolean }) {
  const notice = useApp().store.run.value?.plan.notice
  const text = notice && (lang.value === 'zh' ? notice.zh : `${notice.zh} · ${notice.en}`)
  return <p class={strong ? 'note note-strong' : 'note'}>{text ?? t('plan.note')}</p>
}
