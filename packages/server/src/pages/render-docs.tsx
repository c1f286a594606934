/** What the doors of a tenant answer, for who writes a program against them. */
import { attribute } from './attribute.ts'
import type { DocsModel, DocsOperation, DocsSection } from './docs.ts'
import { Answers, Bodies, Members, Prose } from './docs-parts.tsx'
import { assemblePage } from './layout.tsx'
import type { Page } from './page.ts'

export function renderDocs(model: DocsModel): Page {
  return assemblePage({ setting: model.setting, title: model.title, isDocument: true, main: <Docs {...model} /> })
}

function Docs({ setting, title, version, description, address, sections, shapes }: DocsModel): JSX.Element {
  return (
    <>
      <h1 safe>{title}</h1>
      <Prose text={description} />
      <dl>
        <dt>Address</dt>
        <dd>
          <code safe>{address}</code>
        </dd>
        <dt>Version of the server</dt>
        <dd safe>{version}</dd>
      </dl>
      <p>
        The same for programs: <a href={attribute(`${setting.root}openapi.json`)}>openapi.json</a>, OpenAPI 3.1. Back to{' '}
        <a href={setting.root}>the front page</a>.
      </p>
      <Contents sections={sections} hasShapes={shapes.length > 0} />
      {sections.map((section) => (
        <Section {...section} />
      ))}
      {shapes.length === 0 ? undefined : <Shapes shapes={shapes} />}
    </>
  )
}

const SHAPES_ID = 'bodies-of-errors'

function Contents({ sections, hasShapes }: { readonly sections: readonly DocsSection[]; readonly hasShapes: boolean }): JSX.Element {
  return (
    <nav aria-labelledby="contents">
      <h2 id="contents">Contents</h2>
      <ul class="contents">
        {sections.map(({ id, title, operations }) => (
          <li>
            <a href={attribute(`#${id}`)} safe>
              {title}
            </a>
            <ul>
              {operations.map((operation) => (
                <li>
                  <a href={attribute(`#${operation.id}`)} safe>
                    {operation.summary}
                  </a>
                </li>
              ))}
            </ul>
          </li>
        ))}
        {hasShapes ? (
          <li>
            <a href={`#${SHAPES_ID}`}>Bodies of errors</a>
          </li>
        ) : undefined}
      </ul>
    </nav>
  )
}

function Section({ id, title, about, documentUrl, operations }: DocsSection): JSX.Element {
  return (
    <section aria-labelledby={attribute(id)}>
      <h2 id={attribute(id)} safe>
        {title}
      </h2>
      <Prose text={about} />
      <p>
        Its document:{' '}
        <a href={attribute(documentUrl)} safe>
          {documentUrl}
        </a>
      </p>
      {operations.map((operation) => (
        <Operation {...operation} />
      ))}
    </section>
  )
}

function Operation(operation: DocsOperation): JSX.Element {
  const { id, method, path, aliases, summary, description, parameters, bodies, answers, onTheWay } = operation
  return (
    <article class="operation" aria-labelledby={attribute(id)}>
      <h3 id={attribute(id)} safe>
        {summary}
      </h3>
      <p class="call">
        <b safe>{method}</b> <code safe>{path}</code>
      </p>
      {aliases.map((alias) => (
        <p class="call quiet">
          also <code safe>{alias}</code>
        </p>
      ))}
      <Prose text={description} />
      <Credentials credentials={operation.credentials} />
      {parameters.length === 0 ? undefined : (
        <>
          <h4>Parameters</h4>
          <Members members={parameters} />
        </>
      )}
      {bodies.length === 0 ? undefined : (
        <>
          <h4>Body</h4>
          <Bodies bodies={bodies} />
        </>
      )}
      <h4>Answers</h4>
      <Answers answers={answers} />
      {onTheWay.length === 0 ? undefined : (
        <details>
          <summary safe>{`On the way: ${onTheWay.map(({ status }) => status).join(', ')}`}</summary>
          <Answers answers={onTheWay} />
        </details>
      )}
      <Example {...operation} />
    </article>
  )
}

function Credentials({ credentials }: Pick<DocsOperation, 'credentials'>): JSX.Element {
  if (credentials.every((together) => together.length === 0)) return <p>Nobody is asked who they are.</p>
  const ways = credentials.map((together) => (together.length === 0 ? 'without any' : together.join(' and ')))
  return <Prose text={`Credentials: ${ways.join(', or ')}.`} />
}

function Example({ curl, exampleAnswer }: DocsOperation): JSX.Element {
  return (
    <>
      {curl === undefined ? undefined : (
        <>
          <h4>Example</h4>
          <pre class="code" safe>
            {curl}
          </pre>
        </>
      )}
      {exampleAnswer === undefined ? undefined : (
        <>
          <p>
            is answered <span safe>{exampleAnswer.status}</span>, <code safe>{exampleAnswer.mediaType}</code>:
          </p>
          <pre class="code" safe>
            {exampleAnswer.text}
          </pre>
        </>
      )}
    </>
  )
}

function Shapes({ shapes }: Pick<DocsModel, 'shapes'>): JSX.Element {
  return (
    <section aria-labelledby={SHAPES_ID}>
      <h2 id={SHAPES_ID}>Bodies of errors</h2>
      {shapes.map(({ name, anchor, members }) => (
        <article class="operation">
          <h3 id={attribute(anchor ?? '')} safe>
            {name ?? ''}
          </h3>
          <Members members={members} />
        </article>
      ))}
    </section>
  )
}
