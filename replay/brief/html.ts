// Markup whose every inserted text is text, whoever wrote it.

/** Made by `html` alone. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Inserted = string | number | Markup | null | Inserted[]

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** Control characters, and those that turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

export function html(parts: TemplateStringsArray, ...values: Inserted[]): Markup {
  return new Markup(parts.map((part, i) => (i === 0 ? '' : textOf(values[i - 1])) + part).join(''))
}

function textOf(value: Inserted): string {
  if (value === null) return ''
  if (value instanceof Markup) return value.text
  if (Array.isArray(value)) return value.map(textOf).join('')
  return String(value)
    .replace(UNSEEN, ' ')
    .replace(/[&<>"']/g, (letter) => ESCAPES[letter])
}
