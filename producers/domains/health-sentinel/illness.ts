// Where illness comes from: the condition of the place, and nothing else; here the domain meets what incidents bring.
import type { SimulationContext } from '../../simulation/simulator.ts'

/** How much more fever than usual there is (1 = twice as much) and whose doing it is; null = as usual. */
export type Illness = (time: number, i: number) => Readonly<{ value: number; cause: string }> | null

export function illnessOf(context: SimulationContext): Illness {
  const { conditions } = context
  return (time, i) => (conditions.none ? null : conditions.at('illness', time, i))
}
