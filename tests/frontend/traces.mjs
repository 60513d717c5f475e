/** Traces made by the engine at test time, and the catalogue of words. */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

import { whole } from "../../dlcourse/steppers/static/stepper.js";

const here = new URL(".", import.meta.url).pathname;
const venv = `${here}../../.venv/bin/python`;
const python = process.env.PYTHON ?? (existsSync(venv) ? venv : "python3");
const made = JSON.parse(execFileSync(python, [`${here}make_traces.py`], { maxBuffer: 1e8 }));

export const traces = Object.fromEntries(Object.entries(made).map(([name, { trace }]) => [name, whole(trace)]));
export const words = JSON.parse(readFileSync(`${here}../../dlcourse/steppers/static/sentences.en.json`, "utf8"));
