// Top level: what the application calls. Neither function names a function of OpenSSL.
import { dropIfStale } from "./handles.js";
import { native, type Handle } from "./native.js";
import { freshTicket, install } from "./tickets.js";

/** `install` throws when the session does not fit: the reference is lost then. */
export function reconnect(from: Handle, to: Handle): boolean {
  const ticket = freshTicket(from);
  if (ticket === null) return false;
  install(to, ticket);
  native.free(ticket);
  return true;
}

/** A stale ticket is released twice: once by `dropIfStale`, once here. */
export function retire(ssl: Handle): void {
  const ticket = freshTicket(ssl);
  if (ticket === null) return;
  if (dropIfStale(ticket)) console.log("the ticket was stale");
  native.free(ticket);
}
