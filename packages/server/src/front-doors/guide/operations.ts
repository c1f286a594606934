/** The guide, described; and the two paths at the root of the server that tell how it is. */
import { Type } from 'typebox'
import { STYLE_SHEET } from '../../pages/style-sheet.ts'
import { NEXT_FIELD, STEP_FIELD } from '../../pages/trial-form.tsx'
import { form, HTML, json, KEPT, LOCATION, text } from '../describing.ts'
import type { Answer, Headers, Operation, Parameter } from '../operation.ts'
import { PATHS } from './wire.ts'

export const ABOUT = 'What every tenant has for people and programs that want to know what it answers.'

/** What is no platform's is answered in this shape, and what a server says before it knows whom a request is for. */
const PlainError = Type.Object(
  {
    error: text('A word that programs can compare.'),
    message: text('A sentence for people.'),
    requestId: text('The id of the request, as in the header `X-Request-Id`.'),
  },
  { title: 'PlainError' },
)

const ENTITY_TAG: Headers = { ETag: { description: 'Changes with the document. Send it in `If-None-Match`.', schema: Type.String() } }

function inPath(name: string, description: string): Parameter {
  return { in: 'path', name, description, isRequired: true, schema: Type.String() }
}

const openApi: Operation = {
  id: 'guide-get-openapi',
  method: 'GET',
  path: PATHS.openApi,
  summary: 'Get this document',
  description: 'OpenAPI 3.1, of the doors of this tenant alone. The page of any origin may read it.',
  parameters: [
    {
      in: 'header',
      name: 'If-None-Match',
      description: 'The `ETag` of the document that you have.',
      isRequired: false,
      schema: Type.String(),
    },
  ],
  answers: {
    200: {
      description: 'The document. It may be kept for five minutes.',
      content: json(
        Type.Object(
          {
            openapi: Type.Literal('3.1.1'),
            info: Type.Object({}, { additionalProperties: true }),
            paths: Type.Object({}, { additionalProperties: true }),
          },
          { title: 'OpenApiDocument', additionalProperties: true },
        ),
      ),
      headers: { ...KEPT, ...ENTITY_TAG },
    },
    304: { description: 'You have it.', headers: { ...KEPT, ...ENTITY_TAG } },
  },
  errors: json(PlainError),
}

const docs: Operation = {
  id: 'guide-show-docs',
  method: 'GET',
  path: PATHS.docs,
  summary: 'Read this document',
  description: 'The same as a page.',
  answers: { 200: { description: 'The page.', content: HTML } },
  errors: HTML,
}

const styleSheet: Operation = {
  id: 'guide-get-style',
  method: 'GET',
  path: STYLE_SHEET.path,
  summary: 'Get the style sheet of the pages',
  description: 'Its name changes with its content, so that it may be kept for ever.',
  answers: { 200: { description: 'The style sheet.', content: { 'text/css': Type.String() }, headers: KEPT } },
  errors: json(PlainError),
}

const frontPage: Operation = {
  id: 'guide-show-front-page',
  method: 'GET',
  path: PATHS.frontPage,
  summary: 'See what is here, and try it out',
  description: 'A page with the doors of this tenant, their commands, and a form for each that gets a token.',
  answers: { 200: { description: 'The page.', content: HTML } },
  errors: HTML,
}

const script: Operation = {
  id: 'guide-get-script',
  method: 'GET',
  path: PATHS.script,
  summary: 'Get the script of the front page',
  description: 'Its name changes with its content, so that it may be kept for ever. The page is whole without it.',
  parameters: [inPath('version', 'What the front page says.')],
  answers: {
    200: { description: 'The script.', content: { 'text/javascript': Type.String() }, headers: KEPT },
    404: { description: 'The page has another script by now.', content: json(PlainError) },
  },
  errors: json(PlainError),
}

const DOOR_OF_FORM = inPath('door', 'The name of a door of this tenant.')

const tryOut: Operation = {
  id: 'guide-try-door',
  method: 'POST',
  path: `${PATHS.try}/:door`,
  summary: 'Send a form of the front page',
  description:
    'What the buttons of the page do; programs call the doors themselves. The server sends the request of the door that the form stands for, and shows what came of it.',
  parameters: [DOOR_OF_FORM],
  body: {
    content: form(
      Type.Object(
        {
          [STEP_FIELD]: Type.Optional(text('Which of the forms of the door it is.')),
          [NEXT_FIELD]: Type.Optional(text('The form that follows.')),
        },
        { title: 'TriedForm', additionalProperties: true, description: 'The fields of the form.' },
      ),
    ),
    isRequired: false,
  },
  answers: {
    200: { description: 'A page with the request, its answer, and the token if there is one.', content: HTML },
    400: { description: 'The fields cannot be sent as such a request.', content: HTML },
    403: { description: 'The form came from elsewhere than our own page.', content: HTML },
    404: { description: 'The tenant has no such door, or the door no such form.', content: HTML },
  },
  errors: HTML,
}

const backToForms: Operation = {
  id: 'guide-leave-form',
  method: 'GET',
  path: `${PATHS.try}/:door`,
  summary: 'Find the way back to the forms',
  description:
    'Where who loads the page of a form anew, or follows a link to it, is sent. With the code of a sign-in that a form has begun, a page that shows it.',
  parameters: [
    DOOR_OF_FORM,
    { in: 'query', name: 'code', description: 'What a sign-in brings back.', isRequired: false, schema: Type.String() },
  ],
  answers: {
    200: { description: 'A page with the code, at a door whose codes are exchanged by a form.', content: HTML },
    303: { description: 'To the front page.', headers: LOCATION },
    404: { description: 'What stands there can be the name of no door.', content: HTML },
  },
  errors: HTML,
}

const Health = Type.Object({ status: Type.Union([Type.Literal('ok'), Type.Literal('unavailable')]) }, { title: 'Health' })

const UNREADABLE: Answer = { description: 'The request cannot be read, or in more ways than one.', content: json(PlainError) }

const live: Operation = {
  id: 'guide-ask-whether-live',
  method: 'GET',
  path: '/livez',
  isAtRoot: true,
  summary: 'Ask whether the process answers',
  description: 'Whatever the host. For who starts the process again when it hangs.',
  answers: { 200: { description: 'It does.', content: json(Health) }, 400: UNREADABLE },
  errors: {},
}

const ready: Operation = {
  id: 'guide-ask-whether-ready',
  method: 'GET',
  path: '/readyz',
  isAtRoot: true,
  summary: 'Ask whether the server can do its work',
  description: 'Whatever the host. For a load balancer.',
  answers: {
    200: { description: 'It can.', content: json(Health) },
    400: UNREADABLE,
    503: { description: 'It cannot now: its store does not answer.', content: json(Health) },
  },
  errors: {},
}

export const OPERATIONS: readonly Operation[] = [frontPage, script, tryOut, backToForms, openApi, docs, styleSheet, live, ready]
