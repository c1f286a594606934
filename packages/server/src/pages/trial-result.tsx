/** What came of a form: in words, the token decoded and checked, and what crossed the wire. */
import { attribute } from './attribute.ts'
import { sayRemaining } from './say-remaining.ts'
import { TrialForm } from './trial-form.tsx'
import type { CheckModel, ExchangeModel, ResultModel, Row, TokenModel } from './trial-model.ts'

/** The script of the front page takes this element out of the page of a form. */
export function TrialResult({ result, root }: { readonly result: ResultModel; readonly root: string }): JSX.Element {
  const { title, isGood, words, signInAt, token, exchanges, forms } = result
  return (
    <section id="result" class="result">
      <h3 tabindex="-1" class={isGood ? 'good' : 'bad'} safe>
        {title}
      </h3>
      <p safe>{words}</p>
      {signInAt === undefined ? undefined : (
        <p>
          <a class="button main" href={attribute(signInAt)} target="_blank" rel="noopener noreferrer">
            Sign in (opens a new tab)
          </a>
        </p>
      )}
      {token === undefined ? undefined : <Token token={token} />}
      {forms.length === 0 ? undefined : (
        <div class="next">
          {forms.map((form) => (
            <TrialForm form={form} root={root} isMain={form.fields.length > 0} />
          ))}
        </div>
      )}
      {exchanges.map((exchange) => (
        <Exchange exchange={exchange} isOpen={!isGood} />
      ))}
    </section>
  )
}

function Token({ token: { text, about, header, claims, check } }: { readonly token: TokenModel }): JSX.Element {
  return (
    <>
      <pre class="copied token" safe>
        {text}
      </pre>
      <Check check={check} />
      <p safe>{about}</p>
      <Rows caption="Header" rows={header} />
      <Rows caption="Claims" rows={claims} />
      <Rows caption="What a gateway is told" rows={check.told} />
    </>
  )
}

function Check({ check: { isGood, words, remainingSeconds } }: { readonly check: CheckModel }): JSX.Element {
  return (
    <p class={isGood ? 'verdict good' : 'verdict bad'}>
      <span safe>{words}</span>
      {remainingSeconds === undefined ? undefined : (
        <>
          {' Good for another '}
          <span data-remaining={attribute(String(remainingSeconds))} safe>
            {sayRemaining(remainingSeconds)}
          </span>
          .
        </>
      )}
    </p>
  )
}

function Rows({ caption, rows }: { readonly caption: string; readonly rows: readonly Row[] }): JSX.Element {
  if (rows.length === 0) return ''
  return (
    <table>
      <caption safe>{caption}</caption>
      <tbody>
        {rows.map(({ name, value, words }) => (
          <tr>
            <th scope="row">
              <code safe>{name}</code>
            </th>
            <td>
              <code safe>{value}</code>
              {words === undefined ? undefined : (
                <span class="quiet words" safe>
                  {words}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Exchange({
  exchange: { title, request, answer },
  isOpen,
}: {
  readonly exchange: ExchangeModel
  readonly isOpen: boolean
}): JSX.Element {
  return (
    <details open={isOpen}>
      <summary safe>{title}</summary>
      <h4>Sent</h4>
      <pre safe>{request}</pre>
      <h4>Answered</h4>
      <pre safe>{answer}</pre>
    </details>
  )
}
