// A part of a panel that scrolls by itself; reachable by keyboard, because otherwise its lower half is not.
import type { ComponentChildren } from 'preact'

type ScrollProps = { label: string; class?: string; children: ComponentChildren }

export function Scroll({ label, class: name = 'scroll', children }: ScrollProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region without focus cannot be scrolled by keys
    // biome-ignore lint/a11y/useSemanticElements: a group, and no landmark: the panel around it has that name already
    <div class={name} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}
