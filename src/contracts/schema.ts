/** The JSON schema of contracts: of what users write, and, with `tableSchema`, of the OpenSSL table. */

type Schema = Readonly<Record<string, unknown>>;

const index: Schema = { type: "integer", minimum: 0, description: "index of an argument, from 0" };
const text: Schema = { type: "string" };
const name: Schema = { type: "string", minLength: 1 };
const flag: Schema = { type: "boolean" };
const target: Schema = { anyOf: [index, { enum: ["return"] }], description: "index of an argument, or \"return\"" };
const ownership: Schema = { enum: ["owned", "borrowed", "static", "unknown"] };

function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: "object", properties, required, additionalProperties: false };
}

function record(values: Schema): Schema {
  return { type: "object", additionalProperties: values };
}

function list(items: Schema): Schema {
  return { type: "array", items };
}

const returns = object(
  {
    class: { ...name, description: "class of the object; \"memory\" when it is left out" },
    ownership,
    from: { ...index, description: "the argument that it is borrowed from, or that holds the same object" },
    via: { ...name, description: "it belongs to the object of this class that the owner holds at the moment" },
    nullable: { ...flag, description: "can be NULL (default true)" },
    interior: { ...flag, description: "points into its owner" },
    elements: ownership,
    sameAs: { anyOf: [index, object({ pointee: index }, ["pointee"])] },
    sameObject: { enum: ["may"] },
    sameObjectAs: { ...name, description: "the getter that borrows the same object from the same argument" },
    takenFrom: index,
  },
  ["ownership"],
);

const conditions: Readonly<Record<string, Schema>> = {
  when: { enum: ["success"] },
  ifArg: object({ param: index, is: { type: ["integer", "string", "null"] }, hasFlag: text, lacksFlag: text }, ["param"]),
  ifPointee: { anyOf: [{ enum: ["null"] }, object({ param: index, is: { type: "integer" }, isNot: { type: "integer" } }, ["param"])] },
  condition: text,
};

const outProperties: Readonly<Record<string, Schema>> = {
  param: index,
  class: name,
  ownership: { enum: ["owned", "borrowed", "static", "unknown", "same-as-return"] },
  from: index,
  optional: flag,
  reuses: flag,
  replaces: flag,
  onFailure: { enum: ["kept", "released"] },
  elements: ownership,
  observed: text,
};

const effectsByKind: Readonly<Record<string, { readonly properties: Readonly<Record<string, Schema>>; readonly required: readonly string[] }>> = {
  release: { properties: { param: index, class: name, elements: flag, chain: flag }, required: ["param"] },
  retain: { properties: { param: index, what: text }, required: ["param"] },
  transfer: { properties: { param: index, to: target, certainty: { enum: ["may", "always"] }, elements: flag, chain: flag }, required: ["param"] },
  share: { properties: { param: index, to: target, elements: flag }, required: ["param"] },
  keep: { properties: { param: index, into: target, until: text, elements: flag, chain: flag }, required: ["param"] },
  out: { properties: outProperties, required: ["param"] },
  invalidate: {
    properties: {
      class: { ...name, description: "class of the borrowed pointers that end; \"*\", the default, for any" },
      owner: index,
      certainty: { enum: ["always", "may"] },
      strict: flag,
      scope: { enum: ["context", "cache"] },
      via: name,
      exceptSameAs: index,
      elements: flag,
      how: text,
      basis: text,
      observed: text,
    },
    required: ["owner"],
  },
  link: { properties: { what: target, to: index, strength: { enum: ["strong", "weak"] }, relation: { enum: ["retie", "same-context"] } }, required: ["to"] },
  unlink: { properties: { param: index }, required: ["param"] },
};

const effect: Schema = {
  type: "object",
  required: ["kind"],
  discriminator: { propertyName: "kind" },
  oneOf: Object.entries(effectsByKind).map(([kind, { properties, required }]) => object({ kind: { const: kind }, ...properties, ...conditions }, ["kind", ...required])),
};

const functionProperties: Readonly<Record<string, Schema>> = {
  signature: { ...text, description: "the C prototype" },
  params: { ...list({ type: ["string", "null"] }), description: "class of each parameter, or null; X* for a pointer to a pointer to X" },
  null: {
    type: "object",
    description: "parameter index to what a NULL there does",
    patternProperties: { "^\\d+$": { enum: ["ok", "error", "crash", "tolerated"] } },
    additionalProperties: false,
  },
  returns,
  success: { enum: ["nonzero", "positive", "nonnegative", "zero"], description: "what the result must be for `when: success`" },
  effects: list(effect),
  macro: { ...flag, description: "no library exports this name" },
  aliasOf: name,
  prefer: object({ borrowed: name, owned: name }),
  callback: { ...name, description: "key in callbacks: the function installs such a callback" },
  callbackParam: index,
  family: name,
  doc: { ...text, description: "manual page" },
  since: text,
  deprecated: { type: ["string", "null"] },
  verified: list({ enum: ["executed", "source", "manual", "scan", "convention"] }),
  notes: text,
};

const classProperties: Readonly<Record<string, Schema>> = {
  release: { type: ["string", "null"], description: "the function that gives back one reference" },
  alsoReleasedBy: list(name),
  retain: { type: ["string", "null"], description: "the function that raises the count" },
  copy: { ...name, description: "the function that makes an independent object" },
  releaseAcceptsNull: flag,
  refcounted: flag,
  primary: flag,
  notes: text,
};

const callback = object(
  {
    setters: list(name),
    signature: text,
    params: list({
      anyOf: [{ type: "null" }, object({ class: name, ownership: { enum: ["borrowed", "counted", "given", "lent", "static", "unknown"] } }, ["class", "ownership"])],
    }),
    effects: list(
      object(
        {
          kind: { enum: ["accept", "give", "lend"] },
          what: { enum: ["return", "pointee"] },
          param: index,
          ifReturn: text,
          ifPointee: object({ param: index, is: { type: "integer" }, isNot: { type: "integer" } }, ["param"]),
          until: text,
        },
        ["kind"],
      ),
    ),
    doc: text,
    verified: list(text),
    notes: text,
  },
  ["params"],
);

const out = object(outProperties, ["param"]);

/** What a user writes in a contracts file, or under `contracts` in the configuration. */
export const userSchema: Schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "session-lint contracts",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: text,
    classes: record(object(classProperties)),
    functions: record(object({ ...functionProperties, out: { anyOf: [out, list(out)], description: "short for effects of kind out" } })),
    callbacks: record(callback),
  },
};

const dialect = object({
  basis: text,
  verified: list(text),
  missing: list(name),
  exported: list(name),
  prefix: name,
  nameMap: record(name),
  functions: record(object(functionProperties)),
  classes: record(object(classProperties, ["release"])),
  differences: list(text),
});

/** The readable OpenSSL table. */
export const tableSchema: Schema = object(
  {
    schemaVersion: { const: 1 },
    library: { const: "openssl" },
    basis: { type: "object" },
    classes: record(object(classProperties, ["release", "retain", "releaseAcceptsNull", "refcounted"])),
    opaqueClasses: list(name),
    functions: record(object(functionProperties, ["signature", "params", "effects", "verified"])),
    callbacks: record(callback),
    exceptions: list(object({ function: name, why: text }, ["function", "why"])),
    dialects: record(dialect),
  },
  ["schemaVersion", "library", "classes", "opaqueClasses", "functions", "callbacks", "exceptions", "dialects"],
);
