// A machine that stood still pauses the run: it goes on, for nothing is measured of a city that stands.
import type { RunView } from '../../console/messages.ts'
import { realClock } from '../../infra/clock.ts'

/** `url` of a console. */
export async function keepRunning(url: string): Promise<void> {
  const { clock } = (await (await fetch(new URL('api/run', `${url}/`))).json()) as RunView
  if (clock.status !== 'paused') return
  const command = { id: `load-${realClock.now()}`, name: 'clock.resume', args: {} }
  const headers = { 'content-type': 'application/json', origin: new URL(url).origin }
  const body = JSON.stringify(command)
  await fetch(new URL('api/commands', `${url}/`), { method: 'POST', headers, body })
}
