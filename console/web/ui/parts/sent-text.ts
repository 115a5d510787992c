// What became of a command that was sent: its phase in words, from when it counts, or why not.
import { hourMinuteSecond } from '../../i18n/format.ts'
import { t } from '../../i18n/i18n.ts'
import type { SentCommand } from '../../store/commands.ts'
import { errorText } from './error-text.ts'

export function sentText({ phase, error, effectiveAt }: SentCommand): string {
  if (phase === 'confirmed' && effectiveAt !== null) {
    const time = hourMinuteSecond(Date.parse(effectiveAt))
    return t('cmd.confirmed.at', { time })
  }
  return `${t(`cmd.${phase}`)} ${errorText(error)}`.trim()
}
