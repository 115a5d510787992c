// Why a command was refused: the server's own sentence, or the page's words for what it found itself.
import { t } from '../../i18n/i18n.ts'
import { OFFLINE, UNKNOWN } from '../../store/commands.ts'

export function errorText(error: string | null): string {
  if (error === OFFLINE) return t('cmd.offline')
  if (error === UNKNOWN) return t('cmd.unknown')
  return error ?? ''
}
