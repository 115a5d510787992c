// `node test/hostile/run.ts [messages] [seed]`: hostile messages on socket and REST of a city, with the figures; 1 = a fault.
import { attack, faultsOf, told } from './attack.ts'

const [messages = '10000', seed = '1'] = process.argv.slice(2)
const outcome = await attack(Number(messages), Number(seed))
console.log(told(outcome))
for (const fault of faultsOf(outcome)) {
  console.error(`hostile messages, seed ${seed}: ${fault}`)
  process.exitCode = 1
}
