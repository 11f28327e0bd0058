#+ fault: A reason that rests on what it is the reason of.
PREFIX : <https://w3id.org/stancegraph/id/example/>
PREFIX sg: <https://w3id.org/stancegraph/ontology#>
WITH <https://w3id.org/stancegraph/graph/article/example>
DELETE {  }
INSERT { :Reason sg:reason :Stance . }
WHERE {  }
