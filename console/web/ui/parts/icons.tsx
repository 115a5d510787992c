// The few drawn signs of the page: the mark, the forms of map layers, tone glyphs.

/** Five petals: the project's mark. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      {[0, 72, 144, 216, 288].map((turn) => (
        <ellipse
          key={turn}
          cx="16"
          cy="8.2"
          rx="3.7"
          ry="5.8"
          transform={`rotate(${turn} 16 16)`}
        />
      ))}
      <circle cx="16" cy="16" r="2.4" />
    </svg>
  )
}

/** The form a domain's assets have on the map, in a tone's colour. */
export function Form({ shape, tone }: { shape: string; tone: string }) {
  return (
    <svg class={`form tone-${tone}`} viewBox="0 0 12 12" aria-hidden="true">
      {tone === 'critical' ? (
        <path d="M6 1.4 11 10.4H1Z" />
      ) : tone === 'offline' || tone === 'none' ? (
        <circle class="form-ring" cx="6" cy="6" r="3.8" />
      ) : shape === 'square' ? (
        <rect x="2.2" y="2.2" width="7.6" height="7.6" />
      ) : shape === 'diamond' ? (
        <path d="M6 .8 11.2 6 6 11.2.8 6Z" />
      ) : shape === 'cross' ? (
        <path d="M4.2 1h3.6v3.2H11v3.6H7.8V11H4.2V7.8H1V4.2h3.2Z" />
      ) : shape === 'hexagon' ? (
        <path d="M1 6 3.5 1.7h5L11 6 8.5 10.3h-5Z" />
      ) : shape === 'wedge' ? (
        <path d="M6 11 1 1.8h10Z" />
      ) : shape === 'bar' ? (
        <rect x="1" y="4" width="10" height="4.2" />
      ) : shape === 'pillar' ? (
        <rect x="3.9" y="1" width="4.2" height="10" />
      ) : shape === 'saltire' ? (
        <path transform="rotate(45 6 6)" d="M4.2 1h3.6v3.2H11v3.6H7.8V11H4.2V7.8H1V4.2h3.2Z" />
      ) : (
        <circle cx="6" cy="6" r="4.2" />
      )}
    </svg>
  )
}

const GLYPHS: Record<string, string> = {
  normal: '●',
  warning: '◆',
  critical: '▲',
  offline: '○',
  muted: '·',
}

/** ● ◆ ▲ ○: a tone without its colour. */
export const glyph = (tone: string): string => GLYPHS[tone] ?? ''

/** Tone of a plan status: colour is for what is abnormal. */
export function statusTone(status: string | null | undefined): string {
  if (status === 'missed') return 'critical'
  if (status === 'behind') return 'warning'
  if (status === 'no-data' || status === 'warming-up') return 'offline'
  return 'quiet'
}

export function statusGlyph(status: string | null | undefined): string {
  if (status === 'met') return '✓'
  if (status === 'ahead') return '▴'
  if (status === 'on-track') return '→'
  if (status === 'behind') return '◆'
  if (status === 'missed') return '▲'
  return '○'
}
