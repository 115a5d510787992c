// Copies text over any network: the clipboard API where a secure context has it, the older command elsewhere.
import { t } from '../../i18n/i18n.ts'

/** Resolves when the text is on the clipboard; rejects with what a person can do instead. */
export async function copyText(text: string): Promise<void> {
  // Absent over plain http from another machine, whatever the type says; there, or refused by a policy.
  const clipboard = navigator.clipboard as Clipboard | undefined
  try {
    if (clipboard) return await clipboard.writeText(text)
  } catch {
    // The older way needs no permission.
  }
  if (!copyBySelection(text)) {
    throw new Error(t('copy.refused'))
  }
}

/** What `document.execCommand('copy')` takes is what a field has selected; focus goes back to where it was. */
function copyBySelection(text: string): boolean {
  const focused = document.activeElement as HTMLElement | null
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.className = 'visually-hidden'
  // Inside an open dialog nothing outside of it may be focused.
  const place = focused?.closest('dialog') ?? document.body
  place.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  focused?.focus()
  return isCopied
}
