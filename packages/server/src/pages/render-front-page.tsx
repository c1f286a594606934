/** The front page of a tenant: what runs here, its doors with their commands, and a form for each that gets a token. English only. */
import { attribute } from './attribute.ts'
import { assemblePage } from './layout.tsx'
import type { Page, PageSetting } from './page.ts'
import { TrialForm } from './trial-form.tsx'
import type { FormModel } from './trial-model.ts'

export interface FrontPageModel {
  readonly setting: PageSetting
  readonly tenant: string
  readonly doors: readonly DoorCard[]
  /** undefined: this is no demo, or its reader is not at its machine */
  readonly demo: DemoCard | undefined
  /** Of the script that makes it live, from the tenant's root. */
  readonly script: string
}

export interface DemoCard {
  readonly version: string
  readonly others: readonly OtherTenant[]
  /** Where messages are that it would have sent, from the tenant's root; undefined: nowhere. */
  readonly outbox: string | undefined
}

export interface OtherTenant {
  readonly address: string
  readonly name: string
  readonly doors: readonly string[]
}

export interface DoorCard {
  readonly name: string
  readonly title: string
  readonly about: string
  readonly documentUrl: string
  readonly commands: readonly { readonly title: string; readonly command: string }[]
  readonly form: FormModel | undefined
}

export function renderFrontPage(model: FrontPageModel): Page {
  const { setting, tenant, script } = model
  return assemblePage({
    setting,
    title: `${tenant}: a token server`,
    bodyClass: 'wide open',
    script,
    headers: { 'cross-origin-resource-policy': 'same-origin' },
    main: <FrontPage {...model} />,
  })
}

function FrontPage({ setting: { root }, tenant, doors, demo }: FrontPageModel): JSX.Element {
  return (
    <>
      <header class="intro">
        <p class="brand" safe>
          {`Ringkey${demo === undefined ? '' : ` ${demo.version}, the demo`}`}
        </p>
        <h1 safe>{`The token server of ${tenant}`}</h1>
        <p>
          It signs people and programs in, issues, refreshes and revokes their tokens, and tells every API and gateway whether a token is
          good, in the protocols of the platforms below. Get a token here, and see what it says.
        </p>
        {demo === undefined ? undefined : <Demo others={demo.others} />}
        <nav aria-label="Documents">
          <ul class="links">
            <Link href={`${root}docs`} text="What every door answers" />
            <Link href={`${root}openapi.json`} text="OpenAPI" />
            {demo?.outbox === undefined ? undefined : <Link href={`${root}${demo.outbox}`} text="Messages to telephones" />}
            <Link href="/livez" text="Is it alive?" />
            <Link href="/readyz" text="Is it ready?" />
          </ul>
        </nav>
        <nav aria-label="Doors">
          <ul class="links">
            {doors.map(({ name, title }) => (
              <Link href={`#${name}`} text={title} />
            ))}
          </ul>
        </nav>
      </header>
      {doors.map((door) => (
        <Door door={door} root={root} />
      ))}
    </>
  )
}

function Demo({ others }: { readonly others: readonly OtherTenant[] }): JSX.Element {
  return (
    <div class="notice">
      <p>
        The forms and commands are filled in with the accounts of this demo, which are random and shown to who opens this page from the
        machine that it runs on: put no proxy in front of a demo.
      </p>
      {others.length === 0 ? undefined : (
        <ul class="links">
          {others.map(({ address, name, doors }) => (
            <Link href={address} text={`Also here: ${name} (${doors.join(', ')})`} />
          ))}
        </ul>
      )}
    </div>
  )
}

function Link({ href, text }: { readonly href: string; readonly text: string }): JSX.Element {
  return (
    <li>
      <a href={attribute(href)} safe>
        {text}
      </a>
    </li>
  )
}

function Door({
  door: { name, title, about, documentUrl, commands, form },
  root,
}: {
  readonly door: DoorCard
  readonly root: string
}): JSX.Element {
  return (
    <section class="door" id={attribute(name)} aria-labelledby={attribute(`${name}-title`)}>
      <h2 id={attribute(`${name}-title`)} safe>
        {title}
      </h2>
      <p safe>{about}</p>
      <p>
        <a class="document" href={attribute(documentUrl)} rel="noreferrer" safe>
          {`The document of ${title}`}
        </a>
      </p>
      {form === undefined && commands.length === 0 ? undefined : <Sides form={form} commands={commands} root={root} />}
    </section>
  )
}

interface SidesParts extends Pick<DoorCard, 'form' | 'commands'> {
  readonly root: string
}

function Sides({ form, commands: [first, ...more], root }: SidesParts): JSX.Element {
  return (
    <div class="sides">
      {form === undefined ? undefined : (
        <div>
          <h3>Try it</h3>
          <TrialForm form={form} root={root} isMain={true} />
        </div>
      )}
      {first === undefined ? undefined : (
        <div>
          <h3>From a terminal</h3>
          <Command {...first} />
          {more.length === 0 ? undefined : (
            <details>
              <summary safe>{more.length === 1 ? 'One more command' : `${more.length} more commands`}</summary>
              {more.map((command) => (
                <Command {...command} />
              ))}
            </details>
          )}
        </div>
      )}
    </div>
  )
}

function Command({ title, command }: { readonly title: string; readonly command: string }): JSX.Element {
  return (
    <>
      <p class="quiet" safe>
        {title}
      </p>
      <pre class="copied" safe>
        {command}
      </pre>
    </>
  )
}
