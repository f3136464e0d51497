// The order of search results: what explains a word comes before the functions named after it.
var Scorer = {
  score: ([docname, title, anchor, descr, score]) => (/^api\b/.test(docname) ? score - 100 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
