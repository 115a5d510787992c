// What one page says: so many messages a second, understood or refused, and acted upon.
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../infra/clock.ts'
import type { ClientMessage } from '../../messages.ts'
import type { ConsoleCommands } from '../commands/commands.ts'
import type { Presentation } from '../commands/stage.ts'
import { createAllowance, readClientMessage } from './client-message.ts'
import { INTERNAL, POLICY } from './client-socket.ts'
import type { LiveClient } from './live-client.ts'

export type InboxContext = {
  commands: ConsoleCommands
  stage: Pick<Presentation, 'take'>
  clock: Clock
  logger: FastifyBaseLogger
  messagesPerSecond: number
}

export class Inbox {
  readonly #client: LiveClient
  readonly #commands: ConsoleCommands
  readonly #stage: InboxContext['stage']
  readonly #logger: FastifyBaseLogger
  readonly #messagesPerSecond: number
  readonly #isAllowed: () => boolean

  constructor(client: LiveClient, context: InboxContext) {
    const { commands, stage, clock, logger, messagesPerSecond } = context
    this.#stage = stage
    this.#client = client
    this.#commands = commands
    this.#logger = logger
    this.#messagesPerSecond = messagesPerSecond
    this.#isAllowed = createAllowance(messagesPerSecond, clock.now)
  }

  /** Never throws; whoever breaks the rules, or the server, is disconnected. */
  take(bytes: Buffer, isBinary: boolean): void {
    const { socket } = this.#client
    if (!socket.isOpen) return
    try {
      const problem = this.#problemWith(bytes, isBinary)
      if (problem !== null) socket.end('policy', POLICY, problem)
    } catch (error) {
      // One client's message is that client's affair: the others, and the process, go on.
      this.#logger.error({ address: socket.address, err: error }, 'a message on the socket failed')
      socket.end('failed', INTERNAL, 'message: the server failed; its log says why')
    }
  }

  #problemWith(bytes: Buffer, isBinary: boolean): string | null {
    if (!this.#isAllowed()) {
      return `messages: more than ${this.#messagesPerSecond} per second; send fewer`
    }
    if (isBinary) return 'message: binary, expected JSON text'
    const read = readClientMessage(bytes)
    if ('problem' in read) return read.problem
    this.#act(read.message)
    return null
  }

  #act(message: ClientMessage): void {
    if (message.op === 'ack') this.#client.onAck(message.seq)
    else if (message.op === 'subscribe') this.#client.onSubscribe(message.maxHz, message.frames)
    else if (message.op === 'stage') this.#stage.take(message)
    else {
      const { op: _op, ...command } = message
      this.#commands.submit(command, 'console').then(
        ({ status: _status, ...result }) => {
          this.#client.socket.send('result', JSON.stringify({ op: 'result', ...result }))
        },
        (error: unknown) => this.#logger.error({ err: error }, 'command failed'),
      )
    }
  }
}
