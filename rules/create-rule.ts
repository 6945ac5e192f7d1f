import type { TSESLint } from "@typescript-eslint/utils";
import type { RuleId } from "../src/findings.js";
import { rules, ruleUrl } from "../src/rules.js";

/** What a rule's documentation block holds besides description and address. */
export interface RuleDocs {
  readonly recommended: boolean;
  readonly requiresTypeChecking: boolean;
}

export interface RuleParts<Options extends readonly object[], MessageIds extends string> {
  readonly name: RuleId;
  readonly meta: TSESLint.RuleMetaData<MessageIds, RuleDocs, Options>;
  readonly create: (context: Readonly<TSESLint.RuleContext<MessageIds, Options>>, options: Options) => TSESLint.RuleListener;
}

/**
 * Makes a rule of the plugin: its page's address follows from its name, and `create` gets its options with what they
 * leave out. The creator of `@typescript-eslint/utils` does the same, but clones the options for every rule and file.
 */
export function createRule<Options extends readonly object[], MessageIds extends string>({ name, meta, create }: RuleParts<Options, MessageIds>): TSESLint.RuleModule<MessageIds, Options, RuleDocs> & { readonly name: string } {
  const defaults = meta.defaultOptions ?? [];
  return {
    name,
    meta: { ...meta, docs: { ...(meta.docs as TSESLint.RuleMetaDataDocs & RuleDocs), url: ruleUrl(name) } },
    create: (context) => create(context, defaults.map((value, index) => ({ ...value, ...context.options[index] })) as unknown as Options),
  };
}

/** The documentation block of a rule, from the table that the command line shares. */
export function docsOf(id: RuleId): RuleDocs & { readonly description: string } {
  return { description: rules[id].description, recommended: rules[id].severity.recommended !== "off", requiresTypeChecking: false };
}

/** The messages of a rule: the finding with the other places of its path, and the title of a suggested edit. */
export const findingMessages = {
  finding: "{{message}}{{places}}",
  edit: "{{title}}",
} as const;
export type FindingMessageId = keyof typeof findingMessages;
