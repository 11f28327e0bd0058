#+ fault: An attribution that puts the outermost one forward.
#+ also: [inner-attribution-with-passage, attribution-not-from-article]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Inner sg:putsForward :Outer . }
WHERE {  }
