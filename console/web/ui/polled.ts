// Reads again and again while a view is open; what the server keeps but does not stream.
import { useEffect, useState } from 'preact/hooks'
import { useApp } from './context.ts'

const POLL_MS = 2_000

/** Null before the first answer; the last one stays when a read fails, and the page says so. */
export function usePolled<T>(read: () => Promise<T>): T | null {
  const { store } = useApp()
  const [value, setValue] = useState<T | null>(null)
  useEffect(() => {
    let open = true
    const again = () => {
      if (document.hidden) return
      read().then(
        (next) => open && setValue(() => next),
        (error: Error) => store.problem(error.message),
      )
    }
    again()
    const timer = setInterval(again, POLL_MS)
    return () => {
      open = false
      clearInterval(timer)
    }
  }, [])
  return value
}
