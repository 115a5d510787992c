// Admission by token: where the token is kept, and a socket that first fetches a ticket.
import { describe, expect, it, vi } from 'vitest'
import type { Socket } from '../../../../../console/web/store/connection/connection.ts'
import {
  TicketSocket,
  takeToken,
} from '../../../../../console/web/store/connection/ticket-socket.ts'

function fakeSocket(): Socket & { sent: string[] } {
  const sent: string[] = []
  return {
    sent,
    binaryType: '',
    send: (text) => sent.push(text),
    close() {},
    onopen: null,
    onmessage: null,
    onclose: null,
  }
}

describe('a ticket socket', () => {
  it('opens the real socket with the ticket and passes everything on', async () => {
    const real = fakeSocket()
    const opened: string[] = []
    const socket = new TicketSocket(
      async () => 'once',
      (ticket) => {
        opened.push(ticket)
        return real
      },
    )
    const heard: string[] = []
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => heard.push('open')
    socket.onmessage = ({ data }) => heard.push(String(data))
    socket.onclose = () => heard.push('close')
    await vi.waitFor(() => expect(opened).toEqual(['once']))
    real.onopen?.()
    real.onmessage?.({ data: 'hi' })
    socket.send('ack')
    real.onclose?.()
    expect([heard, real.sent, real.binaryType]).toEqual([
      ['open', 'hi', 'close'],
      ['ack'],
      'arraybuffer',
    ])
  })

  it('counts as closed when no ticket comes', async () => {
    const closed = vi.fn()
    const socket = new TicketSocket(
      () => Promise.reject(new Error('status 401')),
      () => fakeSocket(),
    )
    socket.onclose = closed
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce())
  })

  it('opens nothing after it was closed', async () => {
    const open = vi.fn(fakeSocket)
    const socket = new TicketSocket(async () => 'late', open)
    socket.close()
    await Promise.resolve()
    await Promise.resolve()
    expect(open).not.toHaveBeenCalled()
  })
})

describe('takeToken', () => {
  it('takes the token out of the hash and keeps it for the tab', () => {
    const kept = new Map<string, string>()
    const store = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
    expect(takeToken('#lang=en', store)).toEqual({ token: null, hash: '#lang=en' })
    expect(takeToken('#token=secret&lang=en', store)).toEqual({ token: 'secret', hash: '#lang=en' })
    expect(takeToken('', store)).toEqual({ token: 'secret', hash: '' })
  })
})
