import { RuleCreator } from "@typescript-eslint/utils/eslint-utils";
import type { RuleId } from "../src/findings.js";
import { rules, ruleUrl } from "../src/rules.js";

/** What a rule's documentation block holds besides description and address. */
export interface RuleDocs {
  readonly recommended: boolean;
  readonly requiresTypeChecking: boolean;
}

/** Makes a rule of the plugin: its page's address follows from its name. */
export const createRule = RuleCreator<RuleDocs>((name) => ruleUrl(name as RuleId));

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
