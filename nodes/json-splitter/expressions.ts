/** JSONata for the expressions of record schemas, each evaluation bounded in time and depth. */
import type { Node, NodeAPI } from "node-red";
import type { Evaluate, PrepareExpression } from "../../lib/records/compile.ts";
import { now } from "../shared/drive.ts";

interface Bounds {
  readonly timeMs: number;
  readonly depth: number;
}

/** A record should take microseconds; deeper than this is a function that calls itself without end. */
const BOUNDS: Bounds = { timeMs: 50, depth: 500 };

/** What the evaluator calls before and after each step: the only places where an endless one can be stopped. */
const ENTRY = ["__evaluate_entry", Symbol.for("jsonata.__evaluate_entry")];
const EXIT = ["__evaluate_exit", Symbol.for("jsonata.__evaluate_exit")];

type Prepared = ReturnType<NodeAPI["util"]["prepareJSONataExpression"]>;

export function jsonataOf({ util }: NodeAPI, node: Node, bounds = BOUNDS): PrepareExpression {
  return (text) => {
    const expression = util.prepareJSONataExpression(text, node);
    const guard = guardOf(expression, bounds);
    return bounded(guard, (values) => {
      return new Promise((resolve, reject) => {
        util.evaluateJSONataExpression(expression, values as never, (error: Error | null, value: unknown) =>
          error ? reject(new Error(error.message)) : resolve(value),
        );
      });
    });
  };
}

interface Guard {
  begin(): void;
}

function bounded(guard: Guard, evaluate: Evaluate): Evaluate {
  return (values) => {
    guard.begin();
    return evaluate(values);
  };
}

function guardOf(expression: Prepared, { timeMs, depth }: Bounds): Guard {
  let until = 0;
  let level = 0;
  const enter = () => {
    level++;
    if (level > depth) throw new Error(`it goes deeper than ${depth} steps`);
    if (now() > until) throw new Error(`it takes longer than ${timeMs} ms`);
  };
  const leave = () => {
    level--;
  };
  for (const name of ENTRY) expression.assign(name as string, enter);
  for (const name of EXIT) expression.assign(name as string, leave);
  return {
    begin() {
      until = now() + timeMs;
      level = 0;
    },
  };
}
