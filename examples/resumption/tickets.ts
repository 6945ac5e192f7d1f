// Middle level: a session that is worth keeping, or nothing.
import { dropIfStale, take } from "./handles.js";
import { native, type Handle } from "./native.js";

export function freshTicket(ssl: Handle): Handle | null {
  const session = take(ssl);
  if (session === null) return null;
  return dropIfStale(session) ? null : session;
}

export function install(ssl: Handle, session: Handle): void {
  if (native.setSession(ssl, session) !== 1) throw new Error("the session belongs to another configuration");
}
