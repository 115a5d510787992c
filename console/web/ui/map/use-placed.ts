// Puts an element of the map's frame in its place.
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** For the element's `ref`; in px. Through the DOM: the content security policy allows no style attributes in markup. */
export function usePlaced<E extends HTMLElement>(x: number, y: number): RefObject<E | null> {
  const ref = useRef<E>(null)
  useEffect(() => {
    if (ref.current) ref.current.style.transform = `translate(${x}px, ${y}px)`
  }, [x, y])
  return ref
}
