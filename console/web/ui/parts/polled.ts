// Reads again and again while a view is open; what the server keeps but does not stream.
import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../shell/context.ts'

const POLL_MS = 2_000

/** `atOnce` false: the page has shown itself before this is asked for the first time. */
type Polling = { everyMs?: number; atOnce?: boolean }

/** Null before the first answer; the last one stays when a read fails, and the page says so until one succeeds. */
export function usePolled<T>(
  name: string,
  read: () => Promise<T>,
  { everyMs = POLL_MS, atOnce = true }: Polling = {},
): T | null {
  const { store } = useApp()
  const [value, setValue] = useState<T | null>(null)
  useEffect(() => {
    let open = true
    let asking = false
    const again = async () => {
      // One at a time: where answers hang, waiting ones would take all connections.
      if (document.hidden || asking) return
      asking = true
      try {
        const next = await read()
        store.notices.trouble(name, null)
        if (open) setValue(() => next)
      } catch (error) {
        if (open) store.notices.trouble(name, (error as Error).message)
      } finally {
        asking = false
      }
    }
    if (atOnce) void again()
    const timer = setInterval(again, everyMs)
    return () => {
      open = false
      clearInterval(timer)
      store.notices.trouble(name, null)
    }
  }, [])
  return value
}
