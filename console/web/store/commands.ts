// Operators' commands from pending to confirmed: a command counts only when the stream shows its effect.
import { signal } from '@preact/signals'
import type { ClientMessage } from '../../messages.ts'

export type CommandPhase = 'sent' | 'accepted' | 'confirmed' | 'refused'

export type SentCommand = {
  id: string
  name: string
  target?: string
  args: Record<string, unknown>
  phase: CommandPhase
  error: string | null
  at: number
}

/** Names of the run's own commands (design.md §5). */
export const CLOCK_SPEED = 'clock.speed'
export const CLOCK_PAUSE = 'clock.pause'
export const CLOCK_RESUME = 'clock.resume'
export const RUN_RESTART = 'run.restart'

/** Errors that this page finds itself; it has words for them. */
export const OFFLINE = 'offline'
export const UNKNOWN = 'unknown'

const KEPT = 20

export type Commands = ReturnType<typeof createCommands>

export function createCommands(
  send: (message: ClientMessage) => boolean,
  now: () => number,
  newId: () => string,
) {
  const sent = signal<SentCommand[]>([])

  function change(id: string, update: Partial<SentCommand>): void {
    sent.value = sent.value.map((c) => (c.id === id ? { ...c, ...update } : c))
  }

  return {
    /** Newest last. */
    sent,
    /** Sends a command; returns its id, by which results arrive. */
    issue(name: string, args: Record<string, unknown> = {}, target?: string): string {
      const id = newId()
      const message = { op: 'cmd' as const, id, name, args, ...(target ? { target } : {}) }
      const ok = send(message)
      const command: SentCommand = {
        id,
        name,
        args,
        ...(target ? { target } : {}),
        phase: ok ? 'sent' : 'refused',
        error: ok ? null : OFFLINE,
        at: now(),
      }
      sent.value = [...sent.value, command].slice(-KEPT)
      return id
    },
    /** The server took or refused it; the effect is still to come. */
    answered(id: string, ok: boolean, error?: string): void {
      const known = sent.value.find((c) => c.id === id)
      if (known?.phase !== 'sent') return
      change(id, ok ? { phase: 'accepted' } : { phase: 'refused', error: error ?? '' })
    },
    /** The stream says what became of it. */
    resulted(id: string, ok: boolean, error?: string): void {
      change(
        id,
        ok ? { phase: 'confirmed', error: null } : { phase: 'refused', error: error ?? '' },
      )
    },
    /** The connection was another one until now: what was said of open commands meanwhile is not known. */
    interrupted(): void {
      for (const { id, phase } of sent.value) {
        if (phase === 'sent' || phase === 'accepted') {
          change(id, { phase: 'refused', error: UNKNOWN })
        }
      }
    },
    /** Confirms open commands whose effect `seen` recognises in the stream. */
    confirm(seen: (command: SentCommand) => boolean): void {
      for (const command of sent.value) {
        if ((command.phase === 'sent' || command.phase === 'accepted') && seen(command)) {
          change(command.id, { phase: 'confirmed' })
        }
      }
    },
    /** The newest command of these names that is still open. */
    open(...names: string[]): SentCommand | null {
      return (
        sent.value.findLast(
          (c) => names.includes(c.name) && (c.phase === 'sent' || c.phase === 'accepted'),
        ) ?? null
      )
    },
  }
}
