// No message ends the process, is answered with a fault of the server, or is kept: a short form of `node test/hostile/run.ts`.
import { expect, it } from 'vitest'
import { attack, faultsOf, told } from './attack.ts'

const MESSAGES = 1_500
const SEED = 20_261_126

it('a city under hostile messages lives, is well, obeys, and keeps nothing of them', async () => {
  const outcome = await attack(MESSAGES, SEED)
  console.log(told(outcome))
  expect(faultsOf(outcome)).toEqual([])
  // Else nothing was attacked: every kind of answer was provoked.
  const [socket, rest] = outcome.figures.map(({ codes }) => Object.keys(codes))
  expect(socket).toEqual(expect.arrayContaining(['1002', '1007', '1008', '1009', 'open']))
  expect(rest).toEqual(expect.arrayContaining(['200', '400', '403', '404', '405', '413', '415']))
}, 300_000)
