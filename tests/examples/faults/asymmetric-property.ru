#+ fault: Two attributions that put each other forward.
#+ also: [attribution-cycle]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Inner sg:putsForward :Middle . }
WHERE {  }
