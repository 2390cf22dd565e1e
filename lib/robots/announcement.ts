/** A message that stands before every answer until another takes its place, or none. */
import { flatListOf } from "../queue/flat-list.ts";

/** As it is, or as one entry of a flat list, as the messages of a queue are. */
export type AnnouncementForm = "payload" | "fields";

/** Null where it takes the announcement away. */
export function announcementOf(form: AnnouncementForm, user: string, type: string, payload: unknown): unknown {
  if (payload === "" || payload === null || payload === undefined) return null;
  return form === "fields" ? flatListOf(user, { [type]: payload }) : payload;
}
