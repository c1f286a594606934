/** Parts of the page of what the doors answer: prose, members of bodies, answers. */
import { attribute } from './attribute.ts'
import type { DocsAnswer, DocsBody, DocsMember } from './docs.ts'

/** Markdown as far as paragraphs and code go. */
export function Prose({ text }: { readonly text: string }): JSX.Element {
  const paragraphs = text.split('\n\n').filter((paragraph) => paragraph !== '')
  return (
    <>
      {paragraphs.map((paragraph) => (
        <p>
          <Line text={paragraph} />
        </p>
      ))}
    </>
  )
}

function Line({ text }: { readonly text: string }): JSX.Element {
  return <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code safe>{part}</code> : <span safe>{part}</span>))}</>
}

export function Members({ members }: { readonly members: readonly DocsMember[] }): JSX.Element {
  return (
    <dl class="members">
      {members.map(({ name, type, isRequired, description }) => (
        <div>
          <dt>
            <code safe>{name}</code> <span safe>{isRequired ? type : `${type}, optional`}</span>
          </dt>
          <dd>
            <Line text={description} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

export function Bodies({ bodies }: { readonly bodies: readonly DocsBody[] }): JSX.Element {
  return (
    <>
      {bodies.map(({ mediaTypes, description, members, isOpen }, index) => (
        <>
          <p>
            {index === 0 ? undefined : 'or '}
            <code safe>{mediaTypes.join(', ')}</code>
            {description === '' ? undefined : <span safe>{` ${description}`}</span>}
          </p>
          {members.length === 0 ? undefined : <Members members={members} />}
          {isOpen && members.length > 0 ? <p class="quiet">There may be other members.</p> : undefined}
        </>
      ))}
    </>
  )
}

/** The body of a good answer is told here, that of another by its name. */
export function Answers({ answers }: { readonly answers: readonly DocsAnswer[] }): JSX.Element {
  return (
    <dl class="members answers">
      {answers.map(({ status, description, headers, bodies }) => (
        <div>
          <dt>
            <b safe>{status}</b>
          </dt>
          <dd>
            <p>
              <Line text={description} />
            </p>
            {headers.map((header) => (
              <p class="quiet">
                <code safe>{header.name}</code>: <Line text={header.description} />
              </p>
            ))}
            {status.startsWith('2') ? <Bodies bodies={bodies} /> : <NamesOf bodies={bodies} />}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function NamesOf({ bodies }: { readonly bodies: readonly DocsBody[] }): JSX.Element {
  return (
    <>
      {bodies.map(({ mediaTypes, name, anchor, description }) => (
        <p class="quiet">
          <code safe>{mediaTypes.join(', ')}</code>{' '}
          {anchor === undefined ? (
            <span safe>{description}</span>
          ) : (
            <a href={attribute(`#${anchor}`)} safe>
              {name ?? ''}
            </a>
          )}
        </p>
      ))}
    </>
  )
}
