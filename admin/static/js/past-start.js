// What a field was: the module comes when a pointer or the keyboard is near one.
import { keysOnDemand, onDemand } from "./demand.js";

const past = () => import("./past.js");
const FIELDS = "[data-field], [data-field-of], [data-story], table.list tbody";
onDemand(past, ["pointerdown", "pointermove"], ({ target }) => target.closest?.(FIELDS));
onDemand(past, ["click"], ({ target }) => target.closest?.("[data-story], dt[data-field-of]"), { holds: true });
keysOnDemand(past, ["u"]);
