/**
 * The index of the argument that takes the function, read from the C prototype: a function pointer written out, or
 * a parameter whose type is a callback type. Null when none can be told from the others.
 */
export function callbackParamOf(signature: string): number | null {
  const parameters = parametersOf(signature);
  const index = parameters.findIndex((parameter) => /\(\s*\*/.test(parameter) || callbackType.test(parameter));
  return index < 0 ? null : index;
}

// OpenSSL's names for function types: SSL_verify_cb, SSL_CTX_alpn_select_cb_func, GEN_SESSION_CB, tls_session_secret_cb_fn.
const callbackType = /\b\w+(?:_cb|_CB|_fn|_func|_cb_ex|_callback)\b\s*\*?\s+\w+$/;

/** The parameters of a C prototype, each as it is written. */
export function parametersOf(signature: string): string[] {
  const list = parameterList(signature);
  const parameters: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= list.length; i++) {
    const char = list[i];
    if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (i === list.length || (char === "," && depth === 0)) {
      parameters.push(list.slice(start, i).trim());
      start = i + 1;
    }
  }
  return parameters.length === 1 && (parameters[0] === "void" || parameters[0] === "") ? [] : parameters;
}

// The last balanced pair of parentheses: those before it belong to the type of the result, as in `STACK_OF(X509) *f(…)`.
function parameterList(signature: string): string {
  const end = signature.lastIndexOf(")");
  let depth = 0;
  for (let i = end; i >= 0; i--) {
    if (signature[i] === ")") depth++;
    else if (signature[i] === "(" && --depth === 0) return signature.slice(i + 1, end);
  }
  return "";
}
