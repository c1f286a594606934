/** What people do who take their data along, or leave, described. */
import { Type } from 'typebox'
import { FORM_TOKEN_FIELD } from '../../pages/render-account.tsx'
import { form, HTML, json, LOCATION, text } from '../describing.ts'
import type { Operation } from '../operation.ts'
import { OwnDataFile } from './own-data.ts'
import { PATHS } from './wire.ts'

const exportLink: Operation = {
  id: 'idm-lead-to-own-data',
  method: 'GET',
  path: PATHS.exportData,
  summary: "Follow a link to a person's data",
  description: 'It does nothing but lead to the page that has a button for it.',
  answers: { 303: { description: 'To the page.', headers: LOCATION } },
  errors: HTML,
}

const exportData: Operation = {
  id: 'idm-export-own-data',
  method: 'POST',
  path: PATHS.exportData,
  summary: 'Download all that is kept of a person',
  description:
    "What the button of the person's own page does. The file has no secret in it: no password, in no form, and no token. What others have done is in it without who they are.",
  body: {
    content: form(
      Type.Object(
        { [FORM_TOKEN_FIELD]: Type.Optional(text('The hidden field of the page.')) },
        { title: 'OwnPageForm', additionalProperties: true },
      ),
    ),
    isRequired: true,
  },
  answers: {
    200: {
      description: 'The file, to be saved.',
      content: json(OwnDataFile),
      headers: { 'Content-Disposition': { description: 'That it is to be saved, and by which name (RFC 6266).', schema: Type.String() } },
    },
    303: { description: 'Nobody is signed in: to the page.', headers: LOCATION },
    403: { description: 'The form is not from our own page.', content: HTML },
  },
  errors: HTML,
}

export const LEAVING_OPERATIONS: readonly Operation[] = [exportLink, exportData]
