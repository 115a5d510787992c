// Says in the engine room that another engine computes the readings: which, from where, how far it is, and what it does not offer.
import { whole } from '../../i18n/format.ts'
import { lang, tx } from '../../i18n/i18n.ts'
import { usePolled } from '../parts/polled.ts'
import { useApp } from '../shell/context.ts'
import { figuresOf } from './figures.ts'
import { WORDS } from './words.ts'

export function OtherEngine() {
  const { store } = useApp()
  const readings = usePolled('readings', store.api.engine)?.readings
  return (
    <section class="other-engine" aria-labelledby="other-engine-title">
      <h3 id="other-engine-title">{tx(WORDS.source).replace('{topic}', readings?.topic ?? '…')}</h3>
      <dl class="figures">
        {figuresOf(readings).map(({ name, value, hint }) => (
          <div key={name.en} title={hint && tx(hint)}>
            <dt>{tx(name)}</dt>
            <dd>{value === null ? '–' : whole(value, lang.value)}</dd>
          </div>
        ))}
      </dl>
      <h3>{tx(WORDS.notItsTitle)}</h3>
      <ul class="note">
        {WORDS.notIts.map(({ what, why }) => (
          <li key={what.en}>
            <b>{tx(what)}</b>: {tx(why)}
          </li>
        ))}
      </ul>
    </section>
  )
}
