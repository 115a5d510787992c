// The foot of a page over a recording; over two of them, the way to the page that shows both.
import { useEffect } from 'preact/hooks'
import { useApp } from '../shell/context.ts'
import { ReplayTransport } from './replay-transport.tsx'

export function ReplayBar() {
  const app = useApp()
  const base = app.store.run.value?.replay?.beside
  useEffect(() => {
    if (!base) return
    import('../beside/beside-page.tsx')
      .then(({ showBeside }) => showBeside(app, base))
      .catch((error: Error) => app.store.problem(error.message))
  }, [base])
  return <ReplayTransport />
}
