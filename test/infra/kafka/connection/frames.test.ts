// Answers put together from what reads bring, however they are cut.
import { expect, it } from 'vitest'
import { Frames } from '../../../../infra/kafka/connection/frames.ts'

function frame(length: number, fill: number): Buffer {
  const bytes = Buffer.alloc(4 + length, fill)
  bytes.writeInt32BE(length)
  return bytes
}

/** What is emitted when `stream` comes in pieces of these sizes, over and over, through one memory. */
function emitted(stream: Buffer, sizes: number[]): Buffer[] {
  const found: Buffer[] = []
  const frames = new Frames((bytes) => found.push(bytes))
  const memory = Buffer.alloc(Math.max(...sizes))
  for (let at = 0, i = 0; at < stream.length; i++) {
    const taken = stream.copy(memory, 0, at, at + sizes[i % sizes.length])
    frames.read(memory.subarray(0, taken))
    at += taken
  }
  return found
}

it.each([[[1]], [[3]], [[4]], [[5, 1, 7]], [[1000]], [[100_000]]])(
  'whole answers, each by itself, from pieces of %j bytes',
  (sizes) => {
    const answers = [frame(0, 1), frame(1, 2), frame(70, 3), frame(0, 4), frame(5000, 5)]
    expect(emitted(Buffer.concat(answers), sizes)).toEqual(answers)
  },
)

it('what has not wholly come is not handed on', () => {
  expect(emitted(Buffer.concat([frame(9, 1), frame(9, 2).subarray(0, 12)]), [6])).toEqual([
    frame(9, 1),
  ])
})

it('another protocol is handed on as it comes, without room for what it seems to announce', () => {
  for (const text of ['HTTP/1.1 400 Bad Request\r\n\r\n', '\xff\xff\xff\xff and more']) {
    const stream = Buffer.from(text, 'latin1')
    expect(Buffer.concat(emitted(stream, [7]))).toEqual(stream)
    expect(Buffer.concat(emitted(Buffer.concat([frame(2, 1), stream]), [7]))).toEqual(
      Buffer.concat([frame(2, 1), stream]),
    )
  }
})
