/** What stands before every answer. */
import should from "should";
import { announcementOf } from "../../../lib/robots/announcement.ts";

describe("an announcement", () => {
  it("is a payload as it is, or one entry of a flat list", () => {
    should(announcementOf("payload", "admin", "MSG", { a: 1 })).deepEqual({ a: 1 });
    should(announcementOf("fields", "admin", "MSG", "Round 2")).equal('["admin", "MSG", "Round 2"]');
    should(announcementOf("fields", "admin", "MSG", 0)).equal('["admin", "MSG", 0]');
  });

  it("is none where it is empty", () => {
    for (const payload of ["", null, undefined]) should(announcementOf("fields", "admin", "MSG", payload)).be.null();
  });
});
