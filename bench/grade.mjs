// Grades many addresses with the HTTP Observatory's own tests and points; see bench/grade.py.
// Its `scan` takes a name only; ports and paths go to its `retrieve`. Its sum is repeated here.
//
//   node grade.mjs HOME  <  {"host": …, "httpPort": …, "httpsPort": …, "paths": […]}
//   one line for each path: {"path", "status", "grade", "score", "passed", "results": {test: result}}

import { readFileSync } from "node:fs";

const at = (file) => import(`${process.argv[2]}/src/${file}`);
const { ALL_TESTS } = await at("constants.js");
const { retrieve } = await at("retriever/retriever.js");
const { getGradeForScore, getScoreModifier } = await at("grader/grader.js");
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await at("grader/charts.js");
const { host, paths, ...ports } = JSON.parse(readFileSync(0, "utf8"));

async function grade(path) {
  const seen = await retrieve(host, { ...ports, path });
  if (!seen.responses.auto) return { path, status: 0, grade: "none", score: 0, passed: 0, results: {} };
  const told = ALL_TESTS.map((test) => test(seen));
  const points = told.map(({ result }) => getScoreModifier(result));
  const sum = (numbers) => 100 + numbers.reduce((all, each) => all + each, 0);
  const strict = sum(points.filter((each) => each < 0));
  const score = strict >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? sum(points) : strict;
  return {
    path,
    status: seen.responses.auto.status,
    ...getGradeForScore(score),
    passed: told.filter(({ pass }) => pass).length,
    results: Object.fromEntries(told.map((each) => [each.constructor.name, each.result])),
  };
}

for (const path of paths) console.log(JSON.stringify(await grade(path)));
