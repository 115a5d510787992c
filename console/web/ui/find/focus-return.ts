// Where the focus goes when something closes: back to where it came from, never to nowhere.
import { useEffect } from 'preact/hooks'

/** For a panel that opens over or in place of another one. */
export function useFocusReturn(): void {
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null
    return () => {
      // After what replaces this is drawn; a focus that somebody moved on purpose stays.
      requestAnimationFrame(() => {
        if (document.activeElement && document.activeElement !== document.body) return
        const isThere = before?.isConnected && before !== document.body
        const to = isThere ? before : document.getElementById('main')
        to?.focus({ preventScroll: true })
      })
    }
  }, [])
}
