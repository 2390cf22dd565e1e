/** Who may connect, and that every place is given back. */
import should from "should";
import { Admission, type Place } from "../../../lib/sessions/admission.ts";

const place = (admission: Admission, address = "a") => admission.admit(address) as Place;

describe("Admission", () => {
  it("has so many places in all", () => {
    const admission = new Admission({ maxSessions: 2, maxPerAddress: 9, maxUnidentified: 9 });
    const first = place(admission, "a");
    place(admission, "b");
    should(admission.admit("c")).equal("full");
    first.leave();
    should(admission.admit("c")).have.property("leave");
  });

  it("has so many places for one address", () => {
    const admission = new Admission({ maxSessions: 9, maxPerAddress: 1, maxUnidentified: 9 });
    const first = place(admission, "a");
    should(admission.admit("a")).equal("address");
    should(admission.admit("b")).have.property("leave");
    first.leave();
    should(admission.admit("a")).have.property("leave");
  });

  it("has so many places for those who have not identified", () => {
    const admission = new Admission({ maxSessions: 9, maxPerAddress: 9, maxUnidentified: 1 });
    const first = place(admission);
    should(admission.admit("b")).equal("unidentified");
    first.identify();
    should(admission.admit("b")).have.property("leave");
    should([admission.all, admission.unidentified]).deepEqual([2, 1]);
  });

  it("takes each word once", () => {
    const admission = new Admission({ maxSessions: 9, maxPerAddress: 9, maxUnidentified: 9 });
    const first = place(admission);
    const second = place(admission);
    for (let times = 0; times < 2; times++) {
      first.identify();
      first.leave();
    }
    should([admission.all, admission.unidentified]).deepEqual([1, 1]);
    second.leave();
    should([admission.all, admission.unidentified]).deepEqual([0, 0]);
  });
});
