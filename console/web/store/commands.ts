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
  /** Sim time from which it counts, once that is known. */
  effectiveAt: string | null
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

const isOpen = ({ phase }: SentCommand): boolean => phase === 'sent' || phase === 'accepted'

export class SentCommands {
  /** Newest last. */
  readonly sent = signal<SentCommand[]>([])
  /** Grows with every answer that the stream brings, whoever asked. */
  readonly told = signal(0)
  readonly #send: (message: ClientMessage) => boolean
  readonly #now: () => number
  readonly #newId: () => string

  constructor(send: (message: ClientMessage) => boolean, now: () => number, newId: () => string) {
    this.#send = send
    this.#now = now
    this.#newId = newId
  }

  /** Sends a command; returns its id, by which results arrive. */
  issue(name: string, args: Record<string, unknown> = {}, target?: string): string {
    const id = this.#newId()
    const asked = { id, name, args, ...(target ? { target } : {}) }
    const ok = this.#send({ op: 'cmd', ...asked })
    const command: SentCommand = {
      ...asked,
      phase: ok ? 'sent' : 'refused',
      error: ok ? null : OFFLINE,
      effectiveAt: null,
      at: this.#now(),
    }
    this.sent.value = [...this.sent.value, command].slice(-KEPT)
    return id
  }

  /** The server took or refused it; the effect is still to come. */
  answered(id: string, ok: boolean, error?: string): void {
    const known = this.sent.value.find((c) => c.id === id)
    if (known?.phase !== 'sent') return
    this.#change(id, ok ? { phase: 'accepted' } : { phase: 'refused', error: error ?? '' })
  }

  /** The stream says what became of it. */
  resulted(id: string, ok: boolean, error?: string, effectiveAt?: string): void {
    this.told.value++
    const refused = { phase: 'refused', error: error ?? '' } as const
    const confirmed = { phase: 'confirmed', error: null, effectiveAt: effectiveAt ?? null } as const
    this.#change(id, ok ? confirmed : refused)
  }

  /** The connection was another one until now: what was said of open commands meanwhile is not known. */
  interrupted(): void {
    for (const command of this.sent.value) {
      if (isOpen(command)) this.#change(command.id, { phase: 'refused', error: UNKNOWN })
    }
  }

  /** Confirms open commands whose effect `seen` recognises in the stream. */
  confirm(seen: (command: SentCommand) => boolean): void {
    for (const command of this.sent.value) {
      if (isOpen(command) && seen(command)) this.#change(command.id, { phase: 'confirmed' })
    }
  }

  /** The newest command of these names that is still open. */
  open(...names: string[]): SentCommand | null {
    return this.sent.value.findLast((c) => names.includes(c.name) && isOpen(c)) ?? null
  }

  #change(id: string, update: Partial<SentCommand>): void {
    this.sent.value = this.sent.value.map((c) => (c.id === id ? { ...c, ...update } : c))
  }
}
