// A part of a panel that scrolls by itself; reachable by keyboard, because otherwise its lower half is not.
import type { ComponentChildren } from 'preact'

export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region without focus cannot be scrolled by keys
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
