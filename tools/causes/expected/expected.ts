// What each kind of incident is expected to do to each domain. Domains that have no entry under a kind are expected to stay byte
// for byte as they are. Bounds are those of every seed; sources are said, the rest is a demo assumption.
import type { City } from '../../../seeds/contract.ts'
import { crowdMoves, fairMoves } from './crowds.ts'
import type { ExpectedMove, Hours } from './expectation.ts'
import { controllerFaultMoves, gatewayOutageMoves, publicHealthMoves } from './services.ts'
import { powerLossMoves, rainstormMoves } from './storm-and-power.ts'

/** By kind, in a city whose sites have batteries of such hours. */
export function expectedMoves({ domainParameters }: City): Record<string, ExpectedMove[]> {
  const { mains } = domainParameters['five-g-site'] as { mains: { batteryHours: Hours } }
  const { batteryHours } = mains
  return {
    rainstorm: rainstormMoves(batteryHours),
    'power-loss': powerLossMoves(batteryHours),
    crowd: crowdMoves,
    fair: fairMoves,
    'public-health': publicHealthMoves,
    'controller-fault': controllerFaultMoves,
    'gateway-outage': gatewayOutageMoves(Object.keys(domainParameters)),
  }
}
