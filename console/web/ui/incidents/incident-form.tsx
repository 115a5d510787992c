// 「注入事件」: what happens, where, how grave and for how long; what the kind asks for comes from its own words.
import { useState } from 'preact/hooks'
import type { IncidentDeclaration, Severity } from '../../../messages.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { INCIDENT_START, kindOf } from '../../store/incidents.ts'
import { DurationInput } from '../fields/duration-input.tsx'
import { argumentsOf, type FormValues, fieldsOf, firstValues } from '../fields/schema.ts'
import { SchemaField } from '../fields/schema-field.tsx'
import { SendLine } from '../fields/send-line.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { useApp } from '../shell/context.ts'
import { PlaceFields } from './place-fields.tsx'

/** Mildest first. */
const SEVERITIES: Record<Severity, null> = { blue: null, yellow: null, orange: null, red: null }
const FOR = { first: 'PT1H', bounds: { least: 'PT1M', most: 'P30D' } }

export function IncidentForm() {
  const { store, state } = useApp()
  const run = store.run.value
  const [kind, setKind] = useState(run?.incidents[0]?.kind ?? '')
  const declared = run && kindOf(run, kind)
  if (!run || !declared) return null
  const close = () => {
    state.injecting.value = false
  }
  return (
    <section class="panel incident-form" aria-labelledby="inject-title">
      <div class="panel-head">
        <h2 id="inject-title">{t('incident.inject')}</h2>
        <button type="button" aria-label={t('ui.close')} onClick={close}>
          ✕
        </button>
      </div>
      <Scroll label={t('incident.inject')}>
        <div class="field">
          <label htmlFor="inject-kind">{t('incident.kind')}</label>
          <select
            id="inject-kind"
            aria-describedby="inject-about"
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value)}
          >
            {run.incidents.map((one) => (
              <option key={one.kind} value={one.kind}>
                {tx(one.label)}
              </option>
            ))}
          </select>
          <small id="inject-about">{tx(declared.about)}</small>
        </div>
        <PlaceFields isRoute={declared.route} />
        <Rest key={kind} declared={declared} />
        <p class="note">{t('incident.note')}</p>
      </Scroll>
    </section>
  )
}

/** All but kind and place: another kind begins it anew. */
function Rest({ declared }: { declared: IncidentDeclaration }) {
  const { store, state } = useApp()
  const fields = fieldsOf(declared.parameters)
  const [values, setValues] = useState<FormValues>(() => firstValues(fields))
  const [severity, setSeverity] = useState<Severity>('orange')
  const [length, setLength] = useState(FOR.first)
  const [id, setId] = useState<string | null>(null)
  const place = state.draftPlace.value
  const sent = store.commands.sent.value.find((c) => c.id === id)
  const isOpen = sent?.phase === 'sent' || sent?.phase === 'accepted'
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!place) return
        const { kind } = declared
        const parameters = argumentsOf(fields, values)
        const asked = { kind, place, severity, for: length, parameters }
        setId(store.commands.issue(INCIDENT_START, asked))
      }}
    >
      <div class="field">
        <label htmlFor="inject-severity">{t('incident.severity')}</label>
        <select
          id="inject-severity"
          value={severity}
          onChange={(event) => setSeverity(event.currentTarget.value as Severity)}
        >
          {Object.keys(SEVERITIES).map((colour) => (
            <option key={colour} value={colour}>
              {t(`severity.${colour as Severity}`)}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label htmlFor="inject-for">{t('incident.for')}</label>
        <DurationInput
          id="inject-for"
          first={FOR.first}
          value={length}
          bounds={FOR.bounds}
          onChange={setLength}
        />
      </div>
      {fields.map((field) => (
        <SchemaField
          key={field.name}
          field={field}
          label={field.name}
          value={values[field.name]}
          wordOf={String}
          onChange={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      <SendLine label={t('incident.start')} disabled={isOpen || !place} sent={sent} />
    </form>
  )
}
