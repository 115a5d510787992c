// Records that were read and fit nothing: which topic, why, how many and when the last one came.
import type { IgnoredView } from '../../../messages.ts'
import { hourMinuteSecond, whole } from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'
import type { WordKey } from '../../i18n/zh.ts'
import { Columns } from '../parts/columns.tsx'

export function IgnoredPart({ ignored }: { ignored: IgnoredView[] }) {
  if (ignored.length === 0) return <p class="is-grey">{t('engine.ignoredNone')}</p>
  const l = lang.value
  return (
    <table class="plain topics">
      <Columns
        titles={[
          t('engine.topic'),
          t('engine.ignoredReason'),
          t('engine.ignoredCount'),
          t('engine.ignoredLast'),
        ]}
        numbers={2}
      />
      <tbody>
        {ignored.map(({ topic, reason, count, last }) => (
          <tr key={`${topic} ${reason}`} title={last.detail}>
            <th scope="row">
              <code>{topic}</code>
            </th>
            <td>{t(`ignored.${reason}` as WordKey)}</td>
            <td class="num">{whole(count, l)}</td>
            <td class="num">{hourMinuteSecond(last.at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
