// The last line of a form that sends a command: its button, and what became of what was sent.
import type { SentCommand } from '../../store/commands.ts'
import { sentText } from '../parts/sent-text.ts'

export function SendLine(props: {
  label: string
  disabled: boolean
  sent: SentCommand | undefined
}) {
  const { label, disabled, sent } = props
  return (
    <div class="command-send">
      <button type="submit" class="primary" disabled={disabled}>
        {label}
      </button>
      <span aria-live="polite" class={sent?.phase === 'refused' ? 'problem' : ''}>
        {sent ? sentText(sent) : ''}
      </span>
    </div>
  )
}
