#+ fault: A stance that continues itself.
#+ also: [part-cycle]
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Earlier sg:continues :Earlier . }
WHERE {  }
